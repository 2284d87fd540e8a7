using System.Text;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>Whether a sheet made from the episode alone may be printed.</summary>
internal static class SheetCheck
{
    public const string FreeText = "Free text holds a place, a number, a name or a remark that is withheld. A person must read it and write the sheet by hand.";

    /// <summary>True where free text brings back what was withheld: it is never cut by machine (clinical rule 21).</summary>
    public static bool HoldsWithheld(string page, EpisodeState state)
    {
        var request = new ComposeRequest
        {
            Event = new PatientUpdated { SourceMessageId = new("sheet"), Source = new() { Application = "sheet" }, Patient = state.Patient, OccurredAt = ClinicalTime.At(DateTimeOffset.UnixEpoch) },
            Episode = state,
            Audience = Audience.Gp,
            ReceivedAt = DateTimeOffset.UnixEpoch,
        };
        var words = Encoding.UTF8.GetBytes(string.Join('\n', XhtmlText.Lines(Body(page))));
        return (PlaceRedaction.Applies(request.Event, state) && PlaceScan.Of(words, request).Any())
            || HandoutScan.Of(Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(page, Relaxed)), request).Any();
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Body(string page) => page[(page.IndexOf("<body>", StringComparison.Ordinal) + "<body>".Length)..page.IndexOf("</body>", StringComparison.Ordinal)];
}
