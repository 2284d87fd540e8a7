using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Proxy.Commands.Samples;

/// <summary>An HL7 v2 message by its fields as they stand on the wire, such as <c>PID-3</c> and <c>OBX[2]-5</c>; long formatted text line by line.</summary>
internal static class Hl7ContentView
{
    private const int LongestShown = 4_000;

    public static JsonNode Of(ReadOnlyMemory<byte> message)
    {
        var view = new JsonObject();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var text = Hl7Header.TryRead(message.Span, out _) ? Encoding.UTF8.GetString(message.Span) : throw new InvalidDataException("The copy is no HL7 v2 message.");
        foreach (var line in text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(text[3]);
            var occurrence = seen[fields[0]] = seen.GetValueOrDefault(fields[0]) + 1;
            var name = occurrence == 1 ? fields[0] : string.Create(CultureInfo.InvariantCulture, $"{fields[0]}[{occurrence}]");
            var shift = fields[0] == "MSH" ? 1 : 0; // MSH-1 is the separator itself
            for (var i = 1; i < fields.Length; i++)
            {
                if (fields[i].Length > 0)
                {
                    view[string.Create(CultureInfo.InvariantCulture, $"{name}-{i + shift}")] = Value(fields[i]);
                }
            }
        }

        return view;
    }

    private static JsonNode? Value(string field) =>
        field.Split("\\.br\\") is { Length: > 1 } lines ? JsonSerializer.SerializeToNode(lines.Where(l => l.Length > 0))
        : field.Length > LongestShown ? string.Create(CultureInfo.InvariantCulture, $"({field.Length} characters, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(field)))})")
        : field;
}
