using System.Text.Json;

namespace Hub.Proxy.Routing;

/// <summary>On which line of a JSON text each field stands, by JSON Pointer (RFC 6901).</summary>
internal sealed class JsonLines
{
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal) { [""] = 1 };

    private JsonLines() { }

    /// <param name="json">A text that has been parsed before: comments and trailing commas are allowed.</param>
    public static JsonLines Read(ReadOnlySpan<byte> json)
    {
        var found = new JsonLines();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var path = new Stack<(string Pointer, int Index)>(); // index -1: an object
        var next = "";
        int line = 1, counted = 0;
        while (reader.Read())
        {
            line += json[counted..(int)reader.TokenStartIndex].Count((byte)'\n');
            counted = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    next = path.Peek().Pointer + "/" + reader.GetString()!.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
                    found.lines.TryAdd(next, line);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Pop();
                    break;
                default:
                    next = Place(path, next);
                    found.lines.TryAdd(next, line);
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    {
                        path.Push((next, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
                    }

                    break;
            }
        }

        return found;
    }

    /// <summary>The field's line; for a field that is missing, the line of what it is missing from.</summary>
    public int LineOf(string pointer)
    {
        while (!lines.ContainsKey(pointer))
        {
            var cut = pointer.LastIndexOf('/');
            pointer = cut < 0 ? "" : pointer[..cut];
        }

        return lines[pointer];
    }

    // In a list the place counts on; in an object it is the name just read.
    private static string Place(Stack<(string Pointer, int Index)> path, string named)
    {
        if (path.Count == 0 || path.Peek().Index < 0)
        {
            return named;
        }

        var (pointer, index) = path.Pop();
        path.Push((pointer, index + 1));
        return $"{pointer}/{index}";
    }
}
