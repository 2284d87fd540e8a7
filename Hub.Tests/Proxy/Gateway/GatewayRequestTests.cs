using Hub.Proxy.Gateway;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Gateway;

/// <summary>Only what is plainly a FHIR request is one: whatever two servers could read in two ways is refused before either reads it.</summary>
public sealed class GatewayRequestTests
{
    [Theory]
    [InlineData("/gateway/elm/Appointment", "Appointment", null)]
    [InlineData("/gateway/elm/Appointment/abc-1", "Appointment", null)]
    [InlineData("/gateway/elm/Appointment/1/_history/2", "Appointment", null)]
    [InlineData("/gateway/-/Slot?start=ge2026-05-01&schedule.actor=HealthcareService%2F1&status=free,busy", "Slot", null)]
    [InlineData("/gateway/elm/Patient/1/Observation", "Observation", null)]
    [InlineData("/gateway/elm/metadata", "metadata", null)]
    [InlineData("/gateway/elm/$process-message", "$process-message", "$process-message")]
    [InlineData("/gateway/elm/Patient/1/$everything", "$everything", "$everything")]
    public void A_FHIR_request_is_read(string target, string kind, string? operation)
    {
        var read = GatewayRequest.Read(target, "GET", out var why).ShouldNotBeNull(why);

        (read.Kind, read.Operation).ShouldBe((kind, operation));
        target.ShouldStartWith($"/gateway/{read.Partner}/{read.Path}");
    }

    [Theory]
    [InlineData("/gateway/elm/../admin")]
    [InlineData("/gateway/elm/Appointment/../../admin")]
    [InlineData("/gateway/elm/Appointment/..")]
    [InlineData("/gateway/elm/Appointment/.")]
    [InlineData("/gateway/elm/Appointment/%2e%2e/Patient")]
    [InlineData("/gateway/elm/Appointment%2F..%2FPatient")]
    [InlineData("/gateway/elm/Appointment/1%2FPatient")]
    [InlineData("/gateway/elm/Appointment/%00")]
    [InlineData("/gateway/elm//Appointment")]
    [InlineData("//gateway/elm/Appointment")]
    [InlineData("/gateway//elm/Appointment")]
    [InlineData("/gateway/elm/Appointment/")]
    [InlineData("/gateway/elm/Appointment\\1")]
    [InlineData("/gateway/elm/Appointment;x=1")]
    [InlineData("/gateway/elm/Appointment#x")]
    [InlineData("/gateway/elm/@evil.example/Appointment")]
    [InlineData("/gateway/elm/http://evil.example/Appointment")]
    [InlineData("http://evil.example/gateway/elm/Appointment")]
    [InlineData("https://127.0.0.1/gateway/elm/Appointment")]
    [InlineData("/GATEWAY/elm/Appointment")]
    [InlineData("/gateway/ELM/Appointment")]
    [InlineData("/gateway/elm")]
    [InlineData("/gateway/elm/")]
    [InlineData("/gateway/")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("/gateway/elm/appointment")]
    [InlineData("/gateway/elm/Appointment/1/Slot/2")]
    [InlineData("/gateway/elm/Appointment/1\n")]
    public void A_path_that_two_servers_could_read_in_two_ways_is_none(string target) => GatewayRequest.Read(target, "GET", out var why).ShouldBeNull(why);

    [Theory]
    [InlineData("access_token=abc")]
    [InlineData("a=1&ACCESS_TOKEN=abc")]
    [InlineData("%61ccess_token=abc")]
    [InlineData("_method=DELETE")]
    [InlineData("a=%00")]
    [InlineData("a=%0d%0aX-Evil:1")]
    [InlineData("a=%7f")]
    [InlineData("a=%zz")]
    [InlineData("a=1;b=2")]
    [InlineData("a=b c")]
    [InlineData("a=\"b\"")]
    [InlineData("a=<b>")]
    [InlineData("a=\\b")]
    public void A_query_that_smuggles_is_refused(string query) => GatewayRequest.Read("/gateway/elm/Appointment?" + query, "GET", out var why).ShouldBeNull(why);

    [Theory]
    [InlineData("/gateway/elm/Appointment?_include=Appointment:patient")]
    [InlineData("/gateway/elm/Appointment?_include:iterate=Appointment:patient")]
    [InlineData("/gateway/elm/Appointment?a=1&%5frevinclude=Observation:subject")]
    [InlineData("/gateway/elm/Appointment?_HAS:Observation:patient:code=1")]
    [InlineData("/gateway/elm/Appointment/_search")]
    public void A_search_that_may_bring_other_types_is_told_from_one_that_does_not(string target)
    {
        GatewayRequest.Read(target, "GET", out _).ShouldNotBeNull().Includes.ShouldBeTrue();
        GatewayRequest.Read("/gateway/elm/Appointment?date=2026-05-01&include=x", "GET", out _).ShouldNotBeNull().Includes.ShouldBeFalse();
    }

    [Fact]
    public void A_target_that_is_too_long_is_refused() => GatewayRequest.Read("/gateway/elm/Appointment?a=" + new string('b', 5000), "GET", out _).ShouldBeNull();

    [Theory]
    [InlineData("eyJzeXN0ZW0iOiJzIiwidmFsdWUiOiJ2In0=", "s|v")]
    [InlineData("", null)]
    [InlineData("not base64!", null)]
    [InlineData("bnVsbA==", null)]
    [InlineData("W10=", null)]
    [InlineData("eyJzeXN0ZW0iOiJzIn0=", null)]
    [InlineData("eyJzeXN0ZW0iOiJzIiwidmFsdWUiOiJ2IiwidmFsdWUiOiJ3In0=", null)]
    [InlineData("eyJzeXN0ZW0iOjEsInZhbHVlIjoidiJ9", null)]
    public void A_target_identifier_is_one_system_and_one_value(string header, string? expected) => TargetIdentifier.Read(header).ShouldBe(expected);
}
