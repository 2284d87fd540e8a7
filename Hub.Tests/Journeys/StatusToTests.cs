using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Tests.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A sender is told what becomes of what its messages asked, at the one address in its file: over real sockets and a real store.</summary>
public sealed class StatusToTests
{
    private const string Secret = "a secret of two";
    private static readonly PatientRef Ama = Cases.Ama with { GpPractice = OdsCode.Parse("Y99001") };
    private static readonly Team South = Cases.Cmht with { Organisation = OdsCode.Parse("RXN02"), LocalCode = "SCMHT" };
    private readonly List<(string Body, IReadOnlyDictionary<string, string> Headers)> told = [];
    private int failures;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_decline_is_told_signed_and_again_until_it_is_taken_in_ids_alone()
    {
        await using var receiver = await ListenAsync();
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, Secret, Token);
        await using var hub = await DischargedAsync(new JsonObject { ["url"] = receiver.Address.ToString(), ["secret"] = new JsonObject { ["fromFile"] = secret } });
        failures = 2; // a 503 and a redirect: neither is taken, and no other address is asked

        await DeclineAsync(hub);
        await SettledAsync(hub);

        var bodies = told.ToList();
        bodies.Count.ShouldBe(3);
        bodies.Select(b => b.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem("the same standing has the same id");
        foreach (var (body, headers) in bodies)
        {
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{headers["X-Hub-Timestamp"]}.{body}"));
            headers["X-Hub-Signature"].ShouldBe("sha256=" + Convert.ToHexStringLower(mac));
            (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(headers["X-Hub-Timestamp"], CultureInfo.InvariantCulture)).ShouldBeInRange(0, 120);
            foreach (var person in (string[])[Ama.NhsNumber!.Value, Ama.Name!.Family!, Ama.LocalIds[0].Value, "another patch", "D. Worker"])
            {
                body.ShouldNotContain(person);
            }
        }

        var news = JsonNode.Parse(bodies[^1].Body)!;
        ((string?)news["source"], (string?)news["message"], (string?)news["handovers"]![0]!["episode"]).ShouldBe(("north-json", "SENT-1", Cases.Episode.LocalId));
        var asked = news["handovers"]![0]!["owed"]!.AsArray().Single(o => (string?)o!["kind"] == "cmht-accepts")!;
        ((string?)asked["state"], (bool)asked["saidWhy"]!).ShouldBe(("rejected", true));
        File.Delete(secret);
    }

    [Fact]
    public async Task A_FHIR_sender_is_answered_later_with_the_reason_of_a_decline_and_what_is_accepted_after()
    {
        await using var receiver = await ListenAsync();
        await using var hub = await DischargedAsync(new JsonObject { ["url"] = receiver.Address.ToString(), ["form"] = "fhir-message" });

        var asked = await DeclineAsync(hub);
        await SettledAsync(hub);

        var message = JsonNode.Parse(told.ShouldHaveSingleItem().Body)!;
        var entries = message["entry"]!.AsArray().Select(e => e!["resource"]!).ToList();
        ((string?)entries[0]["response"]!["identifier"], (string?)entries[0]["response"]!["code"]).ShouldBe(("SENT-1", "ok"));
        var declined = entries.Single(r => (string?)r["id"] == asked.ToString("D"));
        ((string?)declined["status"], (string?)declined["statusReason"]!["text"]).ShouldBe(("rejected", "Lives in another patch"));
        using var http = hub.Http();
        using var judged = await http.PostAsync(new Uri("/fhir/$validate", UriKind.Relative), new StringContent(message.ToJsonString(), Encoding.UTF8, "application/fhir+json"), Token);
        var issues = JsonNode.Parse(await judged.Content.ReadAsStringAsync(Token))!["issue"]!.AsArray();
        issues.ShouldAllBe(i => (string?)i!["severity"] != "error" && (string?)i!["severity"] != "fatal");

        await ActAsync(hub, asked, e => new Accept { Evidence = e, Owner = "D. Worker" });
        await SettledAsync(hub);

        told.Count.ShouldBe(2);
        var after = JsonNode.Parse(told[^1].Body)!;
        after["id"]!.ToString().ShouldNotBe(message["id"]!.ToString());
        ((string?)after["entry"]!.AsArray().Select(e => e!["resource"]!).Single(r => (string?)r["id"] == asked.ToString("D"))["status"]).ShouldBe("accepted");
    }

