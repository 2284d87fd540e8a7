using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>What one sender means by a trigger: the trigger that it is read as, or that it is none of ours.</summary>
public sealed record Hl7v2TriggerRule
{
    /// <summary>Message code and trigger as the sender writes them: <c>ADT^A05</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>A trigger that this hub reads, such as <c>ADT^A04</c>, or <c>ignore</c>: counted, and answered with acceptance.</summary>
    public required string Means { get; init; }

    /// <summary>Further conditions on field paths, as in a rule.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> When { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Instead of a trigger: the message is none of ours.</summary>
    public const string Ignore = "ignore";

    internal bool Holds(Hl7Message message) => Trigger == $"{message.Header[9][1]}^{message.Header[9][2]}" && Hl7v2Rule.Hold(When, message);
}

/// <summary>Facts whose place a sender may name. A fact is taken from the path; where that is empty, from where HL7 has it; where that is empty too, the default counts.</summary>
public sealed record Hl7v2FactFields
{
    /// <summary>The number of the episode; else PV1-19, then PV1-50.</summary>
    public Hl7v2Place? Episode { get; init; }

    /// <summary>Why care began; else PV2-3.</summary>
    public Hl7v2Place? Reason { get; init; }

    /// <summary>NHS admission method; else PV1-4.</summary>
    public Hl7v2Place? AdmissionMethod { get; init; }

    /// <summary>NHS source of admission; else PV1-14.</summary>
    public Hl7v2Place? SourceOfAdmission { get; init; }

    /// <summary>NHS discharge method; else PV1-36 where the sender writes it there.</summary>
    public Hl7v2Place? DischargeMethod { get; init; }

    /// <summary>NHS discharge destination; else PV1-37.</summary>
    public Hl7v2Place? DischargeDestination { get; init; }

    /// <summary>Treatment function; else PV1-10.</summary>
    public Hl7v2Place? ServiceType { get; init; }

    /// <summary>Why something was cancelled; else EVN-4.</summary>
    public Hl7v2Place? CancelReason { get; init; }

    internal IEnumerable<(string Name, Hl7v2Place? Place)> All =>
    [
        ("episode", Episode), ("reason", Reason), ("admissionMethod", AdmissionMethod), ("sourceOfAdmission", SourceOfAdmission), ("dischargeMethod", DischargeMethod),
        ("dischargeDestination", DischargeDestination), ("serviceType", ServiceType), ("cancelReason", CancelReason),
    ];
}

/// <summary>One field of a sender's own that readers are told, with the words before it.</summary>
public sealed record Hl7v2RemarkField
{
    public required string Field { get; init; }

    /// <summary>What the field says, for people: "Key safe".</summary>
    public required string Words { get; init; }

    /// <summary>Shareable where the person may read it at home; anything else leaves in the document for professionals only (clinical rule 20).</summary>
    public RemarkPrivacy Privacy { get; init; } = RemarkPrivacy.Shareable;
}
