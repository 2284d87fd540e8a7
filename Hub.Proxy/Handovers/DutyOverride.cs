using Hub.Fhir.Events;

namespace Hub.Proxy.Handovers;

/// <summary>What was agreed with one recipient organisation about one kind: what it leaves out is as for everybody.</summary>
public sealed record DutyOverride
{
    /// <summary>The practice, or the team as its partner file names it.</summary>
    public required OdsCode Organisation { get; init; }
    public required ObligationKind Kind { get; init; }
    public string? Clock { get; init; }
    public string? Otherwise { get; init; }
    public string? AtRisk { get; init; }
    public string? Chaser { get; init; }

    /// <summary>Who agreed it with whom, and when.</summary>
    public required string Agreed { get; init; }

    public DutyRule Over(DutyRule rule) => rule with
    {
        Clock = Clock ?? rule.Clock, Otherwise = Otherwise ?? rule.Otherwise, AtRisk = AtRisk ?? rule.AtRisk, Chaser = Chaser ?? rule.Chaser,
    };

    internal IEnumerable<string> Faults(HandoverRules rules)
    {
        var where = $"overrides, {Organisation.Value}, {Kind}";
        foreach (var key in new[] { Clock, Otherwise, AtRisk }.OfType<string>().Where(key => rules.FindClock(key) is null))
        {
            yield return $"{where}: there is no clock {key}. One of {string.Join(", ", rules.Clocks.Select(c => c.Key))}.";
        }

        if (rules.Duties.FirstOrDefault(d => d.Kind == Kind) is not { } rule)
        {
            yield return $"{where}: duties has no rule of this kind to change.";
        }
        else if (rules.FindClock(Over(rule).Clock) is { NeedsDate: true } && (Over(rule).Otherwise is not { } otherwise || rules.FindClock(otherwise) is { NeedsDate: true }))
        {
            yield return $"{where}: the clock {Over(rule).Clock} goes by the sender's date; write otherwise, for when there is none.";
        }

        if (string.IsNullOrWhiteSpace(Agreed))
        {
            yield return $"{where}: agreed says who agreed it with whom, and when.";
        }
    }
}
