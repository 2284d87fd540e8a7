using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Itk3;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Itk3;

/// <summary>Nothing that the hub emits is without a place in STU3: an element that is in no table stops the message, and this test before it.</summary>
public sealed class Stu3ElementsTests
{
    /// <summary>Ids, addresses and codes have another form in STU3; words have not.</summary>
    private static readonly string[] NotWords = ["id", "system", "url", "profile", "resourceType", "code", "status", "fullUrl", "reference", "kind", "type", "clinicalStatus", "verificationStatus"];

    public static TheoryData<string> Examples => [.. Directory.EnumerateFiles(Golden.Journeys, "*.json").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_element_of_every_published_example_has_its_place_in_STU3(string file) => Map(File.ReadAllBytes(Path.Combine(Golden.Journeys, file)));

    [Fact]
    public void So_has_every_event_for_every_reader()
    {
        foreach (var happened in Cases.All())
        {
            foreach (var audience in Enum.GetValues<Audience>())
            {
                Map(BundleComposer.Compose(Cases.Request(happened, audience, Cases.Discharged(), Cases.Changed())).Json);
            }
        }
    }

    [Theory]
    [InlineData("Encounter", "subjectStatus", "Encounter.subjectStatus")]
    [InlineData("MedicationStatement", "adherence", "MedicationStatement.adherence")]
    [InlineData("Patient", "pronouns", "Patient.pronouns")]
    public void An_element_that_no_table_names_stops_the_message(string type, string element, string said)
    {
        var bundle = JsonNode.Parse(Itk3Cases.R4("discharge").Span)!;
        bundle["entry"]!.AsArray().Select(e => e!["resource"]!.AsObject()).First(r => (string?)r["resourceType"] == type)[element] = "x";

        Should.Throw<Itk3MappingException>(() => Itk3Message.Write(JsonSerializer.SerializeToUtf8Bytes(bundle), Itk3Cases.Envelope)).Message.ShouldContain(said);
    }

    [Fact]
    public void A_code_that_STU3_does_not_have_stops_the_message_rather_than_being_sent()
    {
        var bundle = JsonNode.Parse(Itk3Cases.R4("discharge").Span)!;
        bundle["entry"]!.AsArray().Select(e => e!["resource"]!.AsObject()).First(r => (string?)r["resourceType"] == "Task")["status"] = "triaged";

        Should.Throw<Itk3MappingException>(() => Itk3Message.Write(JsonSerializer.SerializeToUtf8Bytes(bundle), Itk3Cases.Envelope)).Message.ShouldContain("Task.status");
    }

    [Fact]
    public void Every_difference_says_why_and_stands_once()
    {
        Stu3Differences.All.ShouldAllBe(d => d.Why.Length > 5 && d.Change.Length > 2);
        Stu3Differences.All.Select(d => d.Path).ShouldBeUnique();
    }

    [Fact]
    public void No_word_of_the_message_is_lost_on_the_way()
    {
        foreach (var happened in Cases.All())
        {
            var body = BundleComposer.Compose(Cases.Request(happened, Audience.Gp, Cases.Discharged(), Cases.Changed()));
            if (body.Issues.Any(i => i.Severity == IssueSeverity.Error))
            {
                continue;
            }

            var there = string.Join('\n', Words(Itk3Message.Write(body.Json, Itk3Cases.Envelope with { Format = Itk3Format.Json }).Bytes));
            foreach (var word in Words(Encoding.UTF8.GetBytes(JsonNode.Parse(body.Json.Span)!["entry"]!.ToJsonString()))) // the Bundle's own id gives way to the envelope's
            {
                there.ShouldContain(word.Replace("urn:uuid:", "", StringComparison.Ordinal), Case.Sensitive, happened.GetType().Name);
            }
        }
    }

    private static void Map(ReadOnlyMemory<byte> bundle)
    {
        var entries = JsonNode.Parse(bundle.Span)!["entry"]!.AsArray().Select(e => e!.AsObject()).ToList();
        var mapper = new Stu3Mapper(entries);
        foreach (var resource in entries.Select(e => e["resource"]!.AsObject()).Where(r => (string?)r["resourceType"] != "MessageHeader"))
        {
            Should.NotThrow(() => mapper.ToStu3(resource));
        }
    }

    private static IEnumerable<string> Words(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. Words(document.RootElement, "")];
    }

    private static IEnumerable<string> Words(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(p => !NotWords.Contains(p.Name)).SelectMany(p => Words(p.Value, p.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(i => Words(i, name)),
        JsonValueKind.String when name.Length > 0 => [element.GetString()!],
        _ => [],
    };
}
