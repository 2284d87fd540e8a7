using Hub.Adapters.Sources.FhirMessages;
using Hub.Proxy.Routing;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

public sealed class FhirMessageSettingsTests
{
    [Fact]
    public void The_published_example_is_right()
    {
        var path = Repository.PathOf("partners", "northside-epr-fhir.json");

        new PartnerFileReader([new FhirMessageSettingsCheck()], _ => null).Read(Path.GetFileName(path), File.ReadAllBytes(path)).Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "match": { } }""", "/settings/match")]
    [InlineData("""{ }""", "/settings/match")]
    [InlineData("""{ "match": { "senders": ["no code!"] } }""", "/settings/match/senders/0")]
    [InlineData("""{ "match": { "endpoints": ["x"] }, "otherEncountersAre": "gp" }""", "/settings/otherEncountersAre")]
    [InlineData("""{ "match": { "endpoints": ["x"] }, "events": [{ "system": "X", "code": "1", "means": "leave" }] }""", "/settings/events/0/means")]
    [InlineData("""{ "match": { "endpoints": ["x"] }, "responseUrls": ["file:///etc"] }""", "/settings/responseUrls/0")]
    [InlineData("""{ "match": { "endpoints": ["x"] }, "refuseConflict": true }""", "/settings/refuseConflict")]
    public void A_wrong_setting_is_named(string settings, string field) =>
        new FhirMessageSettingsCheck().Check(FhirSender.Partner(settings)).ShouldContain(p => p.Field == field);

    [Fact]
    public void A_sender_without_an_organisation_is_named() =>
        new FhirMessageSettingsCheck().Check(FhirSender.Partner() with { Organisation = null }).ShouldHaveSingleItem().Field.ShouldBe("/organisation");
}
