using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Mesh;
using Hub.Adapters.Wire.Mesh;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Mesh;

/// <summary>MESH has taken it, and that is all: what the recipient makes of it comes later, and only that counts.</summary>
public sealed class MeshAdapterTests() : RecipientAdapterContract("mesh")
{
    protected override bool AnswersNameTheMessage => false;

    [Fact]
    public async Task That_MESH_took_it_is_never_delivered_even_where_the_recipient_sends_no_answers()
    {
        var partner = await PartnerAsync("ok");
        var settings = MeshSettings.Recipient((SimulatedMesh)partner);
        settings.Remove("answerWorkflow");
        settings["sendsNoAnswers"] = true;
        var adapter = Adapter(File(settings));

        var outcome = (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Awaited>();

        outcome.CarrierId.ShouldBe(((SimulatedMesh)partner).Store.All.Single().Id);
        var collected = ((IMeshRecipient)adapter).ReadTracking(new MeshTracking { MessageId = "M", Status = "acknowledged" }, "our-id").ShouldNotBeNull();
        collected.Stage.ShouldBe(AnswerStage.Collected);
        collected.Outcome.ShouldBeOfType<Delivered>().Answer.ShouldSatisfyAllConditions(a => a.SentCode.ShouldBe("collected"), a => a.Text!.ShouldContain("sends no answers"));
    }

    [Fact]
    public async Task Where_answers_are_expected_a_collected_message_is_a_stage_and_no_delivery()
    {
        var recipient = (IMeshRecipient)Adapter(await PartnerAsync("ok"), TimeSpan.FromSeconds(5));

        recipient.ReadTracking(new MeshTracking { MessageId = "M", Status = "acknowledged" }, "our-id")!.Outcome.ShouldBeNull();
        recipient.ReadTracking(new MeshTracking { MessageId = "M", Status = "accepted" }, "our-id").ShouldBeNull();
        recipient.ReadTracking(new MeshTracking { MessageId = "M", Status = "undeliverable", Code = "14" }, "our-id")!.Outcome.ShouldBeOfType<Rejected>().Code.ShouldBe("14");
    }

    [Theory]
    [InlineData("http:401", typeof(PartnerRefusesUs))]
    [InlineData("http:403", typeof(PartnerRefusesUs))]
    [InlineData("http:404", typeof(PartnerRefusesUs))]
    [InlineData("http:408", typeof(Unavailable))]
    [InlineData("http:429", typeof(Unavailable))]
    [InlineData("http:503", typeof(Unavailable))]
    [InlineData("http:400", typeof(Rejected))]
    [InlineData("http:417", typeof(Rejected))]
    [InlineData("http:422", typeof(Rejected))]
    [InlineData("http:423", typeof(Unknown))]
    [InlineData("http:500", typeof(Unknown))]
    [InlineData("stored:500", typeof(Unknown))]
    [InlineData("html502", typeof(Unknown))]
    [InlineData("redirect", typeof(PartnerRefusesUs))]
    [InlineData("http:200", typeof(Unknown))]
    public async Task A_status_means_what_the_table_says(string fault, Type expected)
    {
        var (partner, outcome) = await DeliverToAsync(fault);

        outcome.ShouldBeOfType(expected);
        partner.Received.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("http:417", "12", true)]
    [InlineData("refuse:12", "12", true)]
    [InlineData("refuse:EPL-151", "EPL-151", true)]
    [InlineData("refuse:17", "17", false)]
    [InlineData("fatal", "06", false)]
    public async Task An_unregistered_recipient_stops_the_lane_and_a_fault_of_form_does_not(string fault, string code, bool notTheirs)
    {
        var (_, outcome) = await DeliverToAsync(fault);

        var refusal = outcome.ShouldBeOfType<Rejected>();
        (refusal.Code, refusal.NotOurPatient).ShouldBe((code, notTheirs));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("stored:500")]
    public async Task A_first_try_that_MESH_took_is_found_before_a_second_and_not_sent_again(string fault)
    {
        var partner = await PartnerAsync("ok");
        partner.Script.Then(fault);
        var adapter = Adapter(partner, TimeSpan.FromSeconds(5));
        (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unknown>();

        var second = await adapter.DeliverAsync(Message() with { Attempt = 2 }, Cancelled);

        second.ShouldBeOfType<Awaited>().CarrierId.ShouldBe(((SimulatedMesh)partner).Store.All.Single().Id);
        partner.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_first_try_that_MESH_never_took_goes_again()
    {
        var partner = await PartnerAsync("ok");
        partner.Script.Then("drop");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(5));
        (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unknown>();

        (await adapter.DeliverAsync(Message() with { Attempt = 2 }, Cancelled)).ShouldBeOfType<Awaited>();
        ((SimulatedMesh)partner).Store.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_of_which_MESH_has_only_some_parts_goes_again_whole()
    {
        var partner = (SimulatedMesh)await PartnerAsync("ok");
        partner.CutAtPart = 2;
        var settings = MeshSettings.Recipient(partner);
        settings["chunkBytes"] = 1024;
        var adapter = Adapter(File(settings));
        var message = Outbound(MessageId.ToString(), Encoding.UTF8.GetBytes(new string('x', 5000)), "application/fhir+json");
        (await adapter.DeliverAsync(message, Cancelled)).ShouldBeOfType<Unknown>();
        partner.Store.All.Single().Status.ShouldBe("uploading");

        (await adapter.DeliverAsync(message with { Attempt = 2 }, Cancelled)).ShouldBeOfType<Awaited>();

        partner.Received.Single().Bytes.Length.ShouldBe(5000);
    }

    [Fact]
    public async Task No_header_but_the_routing_address_says_whose_message_it_is()
    {
        var partner = (SimulatedMesh)await PartnerAsync("ok");
        var settings = MeshSettings.Recipient(partner);
        settings["to"] = "gpProvider";
        var patient = JsonNode.Parse(SampleBundle.Patient)!;
        patient["name"]![0]!["family"] = "O\u2019Bri\u00EBn";
        var draft = Draft(partner) with { Body = SampleBundle.Bytes(patient: patient.ToJsonString()), Partner = File(settings) };
        var adapter = Adapter(File(settings));
        var frozen = adapter.Freeze(draft);

        (await adapter.DeliverAsync(Outbound(frozen.ProtocolMessageId, frozen.Bytes, frozen.MediaType), Cancelled)).ShouldBeOfType<Awaited>();

        var headers = partner.Received.Single().Headers;
        headers["mex-to"].ShouldBe($"GPPROVIDER_{SampleBundle.NhsNumber}_19920304_O'BRIEN"); // the national design: this one header
        headers["mex-localid"].ShouldBe("01900000-0000-7000-8000-000000000001");
        headers["mex-workflowid"].ShouldBe(MeshSettings.Workflow);
        var others = string.Join(' ', headers.Where(h => h.Key != "mex-to").Select(h => h.Value));
        (others.Contains(SampleBundle.NhsNumber, StringComparison.Ordinal), others.Contains("BRIEN", StringComparison.OrdinalIgnoreCase), others.Contains("1992", StringComparison.Ordinal)).ShouldBe((false, false, false));
        headers.Keys.ShouldNotContain("mex-subject");
        headers.Keys.ShouldNotContain("mex-filename");
        Encoding.UTF8.GetString(frozen.Bytes.Span).ShouldNotContain("GPPROVIDER"); // nor does the message itself carry it about
    }

    [Theory]
    [InlineData("identifier")]
    [InlineData("birthDate")]
    [InlineData("name")]
    public async Task A_person_whose_practice_MESH_could_not_find_is_not_sent_and_a_person_decides(string missing)
    {
        var partner = (SimulatedMesh)await PartnerAsync("ok");
        var settings = MeshSettings.Recipient(partner);
        settings["to"] = "gpProvider";
        var patient = JsonNode.Parse(SampleBundle.Patient)!.AsObject();
        patient.Remove(missing);

        var outcome = await Adapter(File(settings)).DeliverAsync(Outbound(MessageId.ToString(), SampleBundle.Bytes(patient: patient.ToJsonString()), "application/fhir+json"), Cancelled);

        outcome.ShouldBeOfType<Rejected>().ShouldSatisfyAllConditions(r => r.NotOurPatient.ShouldBeTrue(), r => r.Code.ShouldBe("no-route"), r => r.Reason.ShouldNotContain("9912"));
        partner.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_goes_in_its_own_workflow()
    {
        var partner = (SimulatedMesh)await PartnerAsync("ok");
        var settings = MeshSettings.Recipient(partner);
        settings["workflows"] = new[] { new { @event = "discharge", workflow = "CRT_DISCHARGE" } };
        var adapter = Adapter(File(settings));

        await adapter.DeliverAsync(Message(), Cancelled);

        partner.Store.All.Single().Workflow.ShouldBe("CRT_DISCHARGE");
        ((IMeshRecipient)adapter).ComingBack.ShouldBe([MeshSettings.Answers, MeshSettings.Workflow, "CRT_DISCHARGE"]);
    }

    [Theory]
    [InlineData("ok", null, typeof(Delivered), false)]
    [InlineData("fatal-error", "30002", typeof(Rejected), true)]
    [InlineData("fatal-error", "REC_CONFLICT", typeof(Rejected), false)]
    [InlineData("ok", "30002", typeof(Rejected), true)]
    [InlineData("transient-error", null, typeof(Rejected), false)]
    public async Task An_answer_that_comes_later_is_read_by_our_id(string code, string? own, Type expected, bool notTheirs)
    {
        var recipient = (IMeshRecipient)Adapter(await PartnerAsync("ok"), TimeSpan.FromSeconds(5));

        var answer = recipient.ReadAnswer(Came(SimulatedFhirAnswers.Answer("0198a0b0-0000-7000-8000-000000000001", code, "words", TimeProvider.System, own)));

        answer.ProtocolMessageId.ShouldBe("0198a0b0-0000-7000-8000-000000000001");
        (answer.Stage, answer.PartnerId).ShouldBe((AnswerStage.Business, "test-mesh"));
        answer.Outcome.ShouldBeOfType(expected);
        (answer.Outcome is Rejected { NotOurPatient: true }).ShouldBe(notTheirs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<xml/>")]
    [InlineData("{}")]
    [InlineData("""{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"MessageHeader"}}]}""")]
    public async Task What_is_no_answer_names_no_message_and_decides_nothing(string body)
    {
        var recipient = (IMeshRecipient)Adapter(await PartnerAsync("ok"), TimeSpan.FromSeconds(5));

        var answer = recipient.ReadAnswer(Came(Encoding.UTF8.GetBytes(body)));

        (answer.ProtocolMessageId, answer.CarrierId, answer.Outcome).ShouldBe((null, null, null));
    }

    [Theory]
    [InlineData("sharedKey", null)]
    [InlineData("password", null)]
    [InlineData("mailbox", "x26")]
    [InlineData("to", "")]
    [InlineData("to", "GPPROVIDER_1_2_3")]
    [InlineData("workflow", "A B")]
    [InlineData("answerWorkflow", null)]
    [InlineData("endpoint", "http://mesh.example")]
    [InlineData("chunkBytes", 1)]
    [InlineData("format", "itk9")]
    [InlineData("auth", "none")]
    [InlineData("worklow", "X")]
    public async Task A_wrong_setting_is_named(string name, object? value)
    {
        var settings = MeshSettings.Recipient((SimulatedMesh)await PartnerAsync("ok"));
        settings.Remove(name);
        if (value is not null)
        {
            settings[name] = value;
        }

        MeshRecipientSettings.Read(File(settings)).Problems.ShouldContain(p => p.Field == "/settings/" + name);
    }

    protected override void ShouldBeTaken(DeliveryOutcome outcome, string? messageId = null) => outcome.ShouldBeOfType<Awaited>().CarrierId.ShouldNotBeNullOrEmpty();

    protected override async Task<SimulatedPartner> StartAsync(SimulatorScript script) => await SimulatedMesh.StartAsync(0, script);

    protected override object Settings(SimulatedPartner partner, TimeSpan timeout) => MeshSettings.Recipient((SimulatedMesh)partner, timeout);

    protected override OutboundMessage Message(Guid? id = null)
    {
        var messageId = (id ?? MessageId).ToString();
        var body = $$$"""
            {"resourceType":"Bundle","type":"message","identifier":{"value":"{{{messageId}}}"},"entry":[{"fullUrl":"urn:uuid:{{{messageId}}}",
            "resource":{"resourceType":"MessageHeader","id":"{{{messageId}}}","eventCoding":{"code":"discharge"},"source": { "endpoint": "urn:x" } } } ] }
            """;
        return Outbound(messageId, Encoding.UTF8.GetBytes(body), "application/fhir+json");
    }

    private static MeshMessage Came(byte[] body) => new()
    {
        MessageId = "A", Bytes = body,
        Head = new MeshAnswer { Status = System.Net.HttpStatusCode.OK, Body = default, Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [MeshHeader.WorkflowId] = MeshSettings.Answers } },
    };
}
