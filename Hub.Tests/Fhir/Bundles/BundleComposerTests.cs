using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

public sealed class BundleComposerTests
{
    private static readonly FhirJsonDeserializer Strict = new(new DeserializerSettings().UsingMode(DeserializationMode.Strict));

    public static TheoryData<string> EventTypes => [.. CareEventJson.TypeNames.Values];

    [Fact]
    public void The_cases_hold_one_event_of_every_kind() =>
        Cases.All().Select(CareEventJson.TypeName).Distinct().Order().ShouldBe(CareEventJson.TypeNames.Values.Order());

    [Theory]
    [MemberData(nameof(EventTypes))]
    public void Every_event_becomes_a_message_that_a_strict_reader_takes(string type)
    {
        foreach (var audience in Enum.GetValues<Audience>())
        {
            var body = Emitted.Compose(Cases.Request(Of(type), audience));

            string.Join("\n", body.Issues.Select(i => $"{i.Severity} {i.Rule} {i.Location}: {i.Text}")).ShouldBeEmpty();
            var bundle = Read(body);
            bundle.Entry[0].Resource.ShouldBeOfType<MessageHeader>();
            bundle.Entry[1].Resource.ShouldBeOfType<Composition>().Section.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(EventTypes))]
    public void Every_reference_in_a_message_points_at_an_entry_of_it(string type)
    {
        var json = JsonDocument.Parse(Emitted.Compose(Cases.Request(Of(type))).Json);

        var urls = json.RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("fullUrl").GetString()).ToList();
        urls.Distinct().Count().ShouldBe(urls.Count);
        References(json.RootElement).ShouldAllBe(r => urls.Contains(r));
    }

    [Theory]
    [MemberData(nameof(EventTypes))]
    public void The_same_event_gives_the_same_bytes(string type) =>
        Emitted.Compose(Cases.Request(Of(type))).Json.Span.SequenceEqual(Emitted.Compose(Cases.Request(Of(type))).Json.Span).ShouldBeTrue();

    internal static Bundle Read(ComposedBody body) => (Bundle)ReadJson(body.Json);

    internal static Resource ReadJson(ReadOnlyMemory<byte> json) => Strict.DeserializeResource(System.Text.Encoding.UTF8.GetString(json.Span));

    private static CareEvent Of(string type) => Cases.All().Single(e => CareEventJson.TypeName(e) == type);

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p =>
            p.NameEquals("reference") && p.Value.ValueKind == JsonValueKind.String ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
