using System.Globalization;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Medicines;

/// <summary>One physical-health check: who asks for it, and what was sent of it. Facts that were sent; nothing here is worked out from an interval.</summary>
public sealed record MonitoringRow : PersonalValue
{
    public required Coded Check { get; init; }

    /// <summary>The medicine it belongs to; null where the sender named none.</summary>
    public string? Medicine { get; init; }

    /// <summary>The signed local rule that asks for it; null where only the sender spoke of it.</summary>
    public MonitoringRule? Rule { get; init; }

    /// <summary>True where it was sent of the person and not of a medicine: several medicines may bring it with them.</summary>
    public bool OfPerson { get; init; }

    /// <summary>How often the rule asks, in words; empty without a rule.</summary>
    public string Interval { get; init; } = "";

    /// <summary>What was sent of it; null where nothing was.</summary>
    public MonitoringCheck? Sent { get; init; }

    public string Name => Medicine is null ? Check.Text : $"{Check.Text} ({Medicine})";
    public string AskedBy => Rule is { } rule ? $"local rule {rule.Id}: {Interval}" : "the sender";
    public string LastDone => Sent switch
    {
        { NotDoneReason: { Length: > 0 } reason } => $"not done: {reason}",
        { LastDoneAt: { } last } => Wording.When(last),
        _ => "not stated",
    };

    public string Result => Sent?.LastResult is { Length: > 0 } result ? result : "not stated";
    public string NextDue => Sent?.NextDueOn is { } due ? Wording.When(due) : "not stated";
    public string Owner => Sent is null ? MedicineFacts.NoOwner : MedicineFacts.Owner(Sent);

    /// <summary>What nobody has said of it; empty where owner and date are known.</summary>
    public string Missing => string.Join(", ", new[]
    {
        Sent is null ? "nothing sent" : null,
        Sent is { Owner: not null } or { OwnerName: not null } ? null : MedicineFacts.NoOwner,
        Sent?.NextDueOn is null ? "no date" : null,
    }.OfType<string>());
}

/// <summary>
/// Which physical-health checks a person's medicines bring with them, from what was sent and from the trust's signed rules (clinical rules 10 and 25): each
/// with its last and next date and its owner, as facts. It works out no date and gives no advice.
/// </summary>
public static class MonitoringGrid
{
    /// <param name="lines">The changes that are told; a rule speaks where one of them is its trigger.</param>
    /// <param name="handedOver">Every current medicine where care is handed over: there a rule speaks whatever was done last.</param>
    /// <param name="sent">Checks that were sent of the person and of no medicine.</param>
    public static IReadOnlyList<MonitoringRow> Of(
        IEnumerable<CardLine> lines, IEnumerable<ReportedMedicine> handedOver, IEnumerable<MonitoringCheck> sent, IReadOnlyList<MonitoringRule> rules)
    {
        var told = lines.ToList();
        var current = handedOver.Select(m => m.Line).ToList();
        List<MonitoringRow> rows = [.. sent.Select(c => new MonitoringRow { Check = c.Check, Sent = c, OfPerson = true })];
        foreach (var line in current.Concat(told.Select(l => l.Line)).DistinctBy(l => l.LineId))
        {
            foreach (var check in line.Monitoring)
            {
                Add(rows, new MonitoringRow { Check = check.Check, Medicine = line.Medicine.Text, Sent = check });
            }
        }

        var asked = told.SelectMany(l => MonitoringRules.For(l.Line, rules).Select(r => (l.Line, Rule: r, Stopped: l.Group == CardGroup.Stopped)))
            .Concat(current.SelectMany(l => MonitoringRules.Naming(l, rules).Select(r => (Line: l, Rule: r, Stopped: false))));
        foreach (var (line, rule, stopped) in asked)
        {
            foreach (var check in MonitoringRules.Checks(rule, stopped))
            {
                Add(rows, new MonitoringRow
                {
                    Check = new Coded { Text = check.Text, Code = check.Snomed, System = check.Snomed is null ? null : Resources.CodeSystems.Snomed },
                    Medicine = line.Medicine.Text,
                    Rule = rule,
                    Interval = Words(check.Schedule),
                });
            }
        }

        return rows;
    }

    // One check is one row, whoever spoke of it: the rule says how often, the sender when and who.
    private static void Add(List<MonitoringRow> rows, MonitoringRow row)
    {
        var same = rows.FindIndex(r => Joins(r, row) && !r.OfPerson && r.Medicine == row.Medicine);
        same = same < 0 ? rows.FindIndex(r => Joins(r, row) && r.OfPerson) : same;
        if (same < 0)
        {
            rows.Add(row);
            return;
        }

        var known = rows[same];
        var medicine = known.Medicine is null || row.Medicine is null ? known.Medicine ?? row.Medicine
            : known.Medicine.Split(", ").Contains(row.Medicine, StringComparer.Ordinal) ? known.Medicine : $"{known.Medicine}, {row.Medicine}";
        rows[same] = known with { Medicine = medicine, Rule = known.Rule ?? row.Rule, Interval = known.Rule is null ? row.Interval : known.Interval, Sent = known.Sent ?? row.Sent };
    }

    // Two checks that were sent stay two, however alike: what is joined away nobody does.
    private static bool Joins(MonitoringRow known, MonitoringRow row) => Same(known.Check, row.Check) && (known.Sent is null || row.Sent is null || known.Sent == row.Sent);

    private static bool Same(Coded left, Coded right) => left.Code is { } code && right.Code is { } other ? code == other
        : left.Text.Contains(right.Text, StringComparison.OrdinalIgnoreCase) || right.Text.Contains(left.Text, StringComparison.OrdinalIgnoreCase);

    private static string Words(IReadOnlyList<MonitoringInterval> schedule) => string.Join(", then ", schedule.Select(Words));

    private static string Words(MonitoringInterval step) => string.Join(' ', new[]
    {
        step.EveryDays is { } every ? string.Create(CultureInfo.InvariantCulture, $"every {every} days") : null,
        step.OnDay is { } on ? string.Create(CultureInfo.InvariantCulture, $"on day {on}") : null,
        step.Once == true ? "once" : null,
        step.ForDays is { } length ? string.Create(CultureInfo.InvariantCulture, $"for {length} days") : null,
        step.UntilDay is { } until ? string.Create(CultureInfo.InvariantCulture, $"until day {until}") : null,
        step.UntilStable == true ? "until stable" : null,
        step.After is { } after ? $"after the {after}" : null,
    }.OfType<string>());
}
