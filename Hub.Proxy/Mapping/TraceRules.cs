using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Conformance.Profiles;

namespace Hub.Proxy.Mapping;

/// <summary>Says in a few words how an element came from its origins, by what can be seen in both.</summary>
internal static class TraceRules
{
    private const string OwnRows = "/settings/conceptMaps/";

    public static string Of(string path, string value, IReadOnlyList<TracedOrigin> from)
    {
        if (BundleElements.IsLink(path, value))
        {
            return "id or link, derived from the source's ids";
        }

        if (path.EndsWith(".div", StringComparison.Ordinal))
        {
            return "worded for readers by a template";
        }

        if (from.FirstOrDefault(o => o.Input == TraceInput.Message) is null)
        {
            return from.Any(o => o.Input == TraceInput.PartnerFile) ? from.Any(o => o.Value == value) ? "copied from the source's partner file" : "from the source's partner file"
                : from.Count > 0 ? "from earlier messages of the episode"
                : "the same in every message of this kind, or what the hub holds or derives";
        }

        if (from.FirstOrDefault(o => o.Input == TraceInput.PartnerFile && o.Value == value && o.Path.StartsWith(OwnRows, StringComparison.Ordinal)) is { } own)
        {
            var (table, code) = OwnRow(own.Path);
            return $"the partner file's row in ConceptMap {table}: {code} to {value}";
        }

        return from.Select(o => Row(o, value)).FirstOrDefault(r => r is not null) is { } row ? $"ConceptMap {row.Table} {row.Version}: {row.Source} to {row.Target}"
            : from.Any(o => o.Value == value) ? "copied"
            : from.Any(o => IsTime(o.Value, value)) ? "time, at the sender's precision"
            : from.Any(o => o.Value.Length > 1 && value.Contains(o.Value, StringComparison.OrdinalIgnoreCase)) ? "part of the text"
            : from.Any(o => o.Input == TraceInput.PartnerFile) ? "looked up in the source's partner file"
            : "derived";
    }

    // /settings/conceptMaps/<table>/<code>, a JSON pointer (RFC 6901).
    private static (string Table, string Code) OwnRow(string pointer)
    {
        var parts = pointer[OwnRows.Length..].Split('/', 2);
        return (parts[0], parts.Length < 2 ? "" : parts[1].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
    }

    // PID-32 comes with and without the letters of its table (UK HL7 v2).
    private static CodeTableRow? Row(TracedOrigin origin, string value) => origin.Input == TraceInput.Message
        ? FieldTables.Of(origin.Path).SelectMany(table => CodeTables.Find(table, origin.Value).Concat(CodeTables.Find(table, "NSTS" + origin.Value))).FirstOrDefault(r => r.Target == value)
        : null;

    // The digits of both, as far as the source wrote them: 20260503 and 2026-05-03T..., 20260503174000 and 2026-05-03T17:40:00+01:00.
    private static bool IsTime(string source, string value)
    {
        var (one, other) = (Digits(source), Digits(value));
        return one.Length >= 4 && other.Length >= 4 && value.Length >= 4 && value[..4].All(char.IsAsciiDigit) && (other.StartsWith(one[..Math.Min(one.Length, 14)], StringComparison.Ordinal) || one.StartsWith(other, StringComparison.Ordinal));
    }

    private static string Digits(string text) => new([.. text.Where(char.IsAsciiDigit)]);
}
