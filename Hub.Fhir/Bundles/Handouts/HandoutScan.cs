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
        var hits = Closed(request).Distinct(StringComparer.OrdinalIgnoreCase).Count(w => Holds(text, w, StringComparison.OrdinalIgnoreCase))
            + GivenNames(request).Distinct(StringComparer.Ordinal).Count(n => HoldsName(text, n));
        if (hits > 0)
        {
            yield return new ConformanceIssue
            {
                Severity = IssueSeverity.Error,
                Unsendable = true,
                Rule = "withheld-words-in-free-text",
                Location = "Bundle",
                Text = $"Free text holds {hits} of the names or remarks that are withheld from this reader. A person must read it before it leaves.",
            };
        }
    }

    // In JSON a text is escaped once, in the narrative inside it once more.
    private static bool Holds(string json, string words, StringComparison comparison) =>
        json.Contains(Json(words), comparison) || json.Contains(Json(Narratives.NarrativeRenderer.Escape(words)), comparison);

    // As a word of its own and as it is written: Will is a name and "will" is not.
    private static bool HoldsName(string json, string name)
    {
        var written = Json(name);
        for (var at = json.IndexOf(written, StringComparison.Ordinal); at >= 0; at = json.IndexOf(written, at + 1, StringComparison.Ordinal))
        {
            var end = at + written.Length;
            if ((at == 0 || !char.IsLetterOrDigit(json[at - 1])) && (end == json.Length || !char.IsLetterOrDigit(json[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static string Json(string words) => System.Text.Json.JsonEncodedText.Encode(words, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

    private static IEnumerable<string> Closed(ComposeRequest request)
    {
        foreach (var carer in Dangerous(request))
        {
            foreach (var text in carer.Contacts.Select(c => c.Value).Append(carer.Name.Display()).Select(t => t.Trim()).Where(t => t.Length >= 5))
            {
                yield return text;
            }
        }

        // A word or two may stand anywhere by chance; a sentence does not.
        foreach (var remark in Remarks(request.Event).Concat(request.Episode?.Remarks ?? []).Where(r => r.Privacy != RemarkPrivacy.Shareable && r.Text.Trim().Length >= 12))
        {
            yield return remark.Text.Trim();
        }
    }

    // A name that the person has too says nothing about the other.
    private static IEnumerable<string> GivenNames(ComposeRequest request) => Dangerous(request).SelectMany(c => c.Name.Given).Select(g => g.Trim())
        .Where(g => g.Length >= 3).Except(request.Event.Patient.Name?.Given ?? [], StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<Carer> Dangerous(ComposeRequest request) =>
        HandoutGate.CarersOf(request.Event).Concat(request.Episode?.Carers ?? []).Where(c => c.MarkedAsRisk);

    private static IEnumerable<Remark> Remarks(CareEvent happened) => happened switch
    {
        Admission admission => admission.Remarks,
        Discharge discharge => [.. discharge.Remarks, .. new[] { discharge.CarerConcerns, discharge.PatientConcerns }.OfType<Remark>()],
        EpisodeUpdated updated => updated.Remarks,
        _ => [],
    };
}
