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

    [Theory]
    [InlineData("""["http://epr.example/answers"]""", "{}", "/settings/responseUrls/0")]
    [InlineData("""["http://epr.example/answers"]""", """{ "allowPlainHttp": true }""", null)]
    [InlineData("""["https://epr.example/answers"]""", """{ "auth": { "method": "magic" } }""", "/settings/responseAccess/auth/method")]
    [InlineData("""["https://epr.example/answers"]""", """{ "pasword": "x" }""", "/settings/responseAccess/pasword")]
    [InlineData("""["https://epr.example/answers"]""", """{ "auth": { "method": "basic", "username": "hub", "password": { "fromEnv": "EPR_PASSWORD" } } }""", null)]
    public void How_answers_are_posted_is_judged_with_the_file(string addresses, string access, string? field)
    {
        var file = $$"""{ "id": "epr", "name": "EPR", "role": "source", "organisation": "RXN", "protocol": "fhir-messages", "settings": { "match": { "endpoints": ["x"] }, "responseUrls": {{addresses}}, "responseAccess": {{access}} } }""";

        new PartnerFileReader([new FhirMessageSettingsCheck()], _ => null).Read("epr.json", System.Text.Encoding.UTF8.GetBytes(file)).Problems.Select(p => p.Field).ShouldBe(field is null ? [] : [field]);
    }

    [Fact]
    public void A_sender_without_an_organisation_is_named() =>
        new FhirMessageSettingsCheck().Check(FhirSender.Partner() with { Organisation = null }).ShouldHaveSingleItem().Field.ShouldBe("/organisation");
}
