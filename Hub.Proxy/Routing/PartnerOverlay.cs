using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;

namespace Hub.Proxy.Routing;

/// <summary>
/// What one environment changes in a partner file: objects are merged member by member, everything else is replaced, and <c>null</c> takes a field out
/// (JSON Merge Patch, RFC 7396). Remembers which fields it gave, so that an error names the file it came from.
/// </summary>
internal sealed class PartnerOverlay
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 };

    private static readonly string[] Fixed = ["id", "role"];

    private readonly JsonObject patch;
    private readonly JsonLines lines;

    private PartnerOverlay(string fileName, JsonObject patch, JsonLines lines) => (FileName, this.patch, this.lines) = (fileName, patch, lines);

    public string FileName { get; }

    /// <returns>Null and what is wrong where the bytes are no overlay.</returns>
    public static PartnerOverlay? Read(string fileName, ReadOnlyMemory<byte> bytes, out PartnerProblem? problem)
    {
        problem = null;
        if (!JsonDocumentReader.TryRead(bytes, Lenient, out var document, out var where, out var why) || document.ValueKind != JsonValueKind.Object)
        {
            problem = new PartnerProblem("", $"{why ?? "The overlay is no JSON object."} ({where ?? "line 1"})", "One JSON object with the fields that differ.") { File = fileName, Line = PartnerFileReader.LineIn(where ?? "") };
            return null;
        }

        var lines = JsonLines.Read(bytes.Span is [0xEF, 0xBB, 0xBF, ..] ? bytes.Span[3..] : bytes.Span);
        var fixedField = Array.Find(Fixed, name => document.TryGetProperty(name, out _));
        if (fixedField is not null || HasRepeatedName(document))
        {
            problem = fixedField is null
                ? new PartnerProblem("", "A field stands twice in it.", "Each field once.") { File = fileName, Line = 1 }
                : new PartnerProblem("/" + fixedField, "An environment does not change who a partner is.", "Take the field out; another partner is another file.") { File = fileName, Line = lines.LineOf("/" + fixedField) };
            return null;
        }

        return new PartnerOverlay(fileName, JsonObject.Create(document)!, lines);
    }

    public void ApplyTo(JsonObject file) => Merge(file, patch);

    /// <summary>The line here that gave a field its value; null where this overlay did not.</summary>
    public int? LineOf(string pointer)
    {
        JsonNode? node = patch;
        var at = "";
        foreach (var name in pointer.Split('/').Skip(1))
        {
            if (node is not JsonObject members || !members.TryGetPropertyValue(name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out node))
            {
                return null; // it goes through objects that both files have, and was not given here
            }

            at += "/" + name;
            if (node is not JsonObject)
            {
                return lines.LineOf(pointer); // a value or a list of ours, with all that is in it
            }
        }

        return node is JsonObject ? null : lines.LineOf(at);
    }

    private static void Merge(JsonObject file, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (name == "$schema")
            {
                continue;
            }

            if (value is null)
            {
                file.Remove(name);
            }
            else if (value is JsonObject changes && file[name] is JsonObject under)
            {
                Merge(under, changes);
            }
            else
            {
                file[name] = value is JsonObject own ? Without(own) : value.DeepClone();
            }
        }
    }

    // RFC 7396, 2: nulls of an object that is new take nothing out, and are not put in either.
    private static JsonObject Without(JsonObject added)
    {
        var clean = new JsonObject();
        Merge(clean, added);
        return clean;
    }

    public static bool HasRepeatedName(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().GroupBy(m => m.Name).Any(g => g.Count() > 1) || value.EnumerateObject().Any(m => HasRepeatedName(m.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HasRepeatedName),
        _ => false,
    };
}
