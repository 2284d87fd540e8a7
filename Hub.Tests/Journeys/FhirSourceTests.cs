using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Hub.Tests.Adapters.Sources.FhirMessages;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A record system that sends FHIR messages, through the whole hub to the practice and the community team.</summary>
public sealed class FhirSourceTests
{
    [Fact]
    public async Task A_fhir_admission_change_discharge_and_its_withdrawal_reach_the_practice_in_order()
    {
        await using var hub = await StartAsync();

        foreach (var (told, id) in new (CareEvent, string)[] { (Mine(Cases.Admission()), "a"), (Mine(Cases.Change()), "b"), (Mine(Cases.Discharge()), "c"), (Mine(Cases.DischargeCancelled()), "d") })
        {
            (await PostAsync(hub, Composed(told, id))).Code.ShouldBe("ok", id);
            await hub.SettleAsync();
        }

        hub.Practice.Received.Select(Event).ShouldBe(["admission", "medication-change", "discharge", "discharge-cancelled"]);
        Told.Text(hub.Practice.Received[1]).ShouldContain("Sertraline 50 mg tablets");
        Told.Text(hub.Practice.Received[3]).ShouldContain("withdrawn");
        hub.Cmht.Received.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_resend_is_answered_as_before_and_nothing_leaves_twice_not_even_after_a_restart()
    {
        await using var hub = await StartAsync();
        var message = Composed(Mine(Cases.Admission()), "a");

        var first = await PostAsync(hub, message);
        await hub.SettleAsync();
        await hub.RestartAsync();
        var envelope = JsonNode.Parse(message)!;
        envelope["timestamp"] = "2026-05-02T08:00:00+01:00";
        var again = await PostAsync(hub, Encoding.UTF8.GetBytes(envelope.ToJsonString()));

        (again.Code, again.Id).ShouldBe(("ok", first.Id));
        await hub.SettleAsync();
        hub.Practice.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Other_content_under_the_same_id_is_kept_and_a_person_is_asked()
    {
        await using var hub = await StartAsync();
        await PostAsync(hub, Composed(Mine(Cases.Admission()), "a"));
        await hub.SettleAsync();

        var conflict = await PostAsync(hub, Composed(Mine(Cases.Admission()) with { Reason = "Something else" }, "a"));

        conflict.Code.ShouldBe("ok");
        await hub.SettleAsync();
        hub.Practice.Received.Count.ShouldBe(1);
        (await Told.AttentionAsync(hub)).ShouldContain(a => a.Kind == "conflict");
    }

    [Fact]
    public async Task A_sender_that_does_not_wait_fetches_the_same_answer_later()
    {
        await using var hub = await StartAsync();
        using var http = hub.Http();
        var message = Composed(Mine(Cases.Admission()), "a");
        using var request = Request(message);
        request.Headers.Add("Prefer", "respond-async");

        using var taken = await http.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)taken.StatusCode).ShouldBe(202);
        var later = await http.GetByteArrayAsync(taken.Content.Headers.ContentLocation, TestContext.Current.CancellationToken);
        Emitted.KeepResource(later);
        var answer = JsonNode.Parse(later)!;
        FhirMessageEndpointTests.Header(answer)["response"]!["code"]!.ToString().ShouldBe("ok");
        (await PostAsync(hub, message)).Text.ShouldBe(answer.ToJsonString());
        using var nothing = await http.GetAsync("/fhir/message-response/0198a0b0-0000-7000-8000-000000000009", TestContext.Current.CancellationToken);
        ((int)nothing.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task A_sender_that_names_an_address_is_posted_its_answer_until_it_takes_it_although_the_hub_is_restarted()
    {
        var (statuses, posted) = (new ConcurrentQueue<int>([503, 503]), new ConcurrentQueue<(string? Media, string Text)>());
        await using var sender = await ScriptedHttpServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            posted.Enqueue((context.Request.ContentType, await reader.ReadToEndAsync(TestContext.Current.CancellationToken)));
            context.Response.StatusCode = statuses.TryDequeue(out var status) ? status : 200;
        });
        await using var hub = await StartAsync();
        var url = new Uri(sender.Address, "/answers").AbsoluteUri;
        await hub.ChangePartnerAsync("epr-fhir", file => file["settings"]!["responseUrls"] = new JsonArray(url));

        (await AskAsync(hub, Composed(Mine(Cases.Admission()), "a"), url)).ShouldBe(202);
        await Eventually.HoldsAsync(() => !posted.IsEmpty);
        await hub.RestartAsync(); // between two tries
        await Eventually.HoldsAsync(() => posted.Count == 3);

        posted.ShouldAllBe(p => p.Media == "application/fhir+json" && p.Text == posted.First().Text);
        FhirMessageEndpointTests.Header(JsonNode.Parse(posted.First().Text)!)["response"]!["code"]!.ToString().ShouldBe("ok");
        await using var context = hub.Host.Services.GetRequiredService<Func<HubDbContext>>()();
        await Eventually.HoldsAsync(async () => await context.ResponsePosts.AsNoTracking().AllAsync(p => p.TakenAt != null && p.NextAttemptAt == null, TestContext.Current.CancellationToken));
        (await Told.AttentionAsync(hub)).ShouldNotContain(a => a.Kind == "response-not-taken");
    }

