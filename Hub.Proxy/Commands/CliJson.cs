using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Hub.Proxy.Commands;

/// <summary>The one shape of JSON that every verb prints: camelCase, enums as words, one object a line.</summary>
internal static class CliJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a terminal or a file, never a page
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void Print<T>(T value) => Console.WriteLine(Text(value));

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, Options);

    /// <summary>Says on standard error that nothing was found or that it is refused, and returns the exit code for that.</summary>
    public static int NotFound(bool json, string text)
    {
        Console.Error.WriteLine(json ? JsonSerializer.Serialize(new { refused = text }, Options) : text);
        return HubCommand.Found;
    }

    /// <summary>Says on standard error what went wrong, in the shape asked for, and returns the exit code for a fault.</summary>
    public static int Fault(bool json, string text)
    {
        Console.Error.WriteLine(json ? JsonSerializer.Serialize(new { error = text }, Options) : text);
        return HubCommand.Fault;
    }
}
