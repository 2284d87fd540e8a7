using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Profiles;

/// <summary>The FHIR package of <c>profiles/</c>: what <c>hub profiles pack</c> writes. The same build gives the same bytes.</summary>
public static class ProfilePackage
{
    // A time of its own would make two packages of one build differ; the FHIR registry's tools do not look at it.
    private static readonly DateTimeOffset NoTime = DateTimeOffset.UnixEpoch;

    /// <summary>Writes the package as a gzipped tar: <c>package/package.json</c>, <c>package/.index.json</c> and one file a resource.</summary>
    public static void Write(Stream destination)
    {
        using var gzip = new GZipStream(destination, CompressionLevel.Optimal, leaveOpen: true);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (name, content) in Entries())
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "package/" + name)
            {
                DataStream = new MemoryStream(content, writable: false),
                ModificationTime = NoTime,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            });
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Entries()
    {
        var resources = EmbeddedDefinitions.Resources().ToDictionary(r => r.Path, r => r.Resource, StringComparer.Ordinal);
        var files = EmbeddedDefinitions.Files().ToList();
        yield return ("package.json", files.Single(f => f.Path == "package.json").Content);
        yield return (".index.json", Index(resources.Values));
        foreach (var (path, content) in files.Where(f => resources.ContainsKey(f.Path)))
        {
            yield return (FileName(resources[path]), content);
        }
    }

    private static string FileName(Resource resource) => $"{resource.TypeName}-{resource.Id}.json";

    // FHIR NPM package specification, ".index.json", index-version 1.
    private static byte[] Index(IEnumerable<Resource> resources)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("index-version", 1);
            json.WriteStartArray("files");
            foreach (var resource in resources.OrderBy(FileName, StringComparer.Ordinal))
            {
                WriteFile(json, resource);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteFile(Utf8JsonWriter json, Resource resource)
    {
        json.WriteStartObject();
        json.WriteString("filename", FileName(resource));
        json.WriteString("resourceType", resource.TypeName);
        json.WriteString("id", resource.Id);
        if (resource is IVersionableConformanceResource definition)
        {
            json.WriteString("url", definition.Url);
            json.WriteString("version", definition.Version);
        }

        if (resource is StructureDefinition structure)
        {
            json.WriteString("kind", structure.Kind == StructureDefinition.StructureDefinitionKind.ComplexType ? "complex-type" : "resource");
            json.WriteString("type", structure.Type);
        }

        json.WriteEndObject();
    }
}
