using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.FhirMessaging;

public sealed class FhirMessagingAdapterTests() : RecipientAdapterContract("fhir-messaging")
{
    [Theory]
    [InlineData("http:408", typeof(Unavailable))]
    [InlineData("http:429", typeof(Unavailable))]
    [InlineData("http:503", typeof(Unavailable))]
    [InlineData("http:400", typeof(Rejected))]
    [InlineData("http:409", typeof(Rejected))]
    [InlineData("http:413", typeof(Rejected))]
    [InlineData("http:422", typeof(Rejected))]
    [InlineData("http:401", typeof(PartnerRefusesUs))]
    [InlineData("http:403", typeof(PartnerRefusesUs))]
    [InlineData("http:404", typeof(PartnerRefusesUs))]
    [InlineData("http:500", typeof(Unknown))]
    [InlineData("http:504", typeof(Unknown))]
    [InlineData("html502", typeof(Unknown))]
    [InlineData("http:200", typeof(Unknown))]
    [InlineData("http:202", typeof(Unknown))]
    public async Task A_status_without_an_answer_to_our_message_means_what_the_table_says(string fault, Type expected)
    {
        var (partner, outcome) = await DeliverToAsync(fault);

        outcome.ShouldBeOfType(expected);
        partner.Received.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("http:202", typeof(Awaited))]
    [InlineData("http:200", typeof(Unknown))]
    [InlineData("http:204", typeof(Unknown))]
    [InlineData("ok", typeof(Delivered))]
    [InlineData("fatal", typeof(Rejected))]
    public async Task Only_202_and_only_from_a_partner_known_to_answer_later_says_that_an_answer_is_to_come(string fault, Type expected)
    {
        var partner = await PartnerAsync(fault);
        var file = File(new { endpoint = ((SimulatedFhirPartner)partner).Endpoint, answers = "later", answersWithin = "1.00:00:00", askAsync = "prefer" });

        var outcome = await Adapter(file).DeliverAsync(Message(), Cancelled);

        outcome.ShouldBeOfType(expected);
        (outcome as Awaited)?.Within.ShouldBe(TimeSpan.FromDays(1));
        partner.Received.ShouldHaveSingleItem().Headers["prefer"].ShouldBe("respond-async");
    }

