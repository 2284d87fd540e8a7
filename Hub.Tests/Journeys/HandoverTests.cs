using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Proxy.Commands;
using Hub.Proxy.Handovers;
using Hub.Tests.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A discharge followed until a named team has accepted: over real listeners, a real store and scripted partners, read as people and systems read it.</summary>
public sealed class HandoverTests
{
    private static readonly Messages Ama = new() { Start = DateTimeOffset.UtcNowForMessages() };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_discharge_that_every_system_took_is_not_handed_over_until_the_team_says_so()
    {
        await using var hub = await DischargedAsync();
        var before = await HandoverAsync(hub);

        before.Copies.ShouldAllBe(c => c.State == "delivered");
        before.Holder[0].ShouldStartWith("No team has accepted. Last team on record: ");
        before.Holder.ShouldContain("Who is responsible until then was not stated; no rule is set.");
        Holds(before, "TeamAccepted").ShouldBe(false);
        Holds(before, "ContinuityHandoverComplete").ShouldBe(false);
        Holds(before, "DischargedWithOpenObligations").ShouldBe(true);
        before.Copies.ShouldAllBe(c => !c.Line.Contains("not yet read", StringComparison.OrdinalIgnoreCase));
        before.Copies.ShouldContain(c => c.Line.EndsWith("We are not told when someone reads it.", StringComparison.Ordinal));

        var asked = Of(before, ObligationKind.CmhtAccepts);
        asked.Entry.Obligation.State.ShouldBe(ObligationState.Received);
        (await ActAsync(hub, "accept", asked.Entry.Obligation.Id, "--owner", "D. Worker, South CMHT", "--by", "Nora Nurse", "--role", "CRT nurse",
            "--rang", "01632 960001", "--spoke-to", "duty worker", "--read-back")).ShouldBe(HubCommand.Done);

        var after = await HandoverAsync(hub);
        after.Holder[0].ShouldEndWith("has accepted: D. Worker, South CMHT, told to us.");
        Holds(after, "TeamAccepted").ShouldBe(true);
    }

