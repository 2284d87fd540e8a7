using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Proxy.Audit;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Partners that sign in, and all who try to be one of them: over the hub's own listeners.</summary>
public sealed class AccessTests
{
    private static readonly Messages Ama = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_says_who_may_call_it_and_none_that_the_document_names_is_forgotten()
    {
        await using var hub = await TestHub.StartAsync();
        var endpoints = hub.Host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().ToList();

        endpoints.Where(e => e.Metadata.GetMetadata<EndpointAccess>() is null).Select(e => e.RoutePattern.RawText).ShouldBeEmpty();
        var open = endpoints.Where(e => e.Metadata.GetMetadata<EndpointAccess>()!.Rule == AccessRule.Public).Select(e => e.RoutePattern.RawText).Order(StringComparer.Ordinal);
        open.ToList().ShouldBe(
        (string[])[
            "/.well-known/smart-configuration", "/console/assets/{version}/{name}", "/console/sign-in", "/fhir/.well-known/smart-configuration", "/fhir/MessageDefinition", "/fhir/MessageDefinition/{id}", "/fhir/metadata", "/health/live", "/health/ready",
            "/oauth2/token", "/openapi/{documentName}.json", "/schemas/event-{name}.schema.json",
        ]); // what anybody may call is decided here, one by one

        using var http = hub.Http();
        var document = JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json", Token))!["paths"]!.AsObject().Select(p => p.Key).ToList();
        document.Count.ShouldBeGreaterThan(40);
        var routes = endpoints.Select(e => Plain(e.RoutePattern.RawText!)).ToHashSet();
        document.ShouldAllBe(path => routes.Contains(Plain(path)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_team_signs_in_with_its_key_and_reads_its_own_tasks_and_nobody_reads_them_by_name_alone(bool rsa)
    {
        using var key = rsa ? SignInKey.Rsa("2026") : SignInKey.P384("2026");
        await using var hub = await WithAccessAsync(("south-cmht", key));
        using var http = hub.Http();

        var (status, body) = await SignInKey.AskAsync(http, key.Assert("south-cmht", Audience(hub)), "system/Task.rs system/Task.cu");
        status.ShouldBe(200);
        body.GetProperty("scope").GetString().ShouldBe("system/Task.read system/Task.write");
        body.GetProperty("expires_in").GetInt32().ShouldBe(300);

        using var tasks = await GetAsync(http, "/fhir/Task", body.GetProperty("access_token").GetString());
        tasks.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonNode.Parse(await tasks.Content.ReadAsStringAsync(Token))!["entry"]!.AsArray().Count.ShouldBeGreaterThan(0);

        using var named = await GetAsync(http, "/fhir/Task", null, ("X-Source", "south-cmht"));
        named.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        named.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"crt-hub\", error=\"invalid_token\"");
        ((string?)JsonNode.Parse(await named.Content.ReadAsStringAsync(Token))!["resourceType"]).ShouldBe("OperationOutcome");

        // Nothing of this id is there: who may ask is told so, and who may only read is not.
        using var answers = new HttpRequestMessage(HttpMethod.Patch, $"/fhir/Task/{Guid.Empty}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("access_token").GetString()) } };
        (await http.SendAsync(answers, Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var reads = new HttpRequestMessage(HttpMethod.Patch, $"/fhir/Task/{Guid.Empty}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(hub, http, key, "south-cmht", "system/Task.rs")) } };
        (await http.SendAsync(reads, Token)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_statement_that_is_not_the_partners_own_for_this_hub_now_and_once_gives_no_token()
    {
        using var key = SignInKey.P384("2026");
        using var stranger = SignInKey.P384("2026");
        using var practice = SignInKey.Rsa("2026");
        await using var hub = await WithAccessAsync(("south-cmht", key), ("elm", practice));
        using var http = hub.Http();
        var (aud, now) = (Audience(hub), TimeProvider.System.GetUtcNow().UtcDateTime);
        var good = key.Assert("south-cmht", aud);

        async Task RefusedAsync(string why, string assertion, int status = 401, params (string, string)[] more)
        {
            var (answered, body) = await SignInKey.AskAsync(http, assertion, "system/*.*", more);
            answered.ShouldBe(status, why);
            body.TryGetProperty("access_token", out _).ShouldBeFalse(why);
        }

        await RefusedAsync("expired", key.Assert("south-cmht", aud, d => d.Expires = now.AddMinutes(-2)));
        await RefusedAsync("an hour long", key.Assert("south-cmht", aud, d => d.Expires = now.AddHours(1)));
        await RefusedAsync("without an end", key.Assert("south-cmht", aud, d => d.Expires = null));
        await RefusedAsync("of tomorrow", key.Assert("south-cmht", aud, d => (d.NotBefore, d.Expires) = (now.AddMinutes(3), now.AddMinutes(4))));
        await RefusedAsync("for another hub", key.Assert("south-cmht", "https://elsewhere.example/oauth2/token"));
        await RefusedAsync("for the address of a Host header", key.Assert("south-cmht", "http://hub.example/oauth2/token"));
        await RefusedAsync("another issuer than subject", key.Assert("south-cmht", aud, d => d.Issuer = "elm"));
        await RefusedAsync("another subject than issuer", key.Assert("south-cmht", aud, d => d.Claims["sub"] = "elm"));
        await RefusedAsync("without a jti", key.Assert("south-cmht", aud, d => d.Claims.Remove("jti")));
        await RefusedAsync("signed by somebody else under the same name of key", stranger.Assert("south-cmht", aud));
        await RefusedAsync("the practice's key for the team", practice.Assert("south-cmht", aud));
        await RefusedAsync("nobody's", stranger.Assert("nobody", aud));
        await RefusedAsync("a partner that has no key", stranger.Assert("willow", aud));
        await RefusedAsync("with another client's name beside it", key.Assert("south-cmht", aud), 401, ("client_id", "elm"));
        await RefusedAsync("none", Unsigned(good));
        await RefusedAsync("the public key as a secret", Hmac(good, practice.PublicPem()));
        await RefusedAsync("changed in one letter", good[..^6] + (good[^6] == 'A' ? 'B' : 'A') + good[^5..]);
        await RefusedAsync("no JWT", "e30.e30");
        await RefusedAsync("nothing", "", 401);

        (await SignInKey.AskAsync(http, good, "patient/Task.read")).Status.ShouldBe(400, "nothing of it may it have, and the statement is used");
        (await SignInKey.AskAsync(http, good)).Status.ShouldBe(401, "used before");
        (await SignInKey.AskAsync(http, key.Assert("south-cmht", aud))).Status.ShouldBe(200, "and the right one goes");

        var refused = new List<AuditEntry>();
        await foreach (var row in new AuditTrail(StoreOptions.ForReading(hub.DataFolder)).ReadAsync(null, Token))
        {
            refused.AddRange(AuditRecord.Read(row.Content).Where(e => e.Kind is AuditKind.Refuse or AuditKind.SignIn));
        }

        refused.Count(e => e.Kind == AuditKind.Refuse).ShouldBeGreaterThan(15);
        refused.Where(e => e.Kind == AuditKind.SignIn).Select(e => (e.By, e.What)).ShouldBe([("south-cmht", "key/2026")]);
    }

    [Fact]
    public async Task A_token_that_was_not_given_out_has_ended_or_whose_key_is_gone_opens_nothing()
    {
        using var key = SignInKey.P384("2026");
        await using var hub = await WithAccessAsync(("south-cmht", key));
        using var http = hub.Http();
        var token = await TokenAsync(hub, http, key, "south-cmht");
        (await StatusAsync(http, "/fhir/Task", token)).ShouldBe(200);

        var parts = token.Split('.');
        string Claims(Action<JsonObject> change)
        {
            var claims = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!.AsObject();
            change(claims);
            return $"{parts[0]}.{Base64UrlEncoder.Encode(claims.ToJsonString())}.{parts[2]}";
        }

        (await StatusAsync(http, "/fhir/Task", Claims(c => c["sub"] = "elm"))).ShouldBe(401);
        (await StatusAsync(http, "/fhir/Task", Claims(c => c["exp"] = 4102444800))).ShouldBe(401);
        (await StatusAsync(http, "/fhir/Task", Unsigned(token))).ShouldBe(401);
        (await StatusAsync(http, "/fhir/Task", key.Assert("south-cmht", Audience(hub)))).ShouldBe(401, "a statement is no token");
        (await StatusAsync(http, "/fhir/Task", "")).ShouldBe(401);
        (await StatusAsync(http, "/fhir/metadata", "rubbish")).ShouldBe(401, "who claims to be somebody and is not is refused whatever it asks for");
        (await StatusAsync(http, "/fhir/Task", token, ("X-Source", "elm"))).ShouldBe(403, "the headers name another");
        (await StatusAsync(http, "/fhir/Task", token, ("X-Source", "south-cmht"))).ShouldBe(200);
        (await StatusAsync(http, "/handovers", token)).ShouldBe(403, "a partner is no operator");
        (await StatusAsync(http, "/console", token)).ShouldBe(403);
        (await StatusAsync(http, "/partners", token)).ShouldBe(403);
        using (var twice = new HttpRequestMessage(HttpMethod.Get, "/fhir/Task"))
        {
            twice.Headers.TryAddWithoutValidation("Authorization", ["Bearer " + token, "Bearer " + token]);
            ((int)(await http.SendAsync(twice, Token)).StatusCode).ShouldBe(401);
        }

        using var next = SignInKey.P384("2027");
        var path = Path.Combine(hub.PartnersFolder, "south-cmht.json");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(path, Token))!;
        file["access"]!["keys"] = new JsonArray(next.Jwk());
        await File.WriteAllTextAsync(path, file.ToJsonString(), Token);
        hub.Host.Services.GetRequiredService<Hub.Proxy.Routing.PartnerFiles>().Reload();
        (await StatusAsync(http, "/fhir/Task", token)).ShouldBe(401, "its key is gone");
        (await StatusAsync(http, "/fhir/Task", await TokenAsync(hub, http, next, "south-cmht"))).ShouldBe(200);
    }

    [Fact]
    public async Task What_one_sender_asked_and_was_told_is_nobody_elses()
    {
        using var key = SignInKey.P384("k");
        await using var hub = await WithAccessAsync(("north-json", key));
        using var http = hub.Http();
        var token = await TokenAsync(hub, http, key, "north-json", "hub/events.write hub/events.read");
        var admission = EventOf("admission");

        (await PostAsync(http, admission, null)).ShouldBe(400, "nobody is named, and the only source signs in");
        (await PostAsync(http, admission, null, ("X-Source", "north-json"))).ShouldBe(401);
        using var request = Event(admission, token);
        using var taken = await http.SendAsync(request, Token);
        taken.StatusCode.ShouldBe(HttpStatusCode.Accepted, await taken.Content.ReadAsStringAsync(Token));
        var status = taken.Headers.Location!.ToString();

        (await StatusAsync(http, status, token)).ShouldBe(200);
        (await StatusAsync(http, status, null)).ShouldBe(404, "that it exists is not said either");
        (await StatusAsync(http, status, null, ("X-Source", "south-cmht"))).ShouldBe(404);
    }

    [Fact]
    public async Task Where_everybody_signs_in_a_name_opens_nothing_at_any_partners_door()
    {
        using var key = SignInKey.P384("k");
        await using var hub = await WithAccessAsync(new Dictionary<string, string?> { ["Hub:Access:Required"] = "true" }, ("south-cmht", key));
        using var http = hub.Http();

        foreach (var (method, path) in ((string, string)[])
            [("GET", "/fhir/Task"), ("POST", "/fhir/Task/_search"), ("GET", "/fhir/Bundle"), ("POST", "/fhir/$process-message"), ("POST", "/fhir/$validate"), ("POST", "/events/admission"), ("GET", $"/events/{Guid.Empty}"), ("GET", $"/events/{Guid.Empty}/handover"), ("POST", "/events/_handover"), ("GET", $"/fhir/message-response/{Guid.Empty}"),
             ("PATCH", $"/fhir/Task/{Guid.Empty}"), ("POST", $"/fhir/Bundle/{Guid.Empty}/$acknowledge")])
        {
            foreach (var name in (string?[])[null, "elm", "south-cmht"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/fhir+json") };
                if (name is not null)
                {
                    request.Headers.Add("X-Source", name);
                }

                using var answer = await http.SendAsync(request, Token);
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path} as {name}");
            }
        }

        (await StatusAsync(http, "/gateway/elm/Appointment/1", null, ("X-Source", "elm"))).ShouldBe(401);
        (await StatusAsync(http, "/gateway/elm/Appointment/1", null)).ShouldBe(403);
        (await StatusAsync(http, "/gateway/../fhir/Task", null, ("X-Source", "elm"))).ShouldBe(401);
        (await StatusAsync(http, "//fhir/Task", null)).ShouldNotBe(200);
        (await StatusAsync(http, "/fhir/%54ask", null)).ShouldBe(401);
        (await StatusAsync(http, "/FHIR/Task", null)).ShouldBe(401);
        (await StatusAsync(http, "/health/ready", null)).ShouldBe(200);
        (await StatusAsync(http, "/fhir/metadata", null)).ShouldBe(200);
        (await StatusAsync(http, "/handovers", null)).ShouldBe(200, "whoever runs the hub, from its own machine");
        (await StatusAsync(http, "/handovers", null, ("X-Forwarded-For", "10.0.0.1"))).ShouldBe(403, "somebody speaks for somebody else");
        (await StatusAsync(http, "/console", null, ("Forwarded", "for=10.0.0.1"))).ShouldBe(403);
    }

    [Fact]
    public async Task A_statement_used_at_one_node_is_used_at_every_other_and_its_token_is_good_there()
    {
        using var key = SignInKey.P384("k");
        await using var hub = await WithAccessAsync(new Dictionary<string, string?> { ["Hub:Access:BaseUrl"] = "https://hub.trust.example" }, ("south-cmht", key));
        using var http = hub.Http();
        var assertion = key.Assert("south-cmht", "https://hub.trust.example/oauth2/token");
        var (status, body) = await SignInKey.AskAsync(http, assertion);
        status.ShouldBe(200);

        await hub.RestartAsync(); // another process's start over the same store
        using var again = hub.Http();
        (await SignInKey.AskAsync(again, assertion)).Status.ShouldBe(401);
        (await StatusAsync(again, "/fhir/Task", body.GetProperty("access_token").GetString())).ShouldBe(200);
        var smart = JsonNode.Parse(await again.GetStringAsync("/.well-known/smart-configuration", Token))!;
        ((string?)smart["token_endpoint"]).ShouldBe("https://hub.trust.example/oauth2/token");
    }

    [Fact]
    public async Task A_partner_that_floods_is_told_to_wait_and_the_others_are_served()
    {
        using var key = SignInKey.P384("k");
        using var practice = SignInKey.P384("k");
        await using var hub = await WithAccessAsync(new Dictionary<string, string?> { ["Hub:Access:CallsPerMinute"] = "30" }, ("south-cmht", key), ("elm", practice));
        using var http = hub.Http();
        var (flood, other) = (await TokenAsync(hub, http, key, "south-cmht"), await TokenAsync(hub, http, practice, "elm"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => StatusAsync(http, "/fhir/Task", flood)));

        answers.Count(status => status == 200).ShouldBe(30);
        answers.Count(status => status == 429).ShouldBe(30);
        (await StatusAsync(http, "/fhir/Task", other)).ShouldBe(200);
        (await StatusAsync(http, "/handovers", null)).ShouldBe(200);
        using var waits = await GetAsync(http, "/fhir/Task", flood);
        waits.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        ((string?)JsonNode.Parse(await waits.Content.ReadAsStringAsync(Token))!["issue"]![0]!["code"]).ShouldBe("throttled");
    }

    [Fact]
    public async Task Callers_that_never_say_what_they_want_are_closed_and_their_places_are_free_again()
    {
        await using var hub = await TestHub.StartAsync(TestPartners.Patience, new Dictionary<string, string?> { ["Hub:Http:MaxConnections"] = "20", ["Hub:Http:HeadersWithin"] = "00:00:02" });
        var slow = new List<System.Net.Sockets.TcpClient>();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                slow.Add(new System.Net.Sockets.TcpClient());
                await slow[i].ConnectAsync(IPAddress.Loopback, hub.Host.Http.Port, Token);
                await slow[i].GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: loc"u8.ToArray(), Token);
            }

            using var http = hub.Http();
            await Eventually.HoldsAsync(async () =>
            {
                try
                {
                    return await StatusAsync(http, "/health/live", null) == 200;
                }
                catch (Exception fault) when (fault is HttpRequestException or System.Net.Sockets.SocketException)
                {
                    return false; // one too many: closed before, or while, it was looked at
                }
            });
            var buffer = new byte[1024];
            foreach (var one in slow)
            {
                try
                {
                    while (await one.GetStream().ReadAsync(buffer, Token) > 0)
                    {
                        // the 408 that it was told
                    }
                }
                catch (IOException)
                {
                    // closed
                }
            }
        }
        finally
        {
            slow.ForEach(one => one.Dispose());
        }
    }

    [Fact]
    public async Task The_guides_commands_sign_in_as_they_stand()
    {
        var folder = Directory.CreateTempSubdirectory("hub-signin-").FullName;
        try
        {
            var guide = await File.ReadAllTextAsync(Repository.PathOf("docs", "access.md"), Token);
            var blocks = guide.Split("```").Where((_, i) => i % 2 == 1).ToList();
            (await ShellAsync(folder, blocks[0]["sh".Length..], [])).Exit.ShouldBe(0);
            var (exit, jwk) = await HubProcess.RunAsync(["partner", "key", Path.Combine(folder, "partner.pub"), "--kid", "2026-11"], Token);
            exit.ShouldBe(0);
            await using var hub = await WithAccessAsync();
            await hub.ChangePartnerAsync("south-cmht", file => file["access"] = new JsonObject { ["keys"] = new JsonArray(JsonNode.Parse(jwk)) });
            hub.PartnerProblems.ShouldBeEmpty();

            var signIn = blocks.Single(b => b.StartsWith("sh signin", StringComparison.Ordinal))["sh signin".Length..];
            (exit, var answer) = await ShellAsync(folder, signIn, [("HUB", hub.Host.Http.GetLeftPart(UriPartial.Authority)), ("CLIENT", "south-cmht"), ("KID", "2026-11")]);
            exit.ShouldBe(0);

            using var http = hub.Http();
            (await StatusAsync(http, "/fhir/Task", (string?)JsonNode.Parse(answer)!["access_token"])).ShouldBe(200, answer);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Exit, string Output)> ShellAsync(string folder, string script, (string Name, string Value)[] variables)
    {
        var start = new System.Diagnostics.ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var shell = System.Diagnostics.Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync(Token);
        await shell.WaitForExitAsync(Token);
        return (shell.ExitCode, output);
    }

    private static string EventOf(string name) => File.ReadAllText(Repository.PathOf("profiles", "examples", "events", name + ".json"));

    private static HttpRequestMessage Event(string body, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/events/admission") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "A1");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private static async Task<int> PostAsync(HttpClient http, string body, string? token, params (string Name, string Value)[] headers)
    {
        using var request = Event(body, token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, Token);
        return (int)answer.StatusCode;
    }

    private static Task<TestHub> WithAccessAsync(params (string Partner, SignInKey Key)[] partners) => WithAccessAsync(new Dictionary<string, string?>(), partners);

    private static async Task<TestHub> WithAccessAsync(Dictionary<string, string?> settings, params (string Partner, SignInKey Key)[] partners)
    {
        var hub = await TestHub.StartAsync(TestPartners.Patience, settings);
        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(Ama.Admission("C1"), Token);
            await epr.SendAsync(Ama.Discharge("C2", Ama.Start.AddDays(9)), Token);
            await hub.SettleAsync();
        }

        foreach (var (partner, key) in partners)
        {
            await hub.ChangePartnerAsync(partner, file => file["access"] = new JsonObject { ["keys"] = new JsonArray(key.Jwk()) });
        }

        hub.PartnerProblems.ShouldBeEmpty();
        return hub;
    }

    private static string Audience(TestHub hub) => hub.Host.Http.GetLeftPart(UriPartial.Authority) + "/oauth2/token";

    private static async Task<string> TokenAsync(TestHub hub, HttpClient http, SignInKey key, string client, string scope = "system/*.*")
    {
        var (status, body) = await SignInKey.AskAsync(http, key.Assert(client, Audience(hub)), scope);
        status.ShouldBe(200, body.ToString());
        return body.GetProperty("access_token").GetString()!;
    }

    private static async Task<int> StatusAsync(HttpClient http, string path, string? token, params (string Name, string Value)[] headers)
    {
        using var answer = await GetAsync(http, path, token, headers);
        return (int)answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient http, string path, string? token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, Token);
    }

    private static string Plain(string path) => System.Text.RegularExpressions.Regex.Replace("/" + path.Trim('/'), @"\{[^}]*\}", "{}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string Unsigned(string jwt)
    {
        var head = JsonNode.Parse(Base64UrlEncoder.Decode(jwt.Split('.')[0]))!;
        head["alg"] = "none";
        return $"{Base64UrlEncoder.Encode(head.ToJsonString())}.{jwt.Split('.')[1]}.";
    }

    private static string Hmac(string jwt, string secret)
    {
        var head = JsonNode.Parse(Base64UrlEncoder.Decode(jwt.Split('.')[0]))!;
        head["alg"] = "HS384";
        var signed = $"{Base64UrlEncoder.Encode(head.ToJsonString())}.{jwt.Split('.')[1]}";
        return $"{signed}.{Base64UrlEncoder.Encode(System.Security.Cryptography.HMACSHA384.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }
}
