namespace Hub.Fhir.Medicines;

/// <summary>
/// Which checks belong to a medicine, and how often, as a trust decided it. The schema has intervals and names: nothing in it can compute a
/// dose, an interaction or a score (clinical rule 10).
/// </summary>
public sealed record MonitoringRule
{
    public required string Id { get; init; }
    public required string Title { get; init; }

    /// <summary>The person who answers for it; "owner: to be named by the trust" as shipped.</summary>
    public required string Owner { get; init; }

    /// <summary>False as shipped. A rule does nothing until a named pharmacist has enabled it.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Who enabled it. Without one a rule cannot be enabled.</summary>
    public RuleSignature? Signature { get; init; }
    public required string Source { get; init; }
    public string? SourceNote { get; init; }

    /// <summary>Words that a medicine's name holds.</summary>
    public required IReadOnlyList<string> AppliesTo { get; init; }

    /// <summary>Changes that it looks at: start, amend, stop ...</summary>
    public required IReadOnlyList<string> Triggers { get; init; }
    public required IReadOnlyList<MonitoringRuleCheck> Checks { get; init; }
}

/// <summary>The pharmacist who answers for a rule as it stands in its file.</summary>
public sealed record RuleSignature
{
    public required string Name { get; init; }
    public required string Role { get; init; }
    public required DateOnly SignedOn { get; init; }
}

/// <summary>One check of a rule.</summary>
public sealed record MonitoringRuleCheck
{
    public required string Code { get; init; }
    public required string Text { get; init; }

    /// <summary>SNOMED CT code where one is verified.</summary>
    public string? Snomed { get; init; }
    public required IReadOnlyList<MonitoringInterval> Schedule { get; init; }
}

/// <summary>One step of a schedule, in days.</summary>
public sealed record MonitoringInterval
{
    public int? EveryDays { get; init; }
    public int? ForDays { get; init; }
    public int? UntilDay { get; init; }
    public int? OnDay { get; init; }
    public bool? UntilStable { get; init; }
    public bool? Once { get; init; }

    /// <summary>start or stop: what the days are counted from; start where not said.</summary>
    public string? After { get; init; }
}