    [Fact]
    public async Task The_figures_of_the_month_are_told_over_http_and_at_the_command_line_and_name_nobody()
    {
        await using var hub = await DischargedAsync();
        using var http = hub.Http();
        var month = TimeZoneInfo.ConvertTime(Ama.Start.AddDays(1), TimeZoneInfo.FindSystemTimeZoneById("Europe/London")).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

        var csv = await http.GetStringAsync(new Uri($"/reports/handovers?month={month}&format=csv", UriKind.Relative), Token);
        var fhir = await http.GetStringAsync(new Uri($"/reports/handovers?month={month}&format=fhir", UriKind.Relative), Token);
        var json = await http.GetFromJsonAsync<JsonElement>(new Uri($"/reports/handovers?month={month}", UriKind.Relative), Token);

        json.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("measure").GetString() == "cmht-acceptance").GetProperty("of").GetInt32().ShouldBe(1);
        json.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("measure").GetString() == "summary-24h").GetProperty("count").GetInt32().ShouldBe(1);
        csv.ShouldContain(",cmht-acceptance,0,1,");
        fhir.ShouldContain("\"MeasureReport\"");
        foreach (var text in new[] { csv, fhir, json.ToString() })
        {
            text.ShouldNotContain("MARLOW", Case.Insensitive);
            text.ShouldNotContain(Ama.NhsNumber);
        }

        (await http.GetAsync(new Uri("/reports/handovers?month=May", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await HubCommand.RunAsync(["report", "handovers", month, "--format", "csv", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(HubCommand.Done);
        (await HubCommand.RunAsync(["report", "handovers", "May", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(HubCommand.Fault);
    }

    [Fact]
    public async Task A_person_with_another_practice_takes_what_is_open_there_along()
    {
        await using var hub = await DischargedAsync();
        await using var epr = hub.Epr();

        await Told.SendAsync(epr, (Ama with { Practice = "Y99009" }).Adt("A08", "ADT_A01", "C7", Ama.Start.AddDays(1).AddHours(2)));
        await hub.SettleAsync();

        var moved = (await HandoverAsync(hub)).Obligations.Where(o => o.Entry.Obligation is { Actor: Hub.Fhir.Events.CareParty.Gp, IsOpen: true }).ToList();
        moved.ShouldNotBeEmpty();
        moved.Where(o => o.Steps.Any(s => s.Act == "Reassign")).ShouldAllBe(o => o.Entry.PartnerId == null && o.Entry.Obligation.State == ObligationState.Proposed);
        moved.ShouldContain(o => o.Steps.Any(s => s.Act == "Reassign"));
    }

    [Fact]
    public async Task A_decline_returns_to_the_crisis_team_with_its_reason_and_another_can_accept()
    {
        await using var hub = await DischargedAsync();
        var asked = Of(await HandoverAsync(hub), ObligationKind.CmhtAccepts).Entry.Obligation.Id;
        using var http = hub.Http();

        (await PostAsync(http, asked, "decline", new { by = "D. Worker", what = "Lives in another team's patch" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await hub.Timeline.AttentionAsync(20, Token)).ShouldContain(a => a.Kind == "declined" && a.ObligationId == asked);
        (await PostAsync(http, asked, "accept", new { by = "E. Other", what = "E. Other, North CMHT" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var view = (await hub.Host.Services.GetRequiredService<HandoverBook>().ObligationAsync(asked, Token)).ShouldNotBeNull();
        view.Steps.Select(s => s.Act).ShouldBe(["Open", "Receive", "Decline", "Accept"]);
        view.Steps[2].Note!.Words.ShouldBe("Lives in another team's patch");
    }

    [Fact]
    public async Task Who_acts_on_what_has_changed_meanwhile_is_told_and_changes_nothing()
    {
        await using var hub = await DischargedAsync();
        var asked = Of(await HandoverAsync(hub), ObligationKind.CmhtAccepts).Entry.Obligation;
        using var http = hub.Http();
        using var read = await http.GetAsync(new Uri($"/obligations/{asked.Id}", UriKind.Relative), Token);
        var tag = read.Headers.ETag.ShouldNotBeNull();

        await PostAsync(http, asked.Id, "ask", new { by = "D. Worker", what = "Which medicines?" });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/obligations/{asked.Id}/accept") { Content = JsonContent.Create(new { by = "D. Worker", what = "D. Worker" }) };
        request.Headers.IfMatch.Add(tag);
        (await http.SendAsync(request, Token)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);

        Of(await HandoverAsync(hub), ObligationKind.CmhtAccepts).Entry.Obligation.Owner.ShouldBeNull();
        (await PostAsync(http, asked.Id, "accept", new { what = "nobody says so" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync(http, Guid.Empty, "accept", new { by = "x", what = "y" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_withdrawn_discharge_takes_back_what_it_asked_and_the_medicines_stay_asked()
    {
        await using var hub = await DischargedAsync();
        await using var epr = hub.Epr();

        await Told.SendAsync(epr, Ama.CancelDischarge("C9", Ama.Start.AddDays(2), Ama.Start.AddDays(1)));
        await hub.SettleAsync();

        var view = await HandoverAsync(hub);
        view.Holder.ShouldHaveSingleItem().ShouldStartWith("Under ");
        view.Obligations.Where(o => o.Entry.Obligation.Kind is ObligationKind.CmhtAccepts or ObligationKind.PatientCopy)
            .ShouldAllBe(o => o.Entry.Obligation.State == ObligationState.Cancelled);
    }

    [Fact]
    public async Task Silence_is_noticed_by_the_running_hub_by_itself()
    {
        await using var hub = await DischargedAsync(new Messages { Start = DateTimeOffset.UtcNowForMessages().AddDays(-30) });

        await Eventually.HoldsAsync(async () => (await hub.Timeline.AttentionAsync(50, Token)).Any(a => a.Kind == "overdue-cmht-accepts-1"));
        var told = (await hub.Timeline.AttentionAsync(50, Token)).First(a => a.Kind == "overdue-cmht-accepts-1");
        told.Owner.ShouldBe("CRT shift lead");
        told.Reason.ShouldContain("overdue by");
        told.Reason.ShouldNotContain("MARLOW");
    }

    [Fact]
    public async Task Before_a_discharge_it_can_be_seen_what_would_be_open_and_what_was_not_checked_says_so()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        await Told.SendAsync(epr, Ama.Admission("C1"));
        using var http = hub.Http();

        var checks = await http.GetFromJsonAsync<List<HandoverCheck>>(new Uri($"/handovers/{await EpisodeAsync(hub)}/readiness", UriKind.Relative), Token);

        checks.ShouldNotBeNull().Single(c => c.Name == "practice-known").Holds.ShouldBe(true);
        checks.Single(c => c.Name == "team-asked").Holds.ShouldBe(false);
        checks.Where(c => c.Holds is null).ShouldAllBe(c => c.Because.StartsWith("not checked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reported_death_is_told_to_all_and_holds_the_clocks_until_the_notice_is_removed()
    {
        await using var hub = await DischargedAsync(new Messages { Start = DateTimeOffset.UtcNowForMessages().AddDays(-30) });
        await using var epr = hub.Epr();
        static string Dead(string controlId, DateTimeOffset at, string indicator) => Ama.Adt("A08", "ADT_A01", controlId, at)
            .Replace("07700900001|||||||||||||||||||01", $"07700900001|||||||||||||||||{indicator}||01", StringComparison.Ordinal);

        await Told.SendAsync(epr, Dead("C8", Ama.Start, "Y"));
        await hub.SettleAsync();

        hub.Practice.Received.ShouldContain(r => r.EventCode == "death-reported");
        hub.Cmht.Received.ShouldContain(r => r.EventCode == "death-reported");
        var held = await HandoverAsync(hub);
        held.Obligations.Where(o => o.Entry.Obligation is { IsOpen: true, Kind: not (ObligationKind.DeathConfirmed or ObligationKind.GpAction or ObligationKind.TeamAction) })
            .ShouldAllBe(o => o.Entry.Obligation.HeldSince != null);
        held.Obligations.ShouldAllBe(o => o.Entry.Obligation.State != ObligationState.Waived);
        var confirm = Of(held, ObligationKind.DeathConfirmed).Entry.Obligation;
        confirm.Chaser.ShouldBe("CRT team lead");

        await Told.SendAsync(epr, Dead("C9", Ama.Start.AddHours(1), "\"\""));
        await hub.SettleAsync();

        var released = await HandoverAsync(hub);
        released.Obligations.ShouldAllBe(o => o.Entry.Obligation.HeldSince == null);
        Of(released, ObligationKind.DeathConfirmed).Entry.Obligation.State.ShouldBe(ObligationState.Cancelled);
        Of(released, ObligationKind.CmhtAccepts).Entry.Obligation.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task By_when_two_teams_agree_one_lead_is_the_trusts_own_rule_at_the_command_line_too()
    {
        await using var hub = await TestHub.StartAsync();
        var twoTeams = Cases.Discharge() with { GpOnly = false, DestinationTeams = [Cases.Cmht, Cases.Cmht with { Name = "North CMHT", LocalCode = "CMHTN" }] };
        await hub.Host.Services.GetRequiredService<IEventIntake>().AcceptAsync(Plans.Received("two-teams") with { SourceId = "north-epr" }, [twoTeams], Token);
        var rules = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf("profiles/rules/handover/handover.json"), Token))!;
        rules["clocks"]!.AsArray().Single(c => (string?)c!["key"] == "one-lead")!["minutes"] = 90;
        var folder = Directory.CreateDirectory(Path.Combine(hub.RulesFolder, "handover")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "handover.json"), rules.ToJsonString(), Token);
        var book = hub.Host.Services.GetRequiredService<HandoverBook>();
        var episode = (await book.FindEpisodeAsync("RX1", Cases.Episode.LocalId, Token)).ShouldNotBeNull();
        var asked = (await book.HandoverAsync(episode, Token)).ShouldNotBeNull().Obligations.Where(o => o.Entry.Obligation.Kind == ObligationKind.CmhtAccepts).ToList();
        asked.Count.ShouldBe(2);

        foreach (var one in asked)
        {
            (await ActAsync(hub, "accept", one.Entry.Obligation.Id, "--owner", "D. Worker", "--by", "Nora Nurse", "--rules", hub.RulesFolder)).ShouldBe(HubCommand.Done);
        }

        var lead = Of((await book.HandoverAsync(episode, Token)).ShouldNotBeNull(), ObligationKind.AgreeOneLead).Entry.Obligation;
        (lead.DueAt!.Value - lead.StartsAt).ShouldBe(TimeSpan.FromMinutes(90));
    }

    private static async Task<TestHub> DischargedAsync(Messages? who = null)
    {
        var person = who ?? Ama;
        var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        await Told.SendAsync(epr, person.Admission("C1"));
        await Told.SendAsync(epr, person.Discharge("C2", person.Start.AddDays(1)));
        await hub.SettleAsync();
        return hub;
    }

    private static async Task<HandoverView> HandoverAsync(TestHub hub) =>
        (await hub.Host.Services.GetRequiredService<HandoverBook>().HandoverAsync(await EpisodeAsync(hub), Token)).ShouldNotBeNull();

    private static async Task<long> EpisodeAsync(TestHub hub) =>
        (await hub.Host.Services.GetRequiredService<HandoverBook>().FindEpisodeAsync("RXN", Ama.Visit, Token)).ShouldNotBeNull();

    private static ObligationView Of(HandoverView view, ObligationKind kind) => view.Obligations.Single(o => o.Entry.Obligation.Kind == kind);

    private static bool? Holds(HandoverView view, string check) => view.Checks.Single(c => c.Name == check).Holds;

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, Guid id, string act, object body) => http.PostAsJsonAsync(new Uri($"/obligations/{id}/{act}", UriKind.Relative), body, Token);

    private static Task<int> ActAsync(TestHub hub, string act, Guid id, params string[] more) =>
        HubCommand.RunAsync(["handover", act, id.ToString(), "--data", hub.DataFolder, .. more], TimeProvider.System);
}