    [Theory]
    [InlineData("""{ "url": "http://elsewhere.example/x", "secret": { "fromEnv": "X" } }""", "/statusTo/url")]
    [InlineData("""{ "url": "https://user:word@elsewhere.example/x", "secret": { "fromEnv": "X" } }""", "/statusTo/url")]
    [InlineData("""{ "url": "file:///etc/passwd", "secret": { "fromEnv": "X" } }""", "/statusTo/url")]
    [InlineData("""{ "url": "https://elsewhere.example/x" }""", "/statusTo/secret")]
    [InlineData("""{ "url": "https://elsewhere.example/x", "form": "fhir-message", "secret": { "fromEnv": "X" } }""", "/statusTo/secret")]
    [InlineData("""{ "url": "https://elsewhere.example/x", "secret": { "fromEnv": "X" }, "access": { } }""", "/statusTo/access")]
    [InlineData("""{ "url": "https://elsewhere.example/x", "form": "fhir-message", "access": { "auth": { "method": "charm" } } }""", "/statusTo/access/auth")]
    public void An_address_that_could_not_be_told_safely_is_named(string statusTo, string field)
    {
        var file = $$"""{ "id": "north-json", "name": "North JSON", "role": "source", "organisation": "RXN", "protocol": "event-api", "settings": { }, "statusTo": {{statusTo}} }""";
        var reader = new Hub.Proxy.Routing.PartnerFileReader([new Hub.Adapters.Sources.EventApi.EventApiSettingsCheck()], _ => null);

        reader.Read("north-json.json", Encoding.UTF8.GetBytes(file)).Problems.ShouldContain(p => p.Field.StartsWith(field, StringComparison.Ordinal));
    }

    private Task<ScriptedHttpServer> ListenAsync() => ScriptedHttpServer.StartAsync(async context =>
    {
        using var reader = new StreamReader(context.Request.Body);
        told.Add((await reader.ReadToEndAsync(Token), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())));
        context.Response.StatusCode = failures-- switch { 2 => 503, 1 => 307, _ => 204 };
        context.Response.Headers.Location = context.Response.StatusCode == 307 ? "http://127.0.0.1:9/elsewhere" : default(Microsoft.Extensions.Primitives.StringValues);
    });

    private static async Task<TestHub> DischargedAsync(JsonObject statusTo)
    {
        var hub = await TestHub.StartAsync();
        await hub.ChangePartnerAsync("north-json", file => file["statusTo"] = statusTo);
        hub.PartnerProblems.ShouldBeEmpty();
        var discharge = Cases.Discharge() with { Patient = Ama, GpOnly = false, DestinationTeams = [South], OccurredAt = Later, FollowUp = null };
        await hub.Host.Services.GetRequiredService<IEventIntake>().AcceptAsync(Plans.Received("SENT-1") with { SourceId = "north-json" }, [discharge], Token);
        await hub.SettleAsync();
        return hub;
    }

    // Nothing is late while a test looks: what it is told is what somebody decided.
    private static ClinicalTime Later => Cases.At(TimeProvider.System.GetUtcNow().AddMinutes(-1).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));

    private static async Task<Guid> DeclineAsync(TestHub hub)
    {
        var book = hub.Host.Services.GetRequiredService<HandoverBook>();
        var asked = (await book.WorklistAsync(new("south-cmht", null, null, null, 50), Token)).Single(o => o.Obligation.Kind == ObligationKind.CmhtAccepts).Obligation.Id;
        await ActAsync(hub, asked, e => new Decline { Evidence = e, Reason = "Lives in another patch" });
        return asked;
    }

    private static async Task ActAsync(TestHub hub, Guid obligation, Func<Evidence, ObligationAct> act) => (await hub.Host.Services.GetRequiredService<ObligationDesk>().ActAsync(
        obligation, act(new Evidence { At = TimeProvider.System.GetUtcNow(), Channel = ActChannel.System, By = "South CMHT" }), null, Token)).ShouldBeOfType<Acted>();

    private static async Task SettledAsync(TestHub hub)
    {
        await using var context = StoreStart.Context(hub.Host.Services.GetRequiredService<StoreOptions>());
        await Eventually.HoldsAsync(async () => await context.ResponsePosts.AsNoTracking().AnyAsync(p => p.Url == ResponsePost.Status, Token)
            && await context.ResponsePosts.AsNoTracking().AllAsync(p => p.NextAttemptAt == null && p.TakenAt != null, Token), TimeSpan.FromSeconds(60));
    }
}
