using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>The files of <c>profiles/</c>, which travel inside the assembly.</summary>
internal static class EmbeddedDefinitions
{
    private const string Prefix = "profiles/";

    // Strict: a file that is not R4 stops the process at warm-up; a test judges every file before that.
    private static readonly JsonSerializerOptions Json = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);

    /// <summary>Path below <c>profiles/</c> and content, in the order of the paths.</summary>
    public static IEnumerable<(string Path, byte[] Content)> Files()
    {
        var assembly = typeof(EmbeddedDefinitions).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return (name[Prefix.Length..].Replace('\\', '/'), content);
        }
    }

    /// <summary>The FHIR resources among the files; package.json, rules and other data are not.</summary>
    public static IEnumerable<(string Path, Resource Resource)> Resources()
    {
        foreach (var (path, content) in Files())
        {
            if (IsResource(content))
            {
                yield return (path, JsonSerializer.Deserialize<Resource>(content, Json)!);
            }
        }
    }

    public static T Read<T>(byte[] content)
        where T : Resource => JsonSerializer.Deserialize<T>(content, Json)!;

    public static bool IsResource(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content);
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals("resourceType"))
            {
                return true;
            }
        }

        return false;
    }
}
