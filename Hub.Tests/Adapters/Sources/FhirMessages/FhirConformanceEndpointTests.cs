using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Conformance;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.FhirMessages;

public sealed class FhirConformanceEndpointTests
{
    [Fact]
    public async Task The_hub_says_which_messages_it_takes_and_each_definition_it_names_is_served()
    {
        await using var host = await FhirHost.StartAsync();

        var statement = await GetAsync(host, "/fhir/metadata");

        IncomingBundle.ReadAny(Encoding.UTF8.GetBytes(statement.ToJsonString())).Issues.Where(i => i.Severity == IssueSeverity.Error).ShouldBeEmpty();
        (statement["kind"]!.ToString(), statement["fhirVersion"]!.ToString(), statement["instantiates"]![0]!.ToString()).ShouldBe(("instance", "4.0.1", "https://fhir.crt-hub.example/CapabilityStatement/crt-hub"));
        var messages = statement["messaging"]![0]!["supportedMessage"]!.AsArray();
        messages.Select(m => m!["mode"]!.ToString()).Distinct().ShouldBe(["receiver"]);
        messages.Count.ShouldBe(9);
        foreach (var definition in messages.Select(m => m!["definition"]!.ToString()))
        {
            (await GetAsync(host, "/fhir/MessageDefinition/" + definition.Split('/')[^1]))["url"]!.ToString().ShouldBe(definition);
        }
    }

    [Fact]
    public async Task The_hub_says_how_an_answer_is_put_off_and_how_messages_are_fetched_where_somebody_fetches_them()
    {
        await using var host = await FhirHost.StartAsync(FhirSender.Partner() with { Role = PartnerRole.Recipient, Protocol = "pull" });
        await using var other = await FhirHost.StartAsync();

        var statement = await GetAsync(host, "/fhir/metadata");

        IncomingBundle.ReadAny(Encoding.UTF8.GetBytes(statement.ToJsonString())).Issues.Where(i => i.Severity == IssueSeverity.Error).ShouldBeEmpty();
        statement["rest"]![0]!["operation"]!.AsArray().Single(o => o!["name"]!.ToString() == "process-message")!["documentation"]!.ToString().ShouldContain("respond-async");
        Types(statement).ShouldBe(["MessageDefinition", "Bundle", "Task"]);
        Types(await GetAsync(other, "/fhir/metadata")).ShouldBe(["MessageDefinition", "Task"]);
        static IEnumerable<string> Types(JsonNode said) => said["rest"]![0]!["resource"]!.AsArray().Select(r => r!["type"]!.ToString());
    }

    [Fact]
    public async Task Without_a_sender_in_the_files_the_hub_takes_no_messages_and_says_so()
    {
        await using var host = await FhirHost.StartAsync(FhirSender.Partner() with { Role = PartnerRole.Recipient, Protocol = "fhir-messaging" });

        var statement = await GetAsync(host, "/fhir/metadata");

        statement["messaging"]![0]!["supportedMessage"]!.AsArray().Select(m => m!["mode"]!.ToString()).Distinct().ShouldBe(["sender"]);
    }

    [Fact]
    public async Task Message_definitions_are_found_by_their_event()
    {
        await using var host = await FhirHost.StartAsync();

        (await GetAsync(host, "/fhir/MessageDefinition"))["total"]!.GetValue<int>().ShouldBe(29);
        (await GetAsync(host, "/fhir/MessageDefinition?event=discharge"))["entry"]!.AsArray().Select(e => e!["resource"]!["id"]!.ToString()).ShouldBe(["crt-hub-discharge"]);
        using var missing = await host.Http.GetAsync("/fhir/MessageDefinition/none", TestContext.Current.CancellationToken);
        ((int)missing.StatusCode).ShouldBe(404);
    }

    [Theory]
    [InlineData("/fhir/$validate")]
    [InlineData("/fhir/Bundle/$validate")]
    public async Task A_message_is_judged_and_nothing_is_stored(string path)
    {
        await using var host = await FhirHost.StartAsync();
        var broken = FhirSender.Stranger();
        FhirSender.Resource(broken, "Observation")["status"] = "finished";

        var (good, goodAnswer, _) = await host.PostAsync(FhirSender.Composed(Cases.Discharge()), path);
        var (bad, badAnswer, _) = await host.PostAsync(FhirSender.Bytes(broken), path);

        (good, bad).ShouldBe((200, 200));
        goodAnswer!["issue"]!.AsArray().ShouldNotContain(i => i!["severity"]!.ToString() == "error");
        badAnswer!["issue"]!.AsArray().ShouldContain(i => i!["severity"]!.ToString() == "error" && i["details"]!["text"]!.ToString() == "r4-code");
        (host.Intake.Accepted.Count, host.Intake.Refused.Count).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_resource_alone_is_judged_by_the_profile_it_claims()
    {
        await using var host = await FhirHost.StartAsync();

        var (status, answer, _) = await host.PostAsync("""{ "resourceType": "AllergyIntolerance", "meta": { "profile": ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-AllergyIntolerance"] }, "patient": { "display": "somebody" } }"""u8.ToArray(), "/fhir/$validate");

        status.ShouldBe(200);
        answer!["issue"]!.AsArray().ShouldContain(i => i!["severity"]!.ToString() == "error");
    }

    private static async Task<JsonNode> GetAsync(FhirHost host, string path)
    {
        var bytes = await host.Http.GetByteArrayAsync(path, TestContext.Current.CancellationToken);
        Emitted.KeepResource(bytes);
        return JsonNode.Parse(bytes)!;
    }
}
