using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Hub.Fhir.Events;
using Hub.Fhir.Itk3;
using Hub.Proxy.Simulators;
using Hub.Tests.Adapters.Sources.FhirMessages;
using Hub.Tests.Fhir.Itk3;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>ITK3 documents that others send to us, by a scripted MESH: kept for a person, answered as their handling asks, and never a word of the person in an answer.</summary>
public sealed class Itk3ReceiverTests : IAsyncLifetime
{
    private const string Their = "X26ABC3";
    private const string Workflow = "TOC_FHIR_MH_DISCH";
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";
    private SimulatedMesh mesh = null!;
    private TestHub hub = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        mesh = await SimulatedMesh.StartAsync();
        hub = await Itk3Practices.StartAsync(("their-ward", JsonSerializer.Serialize(new
        {
            id = "their-ward", name = "Their ward", role = "source", organisation = "RX1", protocol = "mesh",
            settings = new Dictionary<string, object>(MeshSettings.Mailbox(mesh))
            {
                ["workflows"] = new[] { MeshSettings.Events }, ["itk3Workflows"] = new[] { Workflow }, ["messages"] = new { match = new { endpoints = new[] { FhirSender.Endpoint } } },
            },
        })));
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        await mesh.DisposeAsync();
    }

    [Theory]
    [InlineData("itk3-xml", true, true, "20013,30002")]
    [InlineData("itk3-json", true, true, "20013,30002")]
    [InlineData("itk3-xml", true, false, "20013")]
    [InlineData("itk3-xml", false, false, "")]
    public async Task A_document_is_kept_and_answered_as_it_asks(string format, bool infAck, bool busAck, string codes)
    {
        var id = Deliver(Document(format, infAck, busAck, "RXN"));

        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(id));

        Codes().ShouldBe(codes.Split(',', StringSplitOptions.RemoveEmptyEntries));
        Answers().ShouldAllBe(a => a.Contains(MessageId.ToString()) && !a.Contains("9912003888") && !a.Contains("Mensah", StringComparison.OrdinalIgnoreCase));
        var entry = (await Told.AttentionAsync(hub)).Single(a => a.Kind == "refused-message");
        (await hub.Timeline.OriginalAsync(entry.ReceivedId!.Value, Token)).ShouldNotBeNull().Length.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task A_person_whom_the_hub_knows_is_known_here()
    {
        await using (var epr = hub.Epr())
        {
            (await Told.SendAsync(epr, new Messages { FromWard = "" }.Admission("1"))).ShouldBe("AA");
        }

        var id = Deliver(Document("itk3-xml", infAck: true, busAck: true, "RXN"));
        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(id));

        Codes().ShouldBe(["20013", "30001"]);
    }

    [Fact]
    public async Task What_cannot_be_read_is_answered_10009_another_organisation_20002_and_an_answer_with_nothing()
    {
        var broken = Deliver(Encoding.UTF8.GetBytes("<Bundle xmlns='http://hl7.org/fhir'><entry>"));
        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(broken));
        Codes().ShouldBe(["10009"]);
        Answers()[0].ShouldContain(Itk3Answer.UnreadableOriginal);

        var elsewhere = Deliver(Document("itk3-xml", infAck: true, busAck: true, "RZZ"));
        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(elsewhere));
        Codes().ShouldBe(["10009", "20002"]);

        var answer = Deliver(SimulatedItk3Answers.Answer(MessageId.ToString(), "20013", TimeProvider.System));
        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(answer));
        Codes().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Read_again_after_a_lost_acknowledgement_it_is_kept_once_and_answered_with_the_same_ids()
    {
        mesh.Inbox.AcknowledgeStatus = 500;
        var id = Deliver(Document("itk3-xml", infAck: true, busAck: false, "RXN"));
        await Eventually.HoldsAsync(() => Answers().Count >= 2);
        mesh.Inbox.AcknowledgeStatus = null;
        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(id));

        Answers().Select(a => (string)XDocument.Parse(a).Descendants(Fhir + "MessageHeader").Single().Element(Fhir + "id")!.Attribute("value")!).Distinct().ShouldHaveSingleItem();
        (await Told.AttentionAsync(hub)).Single(a => a.Kind == "refused-message").Count.ShouldBe(1);
    }

    private static readonly Guid MessageId = new("2f6c1f0e-3a57-4d0f-9c55-6f6f2b1f7a09");

    private string Deliver(byte[] body) => mesh.Store.Deliver(MeshSettings.Ours, Their, Workflow, body).Id;

    private List<string> Answers() => [.. mesh.Store.All.Where(m => m.To == Their && m.Workflow == Workflow + "_ACK").Select(m => Encoding.UTF8.GetString(SimulatedMeshInbox.Whole(m)))];

    private List<string> Codes() => [.. Answers().Select(a => Itk3Response.Read(Encoding.UTF8.GetBytes(a))!.SentCode!)];

    private static byte[] Document(string format, bool infAck, bool busAck, string receiver)
    {
        var r4 = Itk3Cases.R4("discharge");
        var envelope = Itk3Envelope.For(r4, MessageId, TimeProvider.System.GetUtcNow(), OdsCode.Parse(receiver));
        return Itk3Message.Write(r4, envelope with { Format = format == "itk3-xml" ? Itk3Format.Xml : Itk3Format.Json, InfAckRequested = infAck, BusAckRequested = busAck }).Bytes.ToArray();
    }
}
