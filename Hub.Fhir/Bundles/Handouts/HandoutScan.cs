using System.Text;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>
/// Looks in free text for somebody who is a danger to the person, and for words that were said in confidence. A machine does not cut them out: the copy is kept
/// back and a person reads it.
/// </summary>
internal static class HandoutScan
{
    public static IEnumerable<ConformanceIssue> Of(ReadOnlyMemory<byte> json, ComposeRequest request)
    {
        var text = Encoding.UTF8.GetString(json.Span);
        var hits = Closed(request).Where(w => w.Trim().Length >= 4).Distinct(StringComparer.OrdinalIgnoreCase).Count(w => Holds(text, w.Trim()));
        if (hits > 0)
        {
            yield return new ConformanceIssue
            {
                Severity = IssueSeverity.Error,
                Rule = "withheld-words-in-free-text",
                Location = "Bundle",
                Text = $"Free text holds {hits} of the names or remarks that are withheld from this reader. A person must read it before it leaves.",
            };
        }
    }

    // In JSON a text is escaped once, in the narrative inside it once more.
    private static bool Holds(string json, string words) =>
        json.Contains(Json(words), StringComparison.OrdinalIgnoreCase)
        || json.Contains(Json(Narratives.NarrativeRenderer.Escape(words)), StringComparison.OrdinalIgnoreCase);

    private static string Json(string words) => System.Text.Json.JsonEncodedText.Encode(words, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

    private static IEnumerable<string> Closed(ComposeRequest request)
    {
        var carers = HandoutGate.CarersOf(request.Event).Concat(request.Episode?.Carers ?? []).Where(c => c.MarkedAsRisk);
        foreach (var carer in carers)
        {
            yield return carer.Name.Display();
            foreach (var given in carer.Name.Given)
            {
                yield return given;
            }

            foreach (var contact in carer.Contacts)
            {
                yield return contact.Value;
            }
        }

        foreach (var remark in Remarks(request.Event).Concat(request.Episode?.Remarks ?? []).Where(r => r.Privacy != RemarkPrivacy.Shareable))
        {
            yield return remark.Text;
        }
    }

    private static IEnumerable<Remark> Remarks(CareEvent happened) => happened switch
    {
        Admission admission => admission.Remarks,
        Discharge discharge => [.. discharge.Remarks, .. new[] { discharge.CarerConcerns, discharge.PatientConcerns }.OfType<Remark>()],
        EpisodeUpdated updated => updated.Remarks,
        _ => [],
    };
}
