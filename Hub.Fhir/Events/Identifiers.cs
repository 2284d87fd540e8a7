namespace Hub.Fhir.Events;

/// <summary>The sender's own id for one message or event. Sent twice, it must be accepted once. 1 to 255 characters.</summary>
public sealed record SourceMessageId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>An id that means something only together with the system that assigned it: the same number from two hospitals is two people.</summary>
public sealed record LocalIdentifier(string AssigningSystem, string Value)
{
    public override string ToString() => $"id of {AssigningSystem}";
}

/// <summary>One episode of care, by the organisation that numbers it and that organisation's own id (PV1-19 in HL7 v2).</summary>
public sealed record EpisodeKey(OdsCode Organisation, string LocalId)
{
    public override string ToString() => $"{Organisation}/{LocalId}";
}

/// <summary>The system that sent an event: the organisation, and the application as it names itself (MSH-4 and MSH-3).</summary>
public sealed record SourceSystem
{
    public required string Application { get; init; }

    public OdsCode? Organisation { get; init; }

    /// <summary>The facility exactly as sent, kept because not every sender writes an ODS code there.</summary>
    public string? Facility { get; init; }
}

/// <summary>Something about the data that a reader should know: a code not understood, a time taken for another, a field that disagrees.</summary>
public sealed record DataQualityNote
{
    /// <summary>Stable name of the finding, such as <c>nhs-number-invalid</c> or <c>unmapped-code</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Where it was found, in the source's own terms: <c>PID-3.1</c> or <c>/patient/nhsNumber</c>.</summary>
    public required string Field { get; init; }

    /// <summary>What it means, in plain English and without patient data.</summary>
    public required string Text { get; init; }
}
