using System.Text.Json.Nodes;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>
/// A person as the server is to find them: a conditional reference (R4, http.html#trules), which the server resolves to its own Patient or refuses. In a body only:
/// an address with a number in it would stand in every proxy's log.
/// </summary>
internal sealed record PatientReference(string System, string Value)
{
    public const string Prefix = "Patient?identifier=";

    /// <summary>The best identifier that the server goes by, else the first there is. Null for a Patient without any.</summary>
    public static PatientReference? Of(JsonObject patient, IReadOnlyList<string> systems)
    {
        var known = (patient["identifier"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(i => (System: i["system"]?.GetValue<string>(), Value: i["value"]?.GetValue<string>()))
            .Where(i => i is { System.Length: > 0, Value.Length: > 0 }).ToList();
        var best = systems.Select(s => known.Find(k => k.System == s)).FirstOrDefault(k => k.Value is not null);
        best = best.Value is null && known.Count > 0 ? known[0] : best;
        return best.Value is null ? null : new PatientReference(best.System!, best.Value);
    }

    /// <summary>Reads one back out of a transaction's bytes.</summary>
    public static PatientReference? Read(string reference)
    {
        var cut = reference.IndexOf('|', StringComparison.Ordinal);
        return reference.StartsWith(Prefix, StringComparison.Ordinal) && cut > 0
            ? new PatientReference(reference[Prefix.Length..cut], Unescaped(Uri.UnescapeDataString(reference[(cut + 1)..])))
            : null;
    }

    /// <summary>As it stands in a Reference.</summary>
    public string Url => $"{Prefix}{System}|{Uri.EscapeDataString(Escaped)}";

    /// <summary>As it stands in a search form, before form encoding.</summary>
    public string Token => $"{System}|{Escaped}";

    // Masked, so that no log line or exception message can leak it by accident.
    public override string ToString() => "a person's identifier";

    // R4, search.html#escaping.
    private string Escaped => Value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal)
        .Replace(",", @"\,", StringComparison.Ordinal).Replace("$", @"\$", StringComparison.Ordinal);

    private static string Unescaped(string text) => text.Replace(@"\$", "$", StringComparison.Ordinal).Replace(@"\,", ",", StringComparison.Ordinal)
        .Replace(@"\|", "|", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);
}
