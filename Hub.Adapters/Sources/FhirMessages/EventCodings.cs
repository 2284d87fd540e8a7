using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>Which of our events a message reports, by its MessageHeader's event and reason (standards.md 4.1).</summary>
internal static class EventCodings
{
    /// <summary>NHS England's draft list: it says of what kind a message is, and leaves to the reason and the Encounter what happened.</summary>
    public const string NhsEvent = "https://fhir.nhs.uk/CodeSystem/message-event";

    private const string NhsEventType = "https://fhir.nhs.uk/CodeSystem/EventType";

    /// <summary>Names of the events that are read from FHIR messages.</summary>
    public static readonly IReadOnlyList<string> Read =
    [
        "admission", "admission-cancelled", "discharge", "discharge-cancelled", "transfer", "medication-change", "episode-updated", "patient-updated", "patient-merged",
    ];

    private static readonly Dictionary<string, string> Triggers = new(StringComparer.Ordinal)
    {
        ["A01"] = "admission", ["A04"] = "admission", ["A11"] = "admission-cancelled", ["A03"] = "discharge", ["A13"] = "discharge-cancelled",
        ["A02"] = "transfer", ["A08"] = "episode-updated", ["A28"] = "patient-updated", ["A31"] = "patient-updated", ["A40"] = "patient-merged",
    };

    private static readonly Dictionary<string, string> EventTypes = new(StringComparer.Ordinal)
    {
        ["admission-details"] = "admission", ["discharge-details"] = "discharge", ["medication-statement"] = "medication-change",
    };

    /// <summary>What a message is: the name of one of our events; known and none of ours; or not supported.</summary>
    public static EventCoding Of(R4.MessageHeader header, R4.Encounter? encounter, bool namesRetiredPatient, IReadOnlyList<FhirMessageEvent> ofSender)
    {
        var (system, code) = (Values.Text((header.Event as R4.Coding)?.SystemElement), Values.Text((header.Event as R4.Coding)?.CodeElement));
        if (ofSender.FirstOrDefault(e => e.System == system && e.Code == code) is { } named)
        {
            return new(named.Means, null);
        }

        return (system, code) switch
        {
            (CodeSystems.MessageEvent, { } ours) => Read.Contains(ours) ? new(ours, null) : new(null, null),
            (NhsEvent, "encounter" or "notification" or "document") => ByReason(header) ?? ByEncounter(encounter),
            (NhsEvent, "patient" or "patient-notification") => ByReason(header) ?? new(namesRetiredPatient ? "patient-merged" : "patient-updated", null),
            (NhsEvent, _) => new(null, "It is a national message of a kind that tells nothing of a crisis team's or ward's care."),
            (CodeSystems.V2EventType, { } trigger) when Triggers.TryGetValue(trigger, out var name) => new(name, null),
            (CodeSystems.Snomed, "306689006") => new("discharge", null), // Discharge to home, as in UK Core's MessageHeader example
            _ => new(null, null),
        };
    }

    private static EventCoding? ByReason(R4.MessageHeader header) => (header.Reason?.Coding ?? [])
        .Select(c => (System: Values.Text(c.SystemElement), Code: Values.Text(c.CodeElement) ?? ""))
        .Select(c => c.System switch
        {
            CodeSystems.MessageEvent when Read.Contains(c.Code) => c.Code,
            CodeSystems.V2EventType => Triggers.GetValueOrDefault(c.Code),
            NhsEventType => EventTypes.GetValueOrDefault(c.Code),
            _ => null,
        })
        .Where(n => n is not null).Select(n => new EventCoding(n, null)).FirstOrDefault();

    // Without a reason only the Encounter says what happened; a planned one is nothing yet.
    private static EventCoding ByEncounter(R4.Encounter? encounter) => Values.Text(encounter?.StatusElement) switch
    {
        "finished" => new("discharge", null),
        "in-progress" or "arrived" or "triaged" => new("admission", null),
        "cancelled" or "entered-in-error" => new("admission-cancelled", null),
        _ => new(null, "Neither MessageHeader.reason nor the Encounter's status says that care began, moved or ended."),
    };
}

/// <param name="Name">One of <see cref="EventCodings.Read"/>; null where it is none.</param>
/// <param name="SetAsideBecause">Why a known message is none of ours; null with no name: not supported.</param>
internal sealed record EventCoding(string? Name, string? SetAsideBecause);
