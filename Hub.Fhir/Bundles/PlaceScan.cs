using System.Text;
using System.Text.RegularExpressions;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;

namespace Hub.Fhir.Bundles;

/// <summary>
/// Looks for a withheld place or number in free text that somebody wrote. A machine never cuts it out (clinical rule 21): the message is
/// kept back, and a person decides.
/// </summary>
internal static partial class PlaceScan
{
    public static IEnumerable<ConformanceIssue> Of(ReadOnlyMemory<byte> json, ComposeRequest request)
    {
        var text = Plain(Encoding.UTF8.GetString(json.Span));
        var teams = TeamNumbers(request);
        var hits = Hidden(request).Select(Plain).Where(h => h.Length >= 5 && !teams.Contains(h)).Distinct().Count(h => text.Contains(h, StringComparison.Ordinal));
        if (hits > 0)
        {
            yield return new ConformanceIssue
            {
                Severity = IssueSeverity.Error,
                Unsendable = true,
                Rule = "withheld-place-in-free-text",
                Location = "Bundle",
                Text = $"Free text holds {hits} of the places or numbers that are withheld for this person. A person must read it before it leaves.",
            };
        }
    }

    /// <summary>Every place and number of the person and of the contacts, as sent.</summary>
    public static IEnumerable<string> Hidden(ComposeRequest request)
    {
        var people = new[] { request.Event.Patient, request.Episode?.Patient, request.Before?.Patient }.OfType<PatientRef>();
        var carers = new[] { (request.Event as Admission)?.Carers, (request.Event as Discharge)?.Carers, (request.Event as EpisodeUpdated)?.Carers, (request.Event as PatientUpdated)?.Carers, request.Episode?.Carers, request.Before?.Carers }
            .OfType<IReadOnlyList<Carer>>().SelectMany(c => c);
        foreach (var value in people.SelectMany(p => Of(p.Address, p.Contacts)).Concat(carers.SelectMany(c => Of(c.Address, c.Contacts))))
        {
            yield return value;
        }

        if (((request.Event as Discharge)?.FollowUp ?? request.Episode?.Discharge?.FollowUp)?.Place is { Length: > 0 } place)
        {
            yield return place;
        }
    }

    private static IEnumerable<string> Of(PostalAddress? address, IReadOnlyList<ContactPoint> contacts)
    {
        if (address is not null)
        {
            foreach (var part in address.Lines.Append(address.Postcode))
            {
                if (!string.IsNullOrWhiteSpace(part))
                {
                    yield return part;
                }
            }
        }

        foreach (var contact in contacts)
        {
            yield return contact.Value;
        }
    }

    private static HashSet<string> TeamNumbers(ComposeRequest request) =>
        [.. new[] { request.Episode?.Crt, request.Episode?.Cmht, request.Episode?.Ward }.OfType<Team>().SelectMany(t => new[] { t.Phone, t.Phone24h }).OfType<string>().Select(Plain)];

    // Numbers and postcodes are written with and without spaces.
    private static string Plain(string text) => NotWord().Replace(text, "").ToUpperInvariant();

    [GeneratedRegex(@"[^\p{L}\p{Nd}@.]+")]
    private static partial Regex NotWord();
}
