namespace Hub.Fhir.Conformance;

public enum IssueSeverity
{
    Information,
    Warning,
    Error,
}

/// <summary>One finding about a resource: what, where, by which rule. Its text never holds patient data.</summary>
public sealed record ConformanceIssue
{
    public required IssueSeverity Severity { get; init; }

    /// <summary>The rule, such as <c>bdl-3</c>, <c>r4-cardinality</c> or <c>ukcore-patient-nhs-number</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>FHIRPath to the element.</summary>
    public required string Location { get; init; }

    public required string Text { get; init; }

    /// <summary>True where it would harm somebody to send it all the same, or there is nothing to send: no partner's file overrules it.</summary>
    public bool Unsendable { get; init; }
}
