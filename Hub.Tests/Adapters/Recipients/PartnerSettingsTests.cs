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

    private const string Signed = """
        { "method": "private-key-jwt", "tokenEndpoint": "https://auth.gp.example/token", "clientId": "crt-hub", "key": { "fromFile": "/run/secrets/k.pem" }, "keyId": "1", "algorithm": "ES384", "scope": "system/*.c" }
        """;

    [Theory]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/$process-message" }""")]
    [InlineData("fhir-messaging", """{ "endpoint": "http://127.0.0.1:9001/fhir/$process-message", "timeout": "00:02:00" }""")]
    [InlineData("fhir-messaging", """{ "endpoint": "http://gp:8080/fhir/$process-message", "allowPlainHttp": true }""")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": """ + Signed + "}")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "basic", "username": "hub", "password": { "fromEnv": "GP_PASSWORD" } } }""")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "clientCertificate": { "fromFile": "/c.pem" }, "clientKey": { "fromFile": "/k.pem" } }""")]
    [InlineData("fhir-rest", """{ "endpoint": "https://cmht.example/fhir/R4" }""")]
    [InlineData("fhir-rest", """{ "endpoint": "https://cmht.example/fhir", "style": "single", "writes": ["Composition"], "patientIdentifiers": ["https://x.example/mrn"] }""")]
    [InlineData("hl7v2-mllp", "{" + Mllp + "}")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "tls": true, "clientCertificate": { "fromFile": "/c.pem" }, "clientKey": { "fromFile": "/k.pem" } }""")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "version": "2.5.1", "charset": "8859/15", "documentForm": "html"}""")]
    public void Good_settings_have_no_problem(string protocol, string settings) => Check(protocol, settings).ShouldBeEmpty();

    [Theory]
    [InlineData("fhir-messaging", "{}", "/settings/endpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "gp.example" }""", "/settings/endpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://user:secret@gp.example/" }""", "/settings/endpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "http://gp.example/fhir" }""", "/settings/endpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "timeout": "00:00:00" }""", "/settings/timeout")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "timeout": "00:02:01" }""", "/settings/timeout")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "timeOut": "00:00:10" }""", "/settings/timeOut")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": "basic" }""", "/settings/auth")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { } }""", "/settings/auth/method")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "ntlm" } }""", "/settings/auth/method")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "private-key-jwt", "clientId": "a", "key": "PEM" } }""", "/settings/auth/key")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "private-key-jwt", "clientId": "a", "key": { "fromFile": "/k" } } }""", "/settings/auth/keyId")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "private-key-jwt", "clientId": "a" } }""", "/settings/auth/tokenEndpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "client-secret-post", "clientId": "a", "tokenEndpoint": "https://x.example/t" } }""", "/settings/auth/clientSecret")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "client-secret-post", "clientId": "a", "tokenEndpoint": "http://x.example/t" } }""", "/settings/auth/tokenEndpoint")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "basic", "username": "a:b", "password": { "fromEnv": "P" } } }""", "/settings/auth/username")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "auth": { "method": "basic", "user": "a", "password": { "fromEnv": "P" } } }""", "/settings/auth/user")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "clientCertificate": { "fromFile": "/c.pem" } }""", "/settings/clientKey")]
    [InlineData("fhir-messaging", """{ "endpoint": "http://127.0.0.1/", "clientCertificate": { "fromFile": "/c" }, "clientKey": { "fromFile": "/k" } }""", "/settings/clientCertificate")]
    [InlineData("fhir-messaging", """{ "endpoint": "https://gp.example/", "trustedCertificateFile": "/no/such/file.pem" }""", "/settings/trustedCertificateFile")]
    [InlineData("fhir-rest", "{}", "/settings/endpoint")]
    [InlineData("fhir-rest", """{ "endpoint": "http://cmht.example/fhir" }""", "/settings/endpoint")]
    [InlineData("fhir-rest", """{ "endpoint": "https://cmht.example/fhir", "style": "batch" }""", "/settings/style")]
    [InlineData("fhir-rest", """{ "endpoint": "https://cmht.example/fhir", "style": "single", "checkPatient": false }""", "/settings/checkPatient")]
    [InlineData("fhir-rest", """{ "endpoint": "https://cmht.example/fhir", "writes": ["DocumentReference", "Patient"] }""", "/settings/writes")]
    [InlineData("fhir-rest", """{ "endpoint": "https://cmht.example/fhir", "writes": ["DocumentReference", "Letter"] }""", "/settings/writes")]
    [InlineData("fhir-rest", """{ "endpoint": "https://cmht.example/fhir", "writes": ["Task"] }""", "/settings/writes")]
    [InlineData("fhir-rest", """{ "endpoint": "https://cmht.example/fhir", "writes": [] }""", "/settings/writes")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "clientCertificate": { "fromFile": "/c" }, "clientKey": { "fromFile": "/k" } }""", "/settings/tls")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "answerTimeout": "00:00:00" }""", "/settings/answerTimeout")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "charset": "EBCDIC" }""", "/settings/charset")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "version": "2.9.9" }""", "/settings/version")]
    [InlineData("hl7v2-mllp", "{" + Mllp + """, "processingId": "X" }""", "/settings/processingId")]
    [InlineData("hl7v2-mllp", """{ "host": "ward.example", "port": 2576, "sendingFacility": "R", "receivingApplication": "W", "receivingFacility": "R" }""", "/settings/tls")]
    [InlineData("hl7v2-mllp", "[]", "/settings")]
    public void A_wrong_setting_is_named_with_what_would_be_right(string protocol, string settings, string field)
    {
        var problem = Check(protocol, settings).First(p => p.Field == field);

        problem.Text.ShouldNotBeEmpty();
        problem.Expected.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("fhir-messaging", "200")] // acceptance is no row of a table
    [InlineData("fhir-rest", "201")]
    [InlineData("fhir-rest", "fatal-error")]
    [InlineData("fhir-messaging", "ok")]
    [InlineData("fhir-messaging", "600")]
    [InlineData("fhir-messaging", "")]
    [InlineData("hl7v2-mllp", "AA")]
    [InlineData("hl7v2-mllp", "CA+207")]
    [InlineData("hl7v2-mllp", "AR+")]
    public void A_row_that_no_table_can_have_is_named(string protocol, string code)
    {
        var settings = protocol == "hl7v2-mllp" ? "{" + Mllp + "}" : """{ "endpoint": "https://gp.example/$process-message" }""";

        Check(protocol, settings, new OutcomeOverride { Code = code, Means = OutcomeMeaning.Unavailable }).ShouldHaveSingleItem().Field.ShouldBe("/outcomes/0/code");
        Check(protocol, settings, Row("AR+207", protocol), Row("AR+207", protocol)).ShouldHaveSingleItem().Field.ShouldBe("/outcomes/1/code");
    }

    [Theory]
    [InlineData("fhir-messaging")]
    [InlineData("fhir-rest")]
    [InlineData("hl7v2-mllp")]
    public void Every_row_of_a_protocols_own_table_is_one_that_a_file_may_override_and_says_why(string protocol)
    {
        using var services = new ServiceCollection().AddHubAdapters().BuildServiceProvider();
        var rows = services.GetServices<IRecipientProtocol>().Single(p => p.Name == protocol).Outcomes;
        var settings = protocol == "hl7v2-mllp" ? "{" + Mllp + "}" : """{ "endpoint": "https://gp.example/$process-message" }""";

        rows.Count.ShouldBeGreaterThan(15);
        rows.ShouldAllBe(r => r.Because.Length > 10);
        Check(protocol, settings, [.. rows.Select(r => new OutcomeOverride { Code = r.Code, Means = r.Means })]).ShouldBeEmpty();
    }

    private static OutcomeOverride Row(string code, string protocol) => new() { Code = protocol == "hl7v2-mllp" ? code : "500", Means = OutcomeMeaning.Unavailable };

    private static IReadOnlyList<PartnerProblem> Check(string protocol, string settings, params OutcomeOverride[] outcomes)
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
            Outcomes = outcomes,
        });
    }
}
