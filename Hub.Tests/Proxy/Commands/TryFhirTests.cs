using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Proxy.Commands.Try;
using Hub.Tests.Adapters.Sources.FhirMessages;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Commands;

/// <summary><c>hub try</c> of a FHIR message, as a person at a keyboard runs it.</summary>
public sealed class TryFhirTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-try-test-").FullName;

    [Fact]
    public async Task A_fhir_message_is_recognised_and_what_is_in_no_event_is_listed()
    {
        var (exit, shown) = await TryAsync(FhirSender.Bytes(FhirSender.Stranger()), ".json");

        exit.ShouldBe(0);
        (shown["kind"]!.ToString(), shown["source"]!.ToString(), shown["events"]![0]!["event"]!["type"]!.ToString()).ShouldBe(("discharge", "epr-fhir", "discharge"));
        shown["notMapped"]!.AsArray().Select(n => n!.ToString()).ShouldBe(["Observation", "Patient.maritalStatus"]);
    }

    [Fact]
    public async Task An_XML_message_is_recognised_as_well()
    {
        var (exit, shown) = await TryAsync(FhirMessageReaderTests.Xml(FhirSender.Stranger()), ".xml");

        (exit, shown["outcome"]!.ToString()).ShouldBe((0, "Accepted"));
    }

    [Fact]
    public async Task A_message_of_a_sender_nobody_knows_is_read_as_the_source_that_is_named()
    {
        var message = FhirSender.Stranger();
        FhirSender.Resource(message, "MessageHeader")["source"]!["endpoint"] = "https://new.example/fhir";

        (await TryAsync(FhirSender.Bytes(message), ".json")).Shown["problems"]![0]!["code"]!.ToString().ShouldBe("unknown-sender");
        (await TryAsync(FhirSender.Bytes(message), ".json", "--as", "epr-fhir")).Shown["outcome"]!.ToString().ShouldBe("Accepted");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<(int Exit, JsonNode Shown)> TryAsync(byte[] content, string ending, params string[] further)
    {
        var partners = Directory.CreateDirectory(Path.Combine(folder, "partners")).FullName;
        await File.WriteAllTextAsync(Path.Combine(partners, "epr-fhir.json"), $$"""
            { "id": "epr-fhir", "name": "EPR (FHIR)", "role": "source", "organisation": "RX1", "protocol": "fhir-messages", "settings": { "match": { "endpoints": ["{{FhirSender.Endpoint}}"] } } }
            """);
        var file = Path.Combine(folder, "message" + ending);
        await File.WriteAllBytesAsync(file, content);
        var (exit, text) = await HubProcess.RunAsync(["try", file, "--partners", partners, "--json", .. further], TestContext.Current.CancellationToken);
        return (exit, JsonNode.Parse(text)!);
    }
}
