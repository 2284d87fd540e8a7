using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy.Simulators;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.FhirRest;

public sealed class FhirRestAdapterTests() : RecipientAdapterContract("fhir-rest")
{
    [Theory]
    [InlineData("http:408", typeof(Unavailable))]
    [InlineData("http:409", typeof(Unavailable))]
    [InlineData("http:429", typeof(Unavailable))]
    [InlineData("http:503", typeof(Unavailable))]
    [InlineData("http:400", typeof(Rejected))]
    [InlineData("http:412", typeof(Rejected))]
    [InlineData("http:413", typeof(Rejected))]
    [InlineData("http:422", typeof(Rejected))]
    [InlineData("http:401", typeof(PartnerRefusesUs))]
    [InlineData("http:403", typeof(PartnerRefusesUs))]
    [InlineData("http:404", typeof(PartnerRefusesUs))]
    [InlineData("http:405", typeof(PartnerRefusesUs))]
    [InlineData("http:415", typeof(PartnerRefusesUs))]
    [InlineData("http:501", typeof(PartnerRefusesUs))]
    [InlineData("redirect", typeof(PartnerRefusesUs))]
    [InlineData("http:500", typeof(Unknown))]
    [InlineData("html502", typeof(Unknown))]
    [InlineData("http:200", typeof(Unknown))]
    [InlineData("http:202", typeof(Unknown))]
    [InlineData("refuse:REC_CONFLICT", typeof(Rejected))]
    [InlineData("refuse:REC_TOO_MANY_REQUESTS", typeof(Unavailable))]
    public async Task A_status_means_what_the_table_says(string fault, Type expected)
    {
        var (partner, outcome) = await DeliverToAsync(fault);

        outcome.ShouldBeOfType(expected);
        partner.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_person_whom_the_server_does_not_know_is_refused_as_none_of_theirs_and_nothing_is_written()
    {
        var server = (SimulatedFhirServer)await PartnerAsync("ok");
        server.KnowOnly();

        var refused = (await Adapter(server, TimeSpan.FromSeconds(10)).DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Rejected>();

        (refused.Code, refused.NotOurPatient).ShouldBe(("no-patient", true));
        (server.Received.Count, server.Resources.Count).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_number_that_two_patients_have_there_is_for_a_person_to_decide()
    {
        var server = (SimulatedFhirServer)await PartnerAsync("ok");
        var twin = """{"resourceType":"Patient","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9912003888"}]}""";
        server.Put(twin);
        server.Put(twin);

        var refused = (await Adapter(server, TimeSpan.FromSeconds(10)).DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Rejected>();

        (refused.Code, refused.NotOurPatient).ShouldBe(("several-patients", true));
        server.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_identifier_of_a_person_is_in_an_address_or_a_header()
    {
        var server = (SimulatedFhirServer)await PartnerAsync("ok");
        var paths = new List<string>();
        server.OnRequest = (_, path) => paths.Add(path);

        (await Adapter(server, TimeSpan.FromSeconds(10)).DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Delivered>();

        paths.ShouldBe(["/fhir/Patient/_search", "/fhir"]);
        string.Concat(server.Received.Single().Headers.Values).ShouldNotContain(SampleBundle.NhsNumber);
        server.Received.Single().Headers["prefer"].ShouldBe("return=minimal");
    }

    [Fact]
    public async Task A_server_that_is_not_to_be_searched_decides_by_itself()
    {
        var server = (SimulatedFhirServer)await PartnerAsync("ok");
        server.KnowOnly();
        var file = File(new { endpoint = server.Endpoint, checkPatient = false });

        (await Adapter(file).DeliverAsync(Message(), Cancelled)).ShouldBeOfType<Rejected>();
        server.Resources.ShouldBeEmpty();
    }

    protected override async Task<SimulatedPartner> StartAsync(SimulatorScript script) => await SimulatedFhirServer.StartAsync(0, script);

    protected override object Settings(SimulatedPartner partner, TimeSpan timeout) =>
        new { endpoint = ((SimulatedFhirServer)partner).Endpoint, timeout = timeout.ToString("c") };

    protected override OutboundMessage Message(Guid? id = null)
    {
        var messageId = (id ?? MessageId).ToString();
        var body = $$$"""
            {"resourceType":"Bundle","id":"{{{messageId}}}","type":"transaction","entry":[{"fullUrl":"urn:uuid:{{{messageId}}}","resource":{"resourceType":"Task",
            "identifier":[{"system":"https://tools.ietf.org/html/rfc4122","value":"urn:uuid:{{{messageId}}}"}],"status":"requested","intent":"proposal",
            "for":{"reference":"Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9912003888"}},
            "request":{"method":"POST","url":"Task","ifNoneExist":"identifier=https://tools.ietf.org/html/rfc4122|urn:uuid:{{{messageId}}}"}}]}
            """;
        return Outbound(messageId, Encoding.UTF8.GetBytes(body), "application/fhir+json");
    }
}
