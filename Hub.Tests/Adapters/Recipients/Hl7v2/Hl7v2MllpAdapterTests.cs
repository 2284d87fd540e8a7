using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy.Simulators;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Hl7v2;

public sealed class Hl7v2MllpAdapterTests() : RecipientAdapterContract("hl7v2-mllp")
{
    [Theory]
    [InlineData("AA", typeof(Delivered))]
    [InlineData("AE", typeof(Rejected))]
    [InlineData("AR", typeof(Rejected))]
    [InlineData("CE", typeof(Rejected))]
    [InlineData("CR", typeof(Rejected))]
    [InlineData("CA+AA", typeof(Delivered))]
    [InlineData("transient", typeof(Unavailable))] // AR with ERR 207
    public async Task An_acknowledgement_means_what_the_table_says(string fault, Type expected) =>
        (await DeliverToAsync(fault)).Outcome.ShouldBeOfType(expected);

    [Fact]
    public async Task A_receipt_without_the_applications_answer_is_Unknown() =>
        (await DeliverToAsync("CA", TimeSpan.FromSeconds(1))).Outcome.ShouldBeOfType<Unknown>();

    [Theory]
    [InlineData("delivered", typeof(Delivered))]
    [InlineData("unknown", typeof(Unknown))]
    public async Task A_partner_file_says_what_a_receipt_alone_is_worth(string acceptCommit, Type expected)
    {
        var partner = await PartnerAsync("CA");
        var file = File(Mllp(partner.Port, "00:00:05", new() { ["acceptCommit"] = acceptCommit }));

        (await Adapter(file).DeliverAsync(Message(), Cancelled)).ShouldBeOfType(expected);
    }

    [Theory]
    [InlineData("AE", "AE", OutcomeMeaning.Unavailable, typeof(Unavailable))]
    [InlineData("AE", "AE+101", OutcomeMeaning.Unknown, typeof(Unknown))]
    [InlineData("AE", "AE+999", OutcomeMeaning.Unknown, typeof(Rejected))]
    public async Task A_partner_file_says_what_its_negative_acknowledgements_mean(string fault, string row, OutcomeMeaning meaning, Type expected)
    {
        var partner = await PartnerAsync(fault);
        var file = File(Mllp(partner.Port, "00:00:05", [])) with { Outcomes = [new() { Code = row, Means = meaning }] };

        (await Adapter(file).DeliverAsync(Message(), Cancelled)).ShouldBeOfType(expected);
    }

    [Theory]
    [InlineData("refuse:204", true)]
    [InlineData("refuse:EPL-153", true)]
    [InlineData("refuse:101", false)]
    public async Task A_refusal_says_by_its_code_whether_the_person_is_theirs(string fault, bool notTheirs) =>
        (await DeliverToAsync(fault)).Outcome.ShouldBeOfType<Rejected>().NotOurPatient.ShouldBe(notTheirs);

    [Fact]
    public async Task A_refusal_names_its_code_and_is_kept_as_evidence()
    {
        var (_, outcome) = await DeliverToAsync("AE");

        outcome.ShouldBeOfType<Rejected>().Reason.ShouldBe("AE 101: scripted refusal");
        Encoding.UTF8.GetString(outcome.Evidence.Span).ShouldContain("MSA|AE|");
    }

    [Fact]
    public async Task A_partner_without_tls_where_tls_belongs_is_Unavailable_and_nothing_left_us()
    {
        var partner = await PartnerAsync("ok");
        var file = File(Mllp(partner.Port, "00:00:05", new() { ["tls"] = true, ["connectTimeout"] = "00:00:01" }));

        var outcome = await Adapter(file).DeliverAsync(Message(), Cancelled);

        outcome.ShouldBeOfType<Unavailable>().NothingSent.ShouldBeTrue();
        partner.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Alternating_refusals_never_stop_the_adapter()
    {
        var partner = await PartnerAsync("ok");
        var adapter = Adapter(partner, TimeSpan.FromSeconds(20));
        for (var n = 1; n <= 200; n++)
        {
            partner.Script.Then(n % 2 == 0 ? "ok" : "AE");
            var outcome = await adapter.DeliverAsync(Message(new Guid(n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), Cancelled);
            (n % 2 == 0 ? outcome is Delivered : outcome is Rejected).ShouldBeTrue();
        }
    }

    protected override async Task<SimulatedPartner> StartAsync(SimulatorScript script) => await SimulatedMllpPartner.StartAsync(0, script);

    protected override object Settings(SimulatedPartner partner, TimeSpan timeout) => Mllp(partner.Port, timeout.ToString("c"), []);

    protected override OutboundMessage Message(Guid? id = null)
    {
        var controlId = (id ?? MessageId).ToString("N")[..20];
        return Outbound(controlId, Encoding.UTF8.GetBytes($"MSH|^~\\&|CRTHUB|RXX|WARD|RXX|20260515174103+0000||MDM^T02^MDM_T02|{controlId}|P|2.4\rEVN|T02\r"), "x-application/hl7-v2+er7");
    }

    private static Dictionary<string, object> Mllp(int port, string answerTimeout, Dictionary<string, object> more) => new(more)
    {
        ["host"] = "127.0.0.1",
        ["port"] = port,
        ["answerTimeout"] = answerTimeout,
        ["sendingFacility"] = "RXX",
        ["receivingApplication"] = "WARD",
        ["receivingFacility"] = "RXX",
    };
}