    [Fact]
    public async Task A_sender_that_refuses_its_answer_is_not_asked_again_and_somebody_is_told()
    {
        var posted = 0;
        await using var sender = await ScriptedHttpServer.StartAsync(context =>
        {
            Interlocked.Increment(ref posted);
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await using var hub = await StartAsync();
        var url = new Uri(sender.Address, "/answers").AbsoluteUri;
        await hub.ChangePartnerAsync("epr-fhir", file => file["settings"]!["responseUrls"] = new JsonArray(url));

        (await AskAsync(hub, Composed(Mine(Cases.Admission()), "a"), url)).ShouldBe(202);

        await Eventually.HoldsAsync(async () => (await Told.AttentionAsync(hub)).Any(a => a.Kind == "response-not-taken" && a.Reason.Contains("HTTP 404", StringComparison.Ordinal)));
        posted.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_discharge_is_kept_whole_and_a_person_is_told_at_once()
    {
        await using var hub = await StartAsync();
        var message = JsonNode.Parse(Composed(Mine(Cases.Discharge()), "a"))!.AsObject();
        foreach (var type in new[] { "EpisodeOfCare", "Encounter" })
        {
            FhirSender.Resource(message, type).Remove("identifier");
        }

        var refused = await PostAsync(hub, FhirSender.Bytes(message));

        (refused.Status, refused.Code).ShouldBe((200, "fatal-error"));
        var entry = (await Told.AttentionAsync(hub)).ShouldHaveSingleItem();
        (entry.Kind, entry.Urgency).ShouldBe(("refused-message", Urgency.Urgent));
    }

    [Theory]
    [InlineData(null, "ok", 1)]
    [InlineData("quarantine", "ok", 0)]
    [InlineData("reject", "fatal-error", 0)]
    public async Task A_fhir_message_that_breaks_a_profile_is_sent_on_held_or_refused_as_its_senders_file_says(string? policy, string code, int sent)
    {
        await using var hub = await StartAsync();
        await hub.ChangePartnerAsync("epr-fhir", file => file["onInvalid"] = policy);
        var message = JsonNode.Parse(Composed(Mine(Cases.Admission()), "a"))!.AsObject();
        FhirSender.Resource(message, "AllergyIntolerance").Remove("code"); // UK Core asks for one

        (await PostAsync(hub, FhirSender.Bytes(message))).Code.ShouldBe(code);

        await hub.SettleAsync();
        hub.Practice.Received.Count.ShouldBe(sent);
        (await Told.AttentionAsync(hub)).Any(a => a.Kind == "sender-data-held").ShouldBe(policy == "quarantine");
    }

    private static async Task<TestHub> StartAsync()
    {
        var hub = await TestHub.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(hub.PartnersFolder, "epr-fhir.json"), $$"""
            { "id": "epr-fhir", "name": "EPR (FHIR)", "role": "source", "organisation": "RX1", "protocol": "fhir-messages", "settings": { "match": { "endpoints": ["{{FhirSender.Endpoint}}"] } } }
            """);
        await hub.RestartAsync();
        return hub;
    }

    // The test hub's partners serve this practice and this community team.
    private static T Mine<T>(T told) where T : CareEvent
    {
        CareEvent mine = told with { Patient = Cases.Ama with { GpPractice = OdsCode.Parse("Y99001") } };
        return (T)(mine is Admission admission ? admission with { Cmht = Cases.Cmht with { Organisation = OdsCode.Parse("RXN02") } } : mine);
    }

    /// <summary>A message with an id of its own: what the envelope binds is the same in every message of this sender.</summary>
    private static byte[] Composed(CareEvent told, string id)
    {
        var message = JsonNode.Parse(FhirSender.Composed(told))!.AsObject();
        FhirSender.Resource(message, "MessageHeader")["id"] = "m-" + id;
        foreach (var team in message["entry"]!.AsArray().Select(e => e!["resource"]!).Where(r => r["name"] is JsonValue name && name.ToString() == "South CMHT"))
        {
            team["identifier"]!.AsArray().Add(JsonNode.Parse("""{ "system": "https://epr.example/id/team", "value": "SCMHT" }""")); // the code by which the trust knows the team
        }

        return FhirSender.Bytes(message);
    }

    private static string Event(Hub.Proxy.Simulators.ReceivedCopy copy) =>
        JsonNode.Parse(copy.Bytes.Span)!["entry"]![0]!["resource"]!["eventCoding"]!["code"]!.ToString();

    private static HttpRequestMessage Request(byte[] message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/fhir/$process-message") { Content = new ByteArrayContent(message) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/fhir+json");
        return request;
    }

    /// <summary>Sends a message whose answer is to be posted.</summary>
    private static async Task<int> AskAsync(TestHub hub, byte[] message, string answersTo)
    {
        using var http = hub.Http();
        using var request = Request(message);
        request.RequestUri = new Uri($"{request.RequestUri}?response-url={Uri.EscapeDataString(answersTo)}", UriKind.Relative);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private static async Task<(int Status, string Code, string Id, string Text)> PostAsync(TestHub hub, byte[] message)
    {
        using var http = hub.Http();
        using var request = Request(message);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Emitted.KeepResource(bytes);
        var answer = JsonNode.Parse(bytes)!;
        var header = FhirMessageEndpointTests.Header(answer);
        return ((int)response.StatusCode, header["response"]!["code"]!.ToString(), header["id"]!.ToString(), answer.ToJsonString());
    }
}
