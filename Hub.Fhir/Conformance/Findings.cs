using System.Globalization;
using System.Text;

namespace Hub.Fhir.Conformance;

/// <summary>
/// What a check has found so far and where it stands. Paths are kept as steps and written out only for a finding,
/// because a clean bundle, the usual case, needs none. One check, one instance: not shared between threads.
/// </summary>
internal sealed class Findings(CheckBudget budget)
{
    // A hostile or hopeless resource must not fill the memory with findings about it.
    private const int MaxIssues = 500;

    private readonly List<ConformanceIssue> issues = [];
    private readonly List<(string Name, int Index)> steps = new(32);

    public IReadOnlyList<ConformanceIssue> Issues => issues;

    public int Depth => steps.Count;

    /// <summary>True when no more findings are taken: that none is added says nothing any more.</summary>
    public bool IsFull => issues.Count >= MaxIssues;

    /// <summary>True when the check may go on; false once its time or element budget is spent, which is itself an error finding.</summary>
    public bool MayGoOn()
    {
        if (budget.Take())
        {
            return true;
        }

        if (!budget.Reported)
        {
            budget.Reported = true;
            Error("check-incomplete", "The check was stopped at its limit of time or size; what follows was not judged.");
        }

        return false;
    }

    /// <summary>True when the budget was spent: what is not found may not have been looked for.</summary>
    public bool IsSpent => budget.Reported;

    public void Enter(string name, int index = -1) => steps.Add((name, index));

    public void Leave() => steps.RemoveAt(steps.Count - 1);

    /// <summary>Goes back to an earlier depth, after a rule could not be finished.</summary>
    public void LeaveTo(int depth) => steps.RemoveRange(depth, steps.Count - depth);

    public void Error(string rule, string text, string? member = null) => Add(IssueSeverity.Error, rule, text, member);

    public void Warning(string rule, string text, string? member = null) => Add(IssueSeverity.Warning, rule, text, member);

    /// <summary>An error when <paramref name="holds"/> is false.</summary>
    public void Require(bool holds, string rule, string text, string? member = null)
    {
        if (!holds)
        {
            Add(IssueSeverity.Error, rule, text, member);
        }
    }

    public void AddAt(IssueSeverity severity, string rule, string location, string text)
    {
        if (issues.Count < MaxIssues)
        {
            issues.Add(new ConformanceIssue { Severity = severity, Rule = rule, Location = location, Text = text });
        }
    }

    /// <summary>Adds what another check found, behind what stands here.</summary>
    public void Add(IReadOnlyList<ConformanceIssue> others) => issues.AddRange(others.Take(MaxIssues - issues.Count));

    public string Path(string? member = null)
    {
        var text = new StringBuilder();
        foreach (var (name, index) in steps)
        {
            if (text.Length > 0)
            {
                text.Append('.');
            }

            text.Append(name);
            if (index >= 0)
            {
                text.Append('[').Append(index.ToString(CultureInfo.InvariantCulture)).Append(']');
            }
        }

        return member is null ? text.ToString() : text.Append('.').Append(member).ToString();
    }

    private void Add(IssueSeverity severity, string rule, string text, string? member) => AddAt(severity, rule, Path(member), text);
}
