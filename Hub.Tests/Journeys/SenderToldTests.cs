using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A record system is told, at an address of its own, what became of what its messages asked.</summary>
public sealed class SenderToldTests
{
    private const string Secret = "told-by-the-hub-0123456789";

    private static readonly PatientRef Ama = HandoverStage.Person("Ama", "Mensah", "9912003888", "L100");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_told_once_of_each_answer_and_of_silence_signed_and_without_a_word_about_the_person()
    {
        var refused = 0;
        var told = new ConcurrentQueue<(string Key, string Signature, string At, string Body)>();
        await using var epr = await ScriptedHttpServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            told.Enqueue((context.Request.Headers["Idempotency-Key"]!, context.Request.Headers["X-Hub-Signature"]!, context.Request.Headers["X-Hub-Timestamp"]!, await reader.ReadToEndAsync(Token)));
            context.Response.StatusCode = Interlocked.Increment(ref refused) == 1 ? 500 : 204;
        });
        Environment.SetEnvironmentVariable("HUB_TEST_STATUS_SECRET", Secret);
        await using var stage = await HandoverStage.OpenAsync("2026-05-06T14:00:00+01:00");
        await stage.Hub.ChangePartnerAsync("north-epr", file => file["status"] = new JsonObject { ["url"] = epr.Address.AbsoluteUri, ["secret"] = new JsonObject { ["fromEnv"] = "HUB_TEST_STATUS_SECRET" } });
        stage.Hub.PartnerProblems.ShouldBeEmpty();
        await stage.HearAsync(Cases.Admission() with { Patient = Ama }, Discharge());

        var asked = await stage.OneAsync(ObligationKind.CmhtAccepts);
        await stage.ActAsync(asked, e => new Decline { Evidence = e, Reason = "Ama lives in North's patch" });
        await ThereAsync(told, 2); // the first was answered 500
        var (first, again) = (told.ElementAt(0), told.ElementAt(1));
        (first.Key, first.Body).ShouldBe((again.Key, again.Body));
        again.Signature.ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{again.At}.{again.Body}"))));
        var body = JsonNode.Parse(again.Body)!;
        ((string?)body["status"], (string?)body["about"]!["kind"], (string?)body["about"]!["askedOf"], (string?)body["about"]!["state"]).ShouldBe(("declined", "cmht-accepts", "South CMHT", "rejected"));
        ((string?)body["about"]!["episode"]!["id"], (string?)body["about"]!["messageId"], (string?)body["about"]!["obligationId"]).ShouldBe((Cases.Episode.LocalId, "stage-1", asked.Id.ToString()));

        await stage.ActAsync(asked, e => new Reassign { Evidence = e, To = "North CMHT" });
        await ThereAsync(told, 3);
        await stage.UntilAsync("2026-05-20T14:00:00+01:00");
        await Eventually.HoldsAsync(() => told.Any(t => (string?)JsonNode.Parse(t.Body)!["status"] == "overdue"), why: () => "silence was not told");

        var late = told.Skip(2).Select(t => JsonNode.Parse(t.Body)!).ToList();
        ((string?)late[0]["status"]).ShouldBe("reassigned");
        late.Where(t => (string?)t["status"] == "overdue").Select(t => (string?)t["about"]!["obligationId"]).ShouldBeUnique();
        told.Skip(2).Select(t => t.Key).ShouldBeUnique();
        foreach (var known in new[] { "Ama", "Mensah", "MENSAH", "9912003888", "L100", "patch" })
        {
            told.ShouldAllBe(t => !t.Body.Contains(known, StringComparison.Ordinal), known);
        }
    }

    [Fact]
    public async Task A_source_that_asked_for_nothing_is_told_nothing_and_nothing_is_written_down_for_it()
    {
        await using var stage = await HandoverStage.OpenAsync("2026-05-06T14:00:00+01:00");
        await stage.HearAsync(Cases.Admission() with { Patient = Ama }, Discharge());
        await stage.ActAsync(await stage.OneAsync(ObligationKind.CmhtAccepts), e => new Accept { Evidence = e, Owner = "D. Worker" });
        await stage.UntilAsync("2026-05-20T14:00:00+01:00");

        await using var context = StoreStart.Context(stage.Hub.Host.Services.GetRequiredService<StoreOptions>());
        context.Notices.Any(n => n.ObligationId != null && n.AttentionId != null).ShouldBeTrue("people are told of what is overdue");
        context.Notices.Any(n => n.AttentionId == null).ShouldBeFalse();
    }

    private static Discharge Discharge() => Cases.Discharge() with { Patient = Ama, GpOnly = false, DestinationTeams = [HandoverStage.South] };

    private static Task ThereAsync<T>(ConcurrentQueue<T> told, int count) => Eventually.HoldsAsync(() => told.Count >= count, why: () => $"{told.Count.ToString(CultureInfo.InvariantCulture)} were told");
}
