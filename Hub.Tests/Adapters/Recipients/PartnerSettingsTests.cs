using System.Text.Json;
using Hub.Adapters;
using Hub.Adapters.Contract;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients;

public sealed class PartnerSettingsTests
{
    private const string Mllp = """ "host": "127.0.0.1", "port": 2576, "sendingFacility": "RXX", "receivingApplication": "WARD", "receivingFacility": "RXX" """;

    [Theory]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/$process-message" }""")]
    [InlineData("fhir-messaging", """{ "endpoint": "http://127.0.0.1:9001/fhir/$process-message", "timeout": "00:02:00" }""")]
    [InlineData("fhir-messaging", """{ "endpoint": "http://gp:8080/fhir/$process-message", "allowPlainHttp": true }""")]
    [InlineData("hl7v2-mllp", "{" + Mllp + "}")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "version": "2.5.1", "charset": "8859/15", "documentForm": "html", "ackTable": { "AR+206": "unavailable" } }""")]
    public void Good_settings_have_no_problem(string protocol, string settings) => Check(protocol, settings).ShouldBeEmpty();

    [Theory]
    [InlineData("fhir-messaging", "{}", "/settings/endpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "gp.example" }""", "/settings/endpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://user:secret@gp.example/" }""", "/settings/endpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "http://gp.example/fhir" }""", "/settings/endpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "timeout": "00:00:00" }""", "/settings/timeout")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "timeout": "00:02:01" }""", "/settings/timeout")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "timeOut": "00:00:10" }""", "/settings/timeOut")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "outcomes": { "200": "unavailable" } }""", "/settings/outcomes/200")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "outcomes": { "500": "delivered" } }""", "/settings/outcomes/500")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "answerTimeout": "00:00:00" }""", "/settings/answerTimeout")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "charset": "EBCDIC" }""", "/settings/charset")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "version": "2.9.9" }""", "/settings/version")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "ackTable": { "AA": "rejected" } }""", "/settings/ackTable/AA")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "processingId": "X" }""", "/settings/processingId")]
    [InlineData("hl7v2-mllp", """{ "host": "ward.example", "port": 2576, "sendingFacility": "R", "receivingApplication": "W", "receivingFacility": "R" }""", "/settings/tls")]
    [InlineData("hl7v2-mllp", "[]", "/settings")]
    public void A_wrong_setting_is_named_with_what_would_be_right(string protocol, string settings, string field)
    {
        var problem = Check(protocol, settings).First(p => p.Field == field);

        problem.Text.ShouldNotBeEmpty();
        problem.Expected.ShouldNotBeEmpty();
    }

    private static IReadOnlyList<PartnerProblem> Check(string protocol, string settings)
    {
        using var services = new ServiceCollection().AddHubAdapters().BuildServiceProvider();
        using var json = JsonDocument.Parse(settings);
        return services.GetServices<IRecipientProtocol>().Single(p => p.Name == protocol).Check(new PartnerFile
        {
            Id = "partner",
            Name = "Partner",
            Role = PartnerRole.Recipient,
            Protocol = protocol,
            Settings = json.RootElement.Clone(),
        });
    }
}
