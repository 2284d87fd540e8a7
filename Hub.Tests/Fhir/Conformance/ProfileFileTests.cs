using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Fhir.Conformance;
using Hub.Fhir.Conformance.Profiles;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

public class ProfileFileTests
{
    private static readonly List<Resource> Definitions = [.. EmbeddedDefinitions.Resources().Select(r => r.Resource)];

    public static TheoryData<string> Paths => [.. EmbeddedDefinitions.Files().Where(f => EmbeddedDefinitions.IsResource(f.Content)).Select(f => f.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_profile_file_is_strict_R4_and_has_no_finding(string path)
    {
        var content = EmbeddedDefinitions.Files().Single(f => f.Path == path).Content;

        var resource = FhirJsonDeserializer.STRICT.DeserializeResource(System.Text.Encoding.UTF8.GetString(content));

        ResourceValidator.Validate(resource).ShouldBeEmpty();
        path.ShouldEndWith($"/{resource.Id}.json");
        ((IVersionableConformanceResource)resource).Url.ShouldBe($"{CodeSystems.Canonical}/{resource.TypeName}/{resource.Id}");
    }

    [Fact]
    public void Every_address_of_ours_in_the_code_is_defined_in_a_file()
    {
        var urls = Definitions.OfType<IVersionableConformanceResource>().Select(d => d.Url).ToHashSet();

        var constants = typeof(CodeSystems).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.GetValue(null)).OfType<string>()
            .Where(u => u.StartsWith(CodeSystems.Canonical + "/CodeSystem/", StringComparison.Ordinal)
                || u.StartsWith(CodeSystems.Canonical + "/StructureDefinition/", StringComparison.Ordinal)).ToList();

        constants.ShouldNotBeEmpty();
        constants.Where(c => !urls.Contains(c)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_event_of_ours_has_a_code_and_a_message_definition_and_no_other_has()
    {
        var events = typeof(CareEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => (string)a.TypeDiscriminator!).Order().ToList();

        Definitions.OfType<CodeSystem>().Single(s => s.Url == CodeSystems.MessageEvent).Concept.Select(c => c.Code).Order().ShouldBe(events);
        Definitions.OfType<MessageDefinition>().Select(m => ((Coding)m.Event).Code).Order().ShouldBe(events);
    }

    [Fact]
    public void Every_address_of_ours_that_a_file_points_to_is_there()
    {
        var urls = Definitions.OfType<IVersionableConformanceResource>().Select(d => d.Url).ToHashSet();

        var pointers = EmbeddedDefinitions.Files().Where(f => EmbeddedDefinitions.IsResource(f.Content))
            .SelectMany(f => Strings(JsonDocument.Parse(f.Content).RootElement))
            .Where(s => s.StartsWith(CodeSystems.Canonical + "/", StringComparison.Ordinal) && !s.StartsWith(CodeSystems.Canonical + "/v2uk/", StringComparison.Ordinal));

        pointers.Where(p => !urls.Contains(p)).Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_of_ours_that_a_concept_map_points_to_exists()
    {
        var codes = new CodeCatalogue(Definitions);

        var targets = Definitions.OfType<ConceptMap>().SelectMany(m => m.Group).Where(g => codes.Knows(g.Target!))
            .SelectMany(g => g.Element.SelectMany(e => e.Target).Where(t => t.Code is not null).Select(t => (g.Target, t.Code)));

        targets.ShouldNotBeEmpty();
        targets.Where(t => !codes.Contains(t.Target!, t.Code!)).ShouldBeEmpty();
    }

    [Fact]
    public void The_guide_lists_every_definition_but_itself()
    {
        var guide = Definitions.OfType<ImplementationGuide>().Single();

        guide.Definition!.Resource.Select(r => r.Reference.Reference).Order().ShouldBe(Definitions.Where(d => d != guide).Select(d => $"{d.TypeName}/{d.Id}").Order());
    }

    [Fact]
    public void The_package_is_the_same_twice_and_holds_each_definition_once()
    {
        using var first = new MemoryStream();
        using var second = new MemoryStream();

        ProfilePackage.Write(first);
        ProfilePackage.Write(second);

        first.ToArray().ShouldBe(second.ToArray());
        var names = Names(first);
        names.ShouldBeUnique();
        names[..2].ShouldBe(["package/package.json", "package/.index.json"]);
        names.Count.ShouldBe(Definitions.Count + 2);
    }

    private static List<string> Names(MemoryStream package)
    {
        package.Position = 0;
        using var tar = new TarReader(new GZipStream(package, CompressionMode.Decompress));
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name);
        }

        return names;
    }

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value)),
        _ => [],
    };
}
