using System.Net;
using System.Text;
using System.Text.Json;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Partner calls partner through the whole hub, to a FHIR server on a real socket: what crosses, what never does, and what the caller is told.</summary>
public sealed class GatewayTests(GatewayHub gateway) : IClassFixture<GatewayHub>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_reaches_its_target_under_its_own_ids_and_its_answer_comes_back()
    {
        var (request, correlation) = (Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));

        using var answer = await gateway.GetAsync("/gateway/records/Slot?start=ge2026-05-01&status=free%2Cbusy", $"X-Request-Id: {request}", $"X-Correlation-Id: {correlation}", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldBe("""{"resourceType":"Appointment","id":"1"}""");
        answer.Headers.GetValues("X-Request-Id").ShouldBe([request.ToString()]);
        answer.Headers.GetValues("X-Correlation-Id").ShouldBe([correlation.ToString()]);
        var seen = Seen(request);
        (seen.Method, seen.Target).ShouldBe(("GET", "/fhir/Slot?start=ge2026-05-01&status=free%2Cbusy"));
        (seen.Headers["X-Correlation-Id"], seen.Headers["traceparent"]).ShouldBe((correlation.ToString(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        seen.Headers["Host"].ShouldBe(gateway.Backend.Address.Authority);
    }

    [Fact]
    public async Task Ids_that_are_missing_or_could_hold_a_patients_number_are_made_anew()
    {
        using var answer = await gateway.GetAsync("/gateway/records/Appointment/1", "X-Request-Id: 9912003888");

        var id = Guid.Parse(answer.Headers.GetValues("X-Request-Id").Single());
        Seen(id).Headers["traceparent"].ShouldStartWith($"00-{id:N}-");
        Guid.TryParse(Seen(id).Headers["X-Correlation-Id"], out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("Proxy-Authorization", "Basic abc")]
    [InlineData("Cookie", "session=caller")]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("Forwarded", "for=10.0.0.1")]
    [InlineData("X-Real-IP", "10.0.0.1")]
    [InlineData("X-HTTP-Method-Override", "DELETE")]
    [InlineData("X-Original-URL", "/admin")]
    [InlineData("X-Source", "elm")]
    [InlineData("Keep-Alive", "timeout=5")]
    [InlineData("TE", "trailers")]
    [InlineData("baggage", "patient=9912003888")]
    [InlineData("X-Anything", "else")]
    public async Task A_header_that_is_not_the_calls_own_business_never_reaches_the_target(string name, string value)
    {
        var request = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

        using var answer = await gateway.GetAsync("/gateway/records/Appointment/1", $"X-Request-Id: {request}", $"{name}: {value}");

        // Twice X-Source is no caller; alone it is one, and stays here.
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            Seen(request).Headers.Keys.ShouldNotContain(name, StringComparer.OrdinalIgnoreCase);
        }
        else
        {
            name.ShouldBe("X-Source");
        }
    }

    [Fact]
    public async Task A_header_named_in_Connection_does_not_cross_and_neither_does_Connection()
    {
        var (status, _) = await gateway.RawAsync("GET /gateway/records/Appointment/hop HTTP/1.0\r\nHost: hub\r\nX-Source: elm\r\nConnection: x-other, if-match\r\nIf-Match: W/\"1\"\r\nAccept: application/fhir+json\r\nUpgrade-Insecure-Requests: 1\r\n\r\n");

        status.ShouldBe(200);
        var seen = gateway.Backend.Seen.Last(s => s.Target.EndsWith("/hop", StringComparison.Ordinal));
        seen.Headers.Keys.ShouldNotContain("Connection");
        seen.Headers.Keys.ShouldNotContain("If-Match");
        seen.Headers.Keys.ShouldNotContain("Upgrade-Insecure-Requests");
        seen.Headers["Accept"].ShouldBe("application/fhir+json");
    }

    [Fact]
    public async Task What_the_target_says_of_itself_does_not_come_back()
    {
        using var answer = await gateway.GetAsync("/gateway/records/Appointment/1");

        answer.Headers.Select(h => h.Key).ShouldNotContain("Set-Cookie");
        answer.Headers.Select(h => h.Key).ShouldNotContain("Server");
        answer.Headers.Select(h => h.Key).ShouldNotContain("X-Inner");
    }

    [Fact]
    public async Task A_posted_resource_arrives_whole_and_its_new_address_is_the_gateways()
    {
        var request = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        using var answer = await gateway.CallAsync(HttpMethod.Post, "/gateway/records/Appointment/made", """{"resourceType":"Appointment"}""", "X-Source: elm", $"X-Request-Id: {request}", "If-None-Exist: identifier=1", "Prefer: return=minimal");

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        answer.Headers.Location!.OriginalString.ShouldBe("/gateway/records/Appointment/77");
        answer.Headers.ETag!.Tag.ShouldBe("\"1\"");
        (Seen(request).Body, Seen(request).Headers["If-None-Exist"], Seen(request).Headers["Prefer"]).ShouldBe(("""{"resourceType":"Appointment"}""", "identifier=1", "return=minimal"));
        Seen(request).Headers["Content-Type"].ShouldBe("application/fhir+json; charset=utf-8");
    }

    [Fact]
    public async Task A_search_is_paged_through_the_gateway_and_nothing_else_of_its_body_changes()
    {
        using var first = await gateway.GetAsync("/gateway/records/Slot?page=1");
        var text = await first.Content.ReadAsStringAsync(Token);
        var next = JsonDocument.Parse(text).RootElement.GetProperty("link")[1].GetProperty("url").GetString()!;

        next.ShouldBe(new Uri(gateway.Hub.Host.Http, "/gateway/records/Slot?page=2&x=%C3%A4&y=1").AbsoluteUri);
        using var second = await gateway.GetAsync(new Uri(next).PathAndQuery);
        (await second.Content.ReadAsStringAsync(Token)).ShouldContain("\"relation\":\"self\"");
        text.ShouldContain("http://elsewhere.example/fhir/Slot");
        text.ShouldContain(new Uri(gateway.Backend.Address, "/fhir/Slot/1").AbsoluteUri); // fullUrl is the target's name of it
        text.ShouldContain(new Uri(gateway.Backend.Address, "/fhir/Slot/9").AbsoluteUri); // a resource's own link is not the page's
        text.ShouldContain("\"type\":\"searchset\", \"entry\":[{"); // its own spaces
        first.Content.Headers.ContentLength.ShouldBe(Encoding.UTF8.GetByteCount(text));
    }

    [Theory]
    [InlineData("https://fhir.nhs.uk/Id/dos-service-id", "2000", 200)]
    [InlineData("https://fhir.nhs.uk/Id/ods-organization-code", "rxr01", 200)]
    [InlineData("https://fhir.nhs.uk/Id/ods-organization-code", "ZZZ99", 404)]
    [InlineData("https://fhir.nhs.uk/Id/ods-organization-code", "RXL01", 400)] // two partners
    public async Task The_header_names_the_target_where_the_path_does_not(string system, string value, int status)
    {
        using var answer = await gateway.GetAsync("/gateway/-/Appointment/1", $"NHSD-Target-Identifier: {Base64(JsonSerializer.Serialize(new { system, value }))}");

        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task A_path_and_a_header_that_name_two_targets_are_refused()
    {
        using var answer = await gateway.GetAsync("/gateway/limited/Appointment/1", $"NHSD-Target-Identifier: {Base64("""{"system":"https://fhir.nhs.uk/Id/dos-service-id","value":"2000"}""")}");

        await ShouldSayAsync(answer, 400, "SEND_BAD_REQUEST");
    }

    [Fact]
    public async Task The_organisation_header_of_BaRS_names_a_caller_too()
    {
        using var answer = await gateway.CallAsync(HttpMethod.Get, "/gateway/records/Appointment/1", null, $"NHSD-End-User-Organisation: {Base64("""{"resourceType":"Organization","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y99001"}]}""")}");
        using var another = await gateway.GetAsync("/gateway/records/Appointment/1", $"NHSD-End-User-Organisation: {Base64("""{"resourceType":"Organization","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"RXN02"}]}""")}");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await ShouldSayAsync(another, 403, "SEND_FORBIDDEN"); // elm cannot speak for another organisation
    }

    [Theory]
    [InlineData("GET", "/gateway/records/Patient/1", "elm", 403, "SEND_FORBIDDEN")] // type not allowed
    [InlineData("GET", "/gateway/records/Appointment/1/Patient", "elm", 403, "SEND_FORBIDDEN")]
    [InlineData("GET", "/gateway/records/Appointment?_include=Appointment:patient", "elm", 403, "SEND_FORBIDDEN")]
    [InlineData("GET", "/gateway/records/Appointment?_include=Appointment:patient", "willow", 200, null)]
    [InlineData("GET", "/gateway/records/$export", "elm", 403, "SEND_FORBIDDEN")]
    [InlineData("POST", "/gateway/records/$process-message", "elm", 200, null)]
    [InlineData("GET", "/gateway/records/$process-message", "elm", 405, "SEND_METHOD_NOT_ALLOWED")]
    [InlineData("DELETE", "/gateway/records/Appointment/1", "elm", 405, "SEND_METHOD_NOT_ALLOWED")]
    [InlineData("PUT", "/gateway/records/Appointment/1", "elm", 405, "SEND_METHOD_NOT_ALLOWED")]
    [InlineData("POST", "/gateway/records/Appointment", "willow", 405, "SEND_METHOD_NOT_ALLOWED")]
    [InlineData("POST", "/gateway/records/metadata", "elm", 405, "SEND_METHOD_NOT_ALLOWED")]
    [InlineData("GET", "/gateway/records/metadata", "elm", 200, null)]
    [InlineData("GET", "/gateway/records/Appointment/1", "south-cmht", 403, "SEND_FORBIDDEN")] // no rule for this caller
    [InlineData("GET", "/gateway/records/Appointment/1", "nobody", 403, "SEND_FORBIDDEN")]
    [InlineData("GET", "/gateway/nowhere/Appointment/1", "elm", 404, "PROXY_NOT_FOUND")]
    [InlineData("GET", "/gateway/willow/Appointment/1", "elm", 404, "PROXY_NOT_FOUND")] // a partner that nobody may call
    [InlineData("GET", "/gateway/-/Appointment/1", "elm", 400, "SEND_BAD_REQUEST")]
    public async Task Only_what_the_targets_file_allows_this_caller_goes_through(string method, string path, string caller, int status, string? code)
    {
        var request = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        using var answer = await gateway.CallAsync(new HttpMethod(method), path, method == "POST" ? "{}" : null, $"X-Source: {caller}", $"X-Request-Id: {request}");

        await ShouldSayAsync(answer, status, code);
        gateway.Backend.Seen.Any(s => s.Headers.GetValueOrDefault("X-Request-Id") == request.ToString()).ShouldBe(code is null);
        var row = await gateway.AuditOfAsync(request);
        (row.Status, row.Code, row.Caller).ShouldBe((status, code, caller == "nobody" ? null : caller));
    }

    [Theory]
    [InlineData("/gateway/records/Appointment/../../admin")]
    [InlineData("/gateway/records/../../../etc/passwd")]
    [InlineData("/gateway/records/%2e%2e/%2e%2e/admin")]
    [InlineData("/gateway/records/..%2fadmin")]
    [InlineData("/gateway/records/Appointment%2f1")]
    [InlineData("/gateway/records//Appointment/1")]
    [InlineData("/gateway/records/Appointment/1/")]
    [InlineData("/Gateway/records/Appointment/1")]
    [InlineData("/gateway/records/Appointment?access_token=x")]
    [InlineData("/gateway/records/Appointment?a=%0d%0aX-Evil:%201")]
    [InlineData("http://evil.example/gateway/records/Appointment/1")]
    [InlineData("/gateway/records/Appointment/1#Patient")]
    public async Task A_path_trick_is_answered_400_and_reaches_nobody(string target)
    {
        var before = gateway.Backend.Seen.Count;

        var (status, text) = await gateway.RawAsync($"GET {target} HTTP/1.1\r\nHost: {(target.StartsWith("http", StringComparison.Ordinal) ? "evil.example" : "hub")}\r\nX-Source: elm\r\nConnection: close\r\n\r\n");

        status.ShouldBe(400, text);
        gateway.Backend.Seen.Count.ShouldBe(before);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /gateway/records/Slot/smuggled HTTP/1.1\r\nHost: hub\r\n\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Length: 5\r\n\r\nGET /")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("X: a\r\n b\r\n\r\n")]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n")]
    public async Task A_request_that_two_servers_could_cut_in_two_places_reaches_nobody(string rest)
    {
        var before = gateway.Backend.Seen.Count(s => s.Target.Contains("smuggle", StringComparison.Ordinal));

        var (status, text) = await gateway.RawAsync("POST /gateway/records/Appointment/smuggle HTTP/1.1\r\nHost: hub\r\nX-Source: elm\r\nConnection: close\r\n" + rest);

        // Kestrel refuses most; it takes chunked over a length, as RFC 9112 6.3 says, and then what follows is no request of the same connection's caller to the target.
        if (status is 200)
        {
            rest.ShouldStartWith("Content-Length: 5\r\nTransfer-Encoding: chunked");
            gateway.Backend.Seen.ShouldNotContain(s => s.Target.Contains("smuggled", StringComparison.Ordinal));
            return;
        }

        status.ShouldBe(400, text);
        gateway.Backend.Seen.Count(s => s.Target.Contains("smuggle", StringComparison.Ordinal)).ShouldBe(before);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_whether_or_not_it_says_how_long_it_is()
    {
        using var declared = await gateway.CallAsync(HttpMethod.Post, "/gateway/records/Appointment", new string('x', 2049), "X-Source: elm");
        var chunk = $"{3000:x}\r\n{new string('x', 3000)}\r\n0\r\n\r\n";
        var (status, text) = await gateway.RawAsync($"POST /gateway/records/Appointment HTTP/1.1\r\nHost: hub\r\nX-Source: elm\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}");

        await ShouldSayAsync(declared, 413, "SEND_BAD_REQUEST");
        status.ShouldBe(413, text);
        text.ShouldContain("OperationOutcome");
    }

    [Fact]
    public async Task A_caller_that_calls_too_often_is_told_when_to_come_back_and_others_are_not_held_up()
    {
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await gateway.GetAsync("/gateway/limited/Appointment/1");
            statuses.Add((int)answer.StatusCode);
            if (i == 3)
            {
                await ShouldSayAsync(answer, 429, "SEND_TOO_MANY_REQUESTS");
                answer.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
            }
        }

        statuses.ShouldBe([200, 200, 200, 429]);
        using var other = await gateway.CallAsync(HttpMethod.Get, "/gateway/limited/Appointment/1", null, "X-Source: willow");
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/gateway/down/Appointment/1", 502, "PROXY_UNAVAILABLE")]
    [InlineData("/gateway/hasty/Appointment/slow", 504, "PROXY_TIMEOUT")]
    [InlineData("/gateway/records/Appointment/reset", 502, "PROXY_SERVER_ERROR")]
    [InlineData("/gateway/records/Appointment/moved", 502, "PROXY_SERVER_ERROR")]
    [InlineData("/gateway/records/Appointment/refused", 502, "PROXY_UNAUTHORIZED")]
    public async Task A_target_that_fails_is_told_as_an_OperationOutcome_that_says_who_must_act(string path, int status, string code)
    {
        var request = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        using var answer = await gateway.GetAsync(path, $"X-Request-Id: {request}");

        await ShouldSayAsync(answer, status, code);
        answer.Headers.GetValues("X-Request-Id").ShouldBe([request.ToString()]);
        answer.Headers.Location.ShouldBeNull();
        answer.Headers.WwwAuthenticate.ShouldBeEmpty();
        var row = await gateway.AuditOfAsync(request);
        (row.Status, row.Code, row.Resource, row.Method).ShouldBe((status, code, "Appointment", "GET"));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("drip")]
    public async Task An_answer_that_breaks_off_or_never_ends_is_never_a_whole_one(string id)
    {
        try
        {
            using var answer = await gateway.GetAsync($"/gateway/hasty/Appointment/{id}");
            answer.IsSuccessStatusCode.ShouldBeFalse(); // it broke off before anything of it had come
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            // Broken off here too.
        }
    }

    [Fact]
    public async Task A_refusal_of_the_targets_own_comes_back_as_it_is()
    {
        using var answer = await gateway.GetAsync("/gateway/records/Appointment/busy");

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task The_audit_knows_who_called_whom_for_what_and_nothing_of_whom_it_was_about()
    {
        var request = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        using var answer = await gateway.GetAsync("/gateway/records/Appointment/secret-9912003888?patient=9912003888", $"X-Request-Id: {request}");

        var row = await gateway.AuditOfAsync(request);
        (row.Caller, row.Target, row.Method, row.Resource, row.Status, row.Code).ShouldBe(("elm", "records", "GET", "Appointment", 200, null));
        row.At.ShouldBeInRange(TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
        JsonSerializer.Serialize(row).ShouldNotContain("9912003888");
    }

    private SeenRequest Seen(Guid requestId) => gateway.Backend.Seen.Single(s => s.Headers.GetValueOrDefault("X-Request-Id") == requestId.ToString());

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    internal static async Task ShouldSayAsync(HttpResponseMessage answer, int status, string? code)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        ((int)answer.StatusCode).ShouldBe(status, text);
        if (code is null)
        {
            return;
        }

        using var outcome = JsonDocument.Parse(text);
        outcome.RootElement.GetProperty("resourceType").GetString().ShouldBe("OperationOutcome");
        outcome.RootElement.GetProperty("issue")[0].GetProperty("details").GetProperty("coding")[0].GetProperty("code").GetString().ShouldBe(code);
        Emitted.KeepResource(Encoding.UTF8.GetBytes(text));
    }
}
