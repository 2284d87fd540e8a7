using Hl7.Fhir.Model;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>Which ADT trigger tells an event, and its structure (HL7 v2.4, table 0354).</summary>
internal sealed record AdtTrigger(string Event, string Structure)
{
    public string MessageType => $"ADT^{Event}^{Structure}";

    /// <summary>Null where ADT has no word for it: a plan, a sheet, a missed contact leave as a document.</summary>
    public static AdtTrigger? Of(Bundle bundle) => OutgoingMessage.EventCode(bundle) switch
    {
        // A bed is an admission (A01); home treatment is care without one (A04), and every reader of A01 would make it a stay.
        "admission" => OutgoingMessage.First<Encounter>(bundle)?.Class?.Code is "IMP" or "ACUTE" or "NONAC" ? new("A01", "ADT_A01") : new("A04", "ADT_A01"),
        "admission-cancelled" => new("A11", "ADT_A09"),
        "discharge" => new("A03", "ADT_A03"),
        "discharge-cancelled" => new("A13", "ADT_A01"),
        "transfer" => new("A02", "ADT_A02"),
        "transfer-cancelled" => new("A12", "ADT_A12"),
        "patient-updated" or "episode-updated" => new("A08", "ADT_A01"),
        _ => null,
    };
}
