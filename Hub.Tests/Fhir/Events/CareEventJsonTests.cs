using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Events;

public sealed class CareEventJsonTests
{
    public static TheoryData<string> Names => [.. CareEventJson.TypeNames.Values];

    [Theory, MemberData(nameof(Names))]
    public void Every_event_comes_back_from_the_store_as_it_went_in(string name)
    {
        var read = Example(name);

        var again = CareEventJson.ReadEvent(CareEventJson.Write(read));

        again.ShouldBeOfType(read.GetType());
        CareEventJson.TypeName(again).ShouldBe(name);
        CareEventJson.Write(again).ShouldBe(CareEventJson.Write(read));
    }

    [Fact]
    public void A_time_keeps_its_sources_words_through_the_store()
    {
        ClinicalTime.TryParseHl7("202610250130", out var time).ShouldBeTrue();
        var read = Example("contact-recorded") with { OccurredAt = time! };

        var again = CareEventJson.ReadEvent(CareEventJson.Write(read)).OccurredAt;

        again.ShouldBe(time);
    }

    [Fact]
    public void A_misspelt_field_is_an_error_and_not_lost_in_silence()
    {
        var text = System.Text.Encoding.UTF8.GetString(CareEventJson.Write(Example("admission"))).Replace("\"occurredAt\"", "\"ocurredAt\"", StringComparison.Ordinal);

        Should.Throw<JsonException>(() => CareEventJson.ReadEvent(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_printed_event_says_nothing_of_the_person(string name)
    {
        var read = Example(name);

        $"{read} {read.Patient}".ShouldBe($"{read.GetType().Name} example-1 PatientRef");
    }

    private static CareEvent Example(string name)
    {
        var bytes = File.ReadAllBytes(Repository.PathOf("profiles", "examples", "events", name + ".json"));
        var partner = new PartnerFile { Id = "northside-epr-json", Name = "Northside EPR", Role = PartnerRole.Source, Protocol = "event-api", Organisation = OdsCode.Parse("RXX") };
        return EventApiReader.Read(bytes, name, "example-1", partner).Event.ShouldNotBeNull();
    }
}