    [Fact]
    public async Task A_partner_that_is_asked_in_the_address_is_told_where_to_answer()
    {
        var partner = (SimulatedFhirPartner)await PartnerAsync("answers-later:0");
        await using var hub = await SimulatedFhirPartner.StartAsync(); // where the answer goes; it takes any message
        await using var services = new ServiceCollection().AddHubAdapters().Configure<FhirMessagingOptions>(o => o.AnswersAt = hub.Endpoint).BuildServiceProvider();
        await using var adapter = services.GetServices<IRecipientProtocol>().Single(p => p.Name == "fhir-messaging")
            .Create(File(new { endpoint = partner.Endpoint, answers = "later", answersWithin = "01:00:00", askAsync = "query" }));

        (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Awaited>();

        await Eventually.HoldsAsync(() => hub.Received.Count == 1);
        Encoding.UTF8.GetString(hub.Received[0].Bytes.Span).ShouldContain(Message().ProtocolMessageId);
    }

    [Theory]
    [InlineData("{ \"answers\": \"later\" }", "/settings/answersWithin")]
    [InlineData("{ \"answers\": \"sometimes\" }", "/settings/answers")]
    [InlineData("{ \"answersWithin\": \"01:00:00\" }", "/settings/answersWithin")]
    [InlineData("{ \"askAsync\": \"prefer\" }", "/settings/askAsync")]
    [InlineData("{ \"answers\": \"later\", \"answersWithin\": \"00:00:00\" }", "/settings/answersWithin")]
    public void An_answer_that_is_to_come_later_has_a_time_after_which_somebody_is_told(string settings, string field)
    {
        var written = JsonNode.Parse(settings)!.AsObject();
        written["endpoint"] = "https://elm.example/fhir/$process-message";

        FhirMessagingSettings.Read(File(written)).Problems.ShouldHaveSingleItem().Field.ShouldBe(field);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_holds_the_partner()
    {
        var (partner, outcome) = await DeliverToAsync("redirect");

        outcome.ShouldBeOfType<PartnerRefusesUs>();
        partner.Received.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("retry-after:90", 90)]
    [InlineData("retry-after:0", 0)]
    [InlineData("retry-after:86400", 86400)] // how long it is obeyed is the schedule's to say
    [InlineData("busy:30", 30)]
    public async Task The_partner_says_when_to_come_back(string fault, int seconds)
    {
        var (_, outcome) = await DeliverToAsync(fault);

        outcome.ShouldBeOfType<Unavailable>().RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task The_partner_may_say_it_as_a_date()
    {
        var (_, outcome) = await DeliverToAsync("retry-at:300");

        outcome.ShouldBeOfType<Unavailable>().RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(280), TimeSpan.FromSeconds(300));
    }

    [Fact]
    public async Task A_partner_file_may_say_that_its_500_means_come_back()
    {
        var partner = await PartnerAsync("http:500");
        var file = File(new { endpoint = ((SimulatedFhirPartner)partner).Endpoint }) with { Outcomes = [new() { Code = "500", Means = OutcomeMeaning.Unavailable }] };

        (await Adapter(file).DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unavailable>();
    }

    [Theory]
    [InlineData("refuse:30002", true)]
    [InlineData("refuse:30003", true)]
    [InlineData("refuse:EPL-151", true)]
    [InlineData("refuse:REC_CONFLICT", false)]
    [InlineData("fatal", false)]
    public async Task A_refusal_says_by_its_code_whether_the_person_is_theirs(string fault, bool notTheirs)
    {
        var (_, outcome) = await DeliverToAsync(fault);

        var refusal = outcome.ShouldBeOfType<Rejected>();
        refusal.NotOurPatient.ShouldBe(notTheirs);
        refusal.Code.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_corrected_partner_file_is_tried_at_once_whatever_its_breaker_has_seen()
    {
        var partner = await PartnerAsync("cut");
        var file = File(Settings(partner, TimeSpan.FromSeconds(5))) with { Hash = "before" };
        var adapter = Adapter(file);
        for (var i = 0; i < 8; i++)
        {
            await adapter.DeliverAsync(Message(), Cancelled);
        }

        (await adapter.DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unavailable>().NotTried.ShouldBeTrue();
        partner.Script.Always = SimulatorFault.None;

        (await Adapter(file with { Hash = "after" }).DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Delivered>();
    }

    [Fact]
    public async Task The_request_carries_our_ids_and_no_patient_in_its_address_or_headers()
    {
        var (partner, _) = await DeliverToAsync("ok");

        var request = partner.Received.Single();
        request.Headers["x-request-id"].ShouldBe(MessageId.ToString());
        request.Headers["x-correlation-id"].ShouldBe("01900000-0000-7000-8000-000000000001");
        request.Headers["content-type"].ShouldBe("application/fhir+json");
        string.Concat(request.Headers.Values).ShouldNotContain(SampleBundle.NhsNumber);
    }

    [Fact]
    public async Task A_partner_without_tls_where_tls_belongs_is_Unavailable_and_nothing_left_us()
    {
        var partner = await PartnerAsync("ok");
        var file = File(new { endpoint = $"https://127.0.0.1:{partner.Port}/fhir/$process-message" });

        var outcome = await Adapter(file).DeliverAsync(Message(), Cancelled);

        outcome.ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
        partner.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_cannot_be_resolved_is_Unavailable_and_nothing_left_us()
    {
        var file = File(new { endpoint = "https://no-such-partner.invalid/fhir/$process-message" });

        (await Adapter(file).DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
    }

    [Fact]
    public async Task Hundreds_of_messages_pass_over_kept_connections()
    {
        var partner = await PartnerAsync("ok");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(20));
        var ids = Enumerable.Range(1, 400).Select(n => new Guid(n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)).ToList();

        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancelled }, async (id, token) =>
            (await adapter.DeliverAsync(Message(id), token)).ShouldBeOfType<Delivered>());

        partner.Received.Select(copy => copy.MessageId).ShouldBe(ids.Select(id => id.ToString()), ignoreOrder: true);
        partner.Repeats.ShouldBe(0);
    }

    protected override async Task<SimulatedPartner> StartAsync(SimulatorScript script) => await SimulatedFhirPartner.StartAsync(0, script);

    protected override object Settings(SimulatedPartner partner, TimeSpan timeout) =>
        new { endpoint = ((SimulatedFhirPartner)partner).Endpoint, timeout = timeout.ToString("c") };

    protected override OutboundMessage Message(Guid? id = null)
    {
        var messageId = (id ?? MessageId).ToString();
        var body = $$$"""
            {"resourceType":"Bundle","type":"message","identifier":{"value":"{{{messageId}}}"},"entry":[{"fullUrl":"urn:uuid:{{{messageId}}}",
            "resource":{"resourceType":"MessageHeader","id":"{{{messageId}}}","eventCoding":{"code":"discharge"},"source": { "endpoint": "urn:x" } } } ] }
            """;
        return Outbound(messageId, Encoding.UTF8.GetBytes(body), "application/fhir+json");
    }
}
