using System.Text.Json.Nodes;
using Hub.Adapters.Sources.EventApi;
using Hub.Fhir.Events;
using Hub.Proxy.Intake;
using Hub.Proxy.Routing;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.EventApi;

public sealed class PublishedSchemaTests
{
    public static TheoryData<string> Names => [.. CareEventJson.TypeNames.Values];

    [Theory, MemberData(nameof(Names))]
    public void The_published_schema_of_an_event_is_what_the_code_takes(string name) =>
        ShouldBePublished($"event-{name}.schema.json", EventSchemas.Find(name)!);

    [Fact]
    public void The_published_schema_of_a_partner_file_is_what_the_code_takes() =>
        ShouldBePublished("partner.schema.json", PartnerFileSchema.Schema);

    [Fact]
    public void The_published_schema_of_a_monitoring_rule_is_what_the_code_takes_and_the_shipped_rules_fit_it()
    {
        ShouldBePublished("monitoring-rule.schema.json", MonitoringRuleBook.Schema);
        MonitoringRuleBook.Open(Repository.PathOf("profiles", "rules"), TimeProvider.System).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void No_schema_is_published_of_an_event_that_there_is_not()
    {
        var published = Directory.GetFiles(Repository.PathOf("profiles", "schemas"), "event-*.schema.json").Select(Path.GetFileName);

        published.Order().ShouldBe(CareEventJson.TypeNames.Values.Select(n => $"event-{n}.schema.json").Order());
    }

    [Fact]
    public void A_sender_cannot_write_what_is_the_hubs_own_remark()
    {
        var discharge = EventSchemas.Find("discharge")!;

        discharge["properties"]!.AsObject().ContainsKey("dataQuality").ShouldBeFalse();
        discharge["properties"]!.AsObject().ContainsKey("sourceMessageId").ShouldBeFalse();
        discharge["$defs"]!["patientRef"]!["properties"]!.AsObject().ContainsKey("rejectedNhsNumber").ShouldBeFalse();
    }

    // A change is read by a person before it is published: the test leaves the new text beside, and never writes into profiles/.
    private static void ShouldBePublished(string file, JsonObject schema)
    {
        var now = EventSchemas.Text(schema);
        var path = Repository.PathOf("profiles", "schemas", file);
        if (!File.Exists(path) || File.ReadAllText(path) != now)
        {
            var beside = Repository.PathOf("artifacts", "schemas", file);
            Directory.CreateDirectory(Path.GetDirectoryName(beside)!);
            File.WriteAllText(beside, now);
            Assert.Fail($"profiles/schemas/{file} is not what the code takes. Read artifacts/schemas/{file} and, if it is meant, copy it there.");
        }
    }
}
