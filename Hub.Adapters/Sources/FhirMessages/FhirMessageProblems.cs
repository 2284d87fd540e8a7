using Hub.Adapters.Contract;
using Hub.Fhir.Conformance;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>The problems a sender of FHIR messages can meet, in words it can act on. None ever quotes a value.</summary>
internal static class FhirMessageProblems
{
    // HL7 table 0357, kept so that one list can show problems of every source.
    private const int RequiredFieldMissing = 101;
    private const int DataTypeError = 102;
    private const int UnsupportedEvent = 201;

    public static Problem Of(ConformanceIssue issue) =>
        Make(issue.Rule, issue.Location, issue.Text, "Correct it and send the message again, with the same MessageHeader.id.", DataTypeError);

    /// <summary>For a sender whose file says that what does not conform is refused.</summary>
    public static Problem Strictly(ConformanceIssue issue) =>
        Make(issue.Rule, issue.Location, issue.Text, "Correct it and send the message again; this sender's partner file says onInvalid reject.", DataTypeError);

    public static Problem NotUtf8 { get; } = Make("charset", "Bundle", "The body holds bytes that are not UTF-8.", "Send UTF-8; FHIR knows no other character set.", DataTypeError);

    public static Problem NotAMessage { get; } = Make(
        "not-a-message", "Bundle.type", "The body is no Bundle of type message whose first entry is a MessageHeader.", "Post the message Bundle itself, not wrapped in Parameters.", DataTypeError);

    public static Problem TooManyEntries { get; } = Make(
        "too-many-entries", "Bundle.entry", $"The message has more than {FhirMessageReader.MaxEntries} entries.", "Send one event a message, with what belongs to it.", DataTypeError);

    public static Problem NoId { get; } = Make(
        "missing-message-id", "MessageHeader.id", "The MessageHeader has no id, so that a resend could not be told from a new message.", "Send MessageHeader.id, and the same one in a resend.", RequiredFieldMissing);

    public static Problem IsAnswer { get; } = Make(
        "not-a-request", "MessageHeader.response", "The message is an answer to another one; this address takes messages.", "Send answers to the address that asked.", UnsupportedEvent);

    public static Problem UnknownSource { get; } = Make(
        "unknown-sender", "MessageHeader.source.endpoint", "No partner file of a fhir-messages source names this sender.",
        "Ask the hub's operator to put MessageHeader.source.endpoint, or the sending organisation's ODS code, into your partner file.", RequiredFieldMissing);

    public static Problem Modifier { get; } = Make(
        "modifier-not-understood", "Bundle", "It holds a modifierExtension or implicitRules, which may turn its meaning round, and the hub knows none (FHIR R4, 2.4.0.1).",
        "Send it without them.", UnsupportedEvent);

    public static Problem NotSupported { get; } = Make(
        "not-supported", "MessageHeader.event", "The hub does not read messages of this event.",
        "Send one of the events in GET /fhir/metadata, or have your own code for it put into your partner file.", UnsupportedEvent);

    public static Problem NoPatient { get; } = Make(
        "missing-patient", "Patient", "Nothing here says who the person is.", "Send a Patient with an NHS number, an id of your own, or a name with birthDate.", RequiredFieldMissing);

    public static Problem SeveralPatients { get; } = Make(
        "several-patients", "Patient", "The message holds several people, and nothing says that they are one.", "Send one message a person; in a merge, link the record that ended (Patient.link).", RequiredFieldMissing);

    public static Problem NoEpisode { get; } = Make(
        "missing-episode", "EpisodeOfCare.identifier", "Nobody numbered the episode: neither an EpisodeOfCare nor an Encounter has an identifier.", "Send the episode's own id as an identifier.", RequiredFieldMissing);

    public static Problem NoMedicine { get; } = Make(
        "missing-medicine", "MedicationStatement", "A medication change names no medicine that changed.", "Send each change as a MedicationStatement or a MedicationRequest.", RequiredFieldMissing);

    public static Problem NoRetired { get; } = Make(
        "missing-retired-record", "Patient.link", "A merge does not say which record ended.", "Send the record that ended as a Patient with link type replaced-by.", RequiredFieldMissing);

    public static Problem NoTime { get; } = Make(
        "missing-time", "Provenance.occurred", "Nothing says when it happened or was recorded.", "Send the Encounter's period, a Provenance, or at least Bundle.timestamp.", RequiredFieldMissing);

    public static Problem NotReadable { get; } = Make("not-readable", "Bundle", "A value has a form that could not be read.", "Validate the message with POST /fhir/$validate.", DataTypeError);

    public static Problem NotStored { get; } = new()
    {
        Code = "not-stored", Location = "", Text = "The hub cannot store anything now; this message was not taken.", NextStep = "Send the same message again later, with the same MessageHeader.id.", Owner = ProblemOwner.Hub,
    };

    public static Problem Conflict { get; } = Make(
        "conflict", "MessageHeader.id", "This id was used before with other content. What was sent now is kept, and a person is asked.",
        "If it is a new message, send it with an id of its own; if it is the old one, nothing is to be done.", DataTypeError);

    public static Problem Make(string code, string location, string text, string nextStep, int hl7) =>
        new() { Code = code, Location = location, Text = text, NextStep = nextStep, Hl7ErrorCode = hl7 };
}
