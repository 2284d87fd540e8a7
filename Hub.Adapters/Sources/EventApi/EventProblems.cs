using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>The problems a sender can meet, in words it can act on. None ever quotes a value.</summary>
internal static class EventProblems
{
    // HL7 table 0357, kept so that one list can show problems of every source.
    private const int RequiredFieldMissing = 101;
    private const int DataTypeError = 102;
    private const int TableValueNotFound = 103;
    private const int UnsupportedEvent = 201;

    public static Problem Of(SchemaIssue issue) => Make(issue.Code, issue.Pointer, issue.Text, issue.Expected, issue.Code switch
    {
        "missing-field" => RequiredFieldMissing,
        "unknown-value" => TableValueNotFound,
        _ => DataTypeError,
    });

    /// <summary>A note, for a sender whose file says that what does not conform is refused.</summary>
    public static Problem Of(DataQualityNote note) =>
        Make(note.Code, note.Field, note.Text, "Send the event again with it; this sender's partner file says onInvalid reject.", RequiredFieldMissing);

    public static Problem NotJson(string where, string why) => Make("not-json", where, why, "Post one JSON object in UTF-8.", DataTypeError);

    public static Problem NotReadable(string? path) => Make(
        "not-readable", path is null ? "" : "/" + path.TrimStart('$', '.').Replace('.', '/').Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal),
        "The field has a form that could not be read.", "Compare it with the published schema.", DataTypeError);

    public static Problem NoSuchEvent(string name) => Make(
        "unknown-event", "path", "There is no event of this name.",
        (NearestName.Find(name, EventSchemas.Names) is { } nearest ? $"Did you mean {nearest}? " : "") + "Known: " + string.Join(", ", EventSchemas.Names.Order(StringComparer.Ordinal)) + ".",
        UnsupportedEvent);

    public static Problem NoEpisodeOrganisation { get; } = Make(
        "missing-field", "/episode/organisation", "Nobody says which organisation numbers the episode: an episode's id means something only together with it.",
        "Add organisation (ODS code), or have it put into your partner file.", RequiredFieldMissing);

    public static Problem NoKey { get; } = Make(
        "missing-idempotency-key", "Idempotency-Key", "The request has no usable Idempotency-Key.",
        "Send your own id of this event in the header Idempotency-Key, 1 to 255 printable ASCII characters, and the same one again when you repeat the request.", RequiredFieldMissing);

    public static Problem UnknownSource { get; } = Make(
        "unknown-source", "X-Source", "No partner file of an event-api source fits this request.",
        "Send the id of your partner file in the header X-Source; the hub's operator knows it.", RequiredFieldMissing);

    public static Problem TooLarge { get; } = Make(
        "too-large", "", $"The body is over {EventApiReader.MaxBytes} bytes.", "Post one event a request, and documents by reference.", DataTypeError);

    public static Problem NotJsonMedia { get; } = Make(
        "wrong-media-type", "Content-Type", "The body is not declared as JSON in UTF-8.", "Send Content-Type: application/json.", DataTypeError);

    public static Problem Make(string code, string location, string text, string nextStep, int hl7 = DataTypeError) =>
        new() { Code = code, Location = location, Text = text, NextStep = nextStep, Hl7ErrorCode = hl7 };
}
