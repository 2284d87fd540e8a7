using System.Security.Cryptography;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Proxy;
using Hub.Proxy.Handovers;
using Hub.Proxy.Notices;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>What every message store must do with notices to people: sent once, again where not taken, the next rung where nobody has it.</summary>
public abstract partial class MessageStoreContract
{
    private static readonly NoticeRungs Rungs = new(HandoverRules.Default);

    private NoticeBook Notices => new(NewContext);

    [Fact]
    public async Task An_urgent_entry_is_told_once_however_often_it_recurs_and_whichever_node_asks()
    {
        await UrgentAsync("conflict");
        await UrgentAsync("conflict");

        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(ClaimAsync, Token)));

        claims.Sum(c => c.Count).ShouldBe(1);
        Clock.Advance(TimeSpan.FromMinutes(6));
        var again = (await ClaimAsync()).ShouldHaveSingleItem("the node that had it is gone");
        await Store.CompleteNoticeAsync(again with { Attempt = 1 }, ["email"], null, null, null, Token);
        (await Notices.OpenAsync(10, Token)).ShouldHaveSingleItem().Stands.ShouldStartWith("in the list", Case.Sensitive, "the answer to a lost lease moves nothing");
        await Store.CompleteNoticeAsync(again, ["email"], null, null, null, Token);
        Clock.Advance(TimeSpan.FromHours(1));
        (await ClaimAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mail_that_was_taken_has_told_nobody_and_the_next_rung_is_told_until_somebody_has_it()
    {
        await UrgentAsync("conflict");
        await SendAllAsync();
        (await Notices.OpenAsync(10, Token)).ShouldHaveSingleItem().Stands.ShouldContain("nobody has said");

        Clock.Advance(TimeSpan.FromHours(4));
        await SendAllAsync();
        Clock.Advance(TimeSpan.FromHours(8));
        await SendAllAsync();
        (await Notices.OpenAsync(10, Token)).Select(n => n.Role).ShouldBe(["CRT shift lead", "team lead", "on call manager"]);

        var last = (await Notices.OpenAsync(10, Token))[^1];
        (await Store.HaveNoticeAsync(last.Id, "M. Anager", TimeSpan.FromHours(4), Token)).ShouldNotBeNull();
        Clock.Advance(TimeSpan.FromHours(3));
        (await SendAllAsync()).ShouldBe(0, "silent, for all rungs");
        Clock.Advance(TimeSpan.FromHours(1));
        (await SendAllAsync()).ShouldBe(1, "a silence has an end");
        (await Notices.OpenAsync(10, Token))[^1].Role.ShouldBe("on call manager");
    }

    [Fact]
    public async Task A_closed_entry_tells_nobody_any_more()
    {
        var entry = await UrgentAsync("conflict");
        await SendAllAsync();

        await Store.CloseAttentionAsync(entry, "Nora Nurse", "done", Token);

        Clock.Advance(TimeSpan.FromHours(5));
        (await SendAllAsync()).ShouldBe(0);
        (await Notices.OpenAsync(10, Token)).ShouldBeEmpty();
        (await Store.HaveNoticeAsync(1, "Nora Nurse", TimeSpan.FromHours(1), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task While_a_death_is_reported_nobody_is_reminded_of_what_is_held()
    {
        await AskAsync(ObligationKind.FollowUpBooked);
        Clock.Advance(TimeSpan.FromHours(2));
        (await TellAsync()).ShouldBe(1);
        await DeathAsync(DeathNews.Reported, 1);

        (await SendAllAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Who_has_a_follow_up_is_written_down_and_its_ladder_goes_on()
    {
        await AskAsync(ObligationKind.FollowUpBooked);
        Clock.Advance(TimeSpan.FromHours(2));
        await TellAsync();
        var notice = (await Notices.OpenAsync(10, Token)).ShouldHaveSingleItem();

        var said = await new NoticeDesk(Store, new ObligationDesk(Store, HandoverRules.Default), Clock).HaveAsync(notice.Id, "Nora Nurse", 60, Token);

        said.ShouldNotBeNull().ShouldContain("goes on all the same");
        Clock.Advance(TimeSpan.FromHours(4));
        (await TellAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_mail_and_a_failing_webhook_are_tried_again_and_what_was_taken_is_not_sent_twice()
    {
        await using var mail = new ScriptedSmtpServer();
        mail.Then("451 come back later");
        var posts = new List<(string Key, string At, string Signature, byte[] Body)>();
        await using var hook = await ScriptedHttpServer.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Token);
            posts.Add((context.Request.Headers["Idempotency-Key"]!, context.Request.Headers["X-Hub-Timestamp"]!, context.Request.Headers["X-Hub-Signature"]!, body.ToArray()));
            context.Response.StatusCode = posts.Count == 2 ? StatusCodes.Status204NoContent : StatusCodes.Status500InternalServerError;
        });
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "a secret of the test", Token);
        await using var provider = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        var webhook = new WebhookSettings { Url = hook.Address.ToString(), Secret = new SecretRef { FromFile = secret } };
        var email = new EmailSettings { Host = "127.0.0.1", Port = mail.Port, Security = MailSecurity.None, From = "hub@trust.example" };
        email.To["*"] = "duty@trust.example";
        var sweeper = Sweeper(new EmailChannel(email, Rota.None, Clock), new WebhookChannel(webhook, new SignedPost(provider.GetRequiredService<IHttpClientFactory>(), Clock)));
        await UrgentAsync("conflict");

        (await sweeper.SweepAsync(Token)).ShouldBe(1);
        (mail.Taken.Count, posts.Count).ShouldBe((0, 1));
        (await Notices.OpenAsync(10, Token)).ShouldHaveSingleItem().Stands.ShouldStartWith("not sent (1 tries)");
        (await sweeper.SweepAsync(Token)).ShouldBe(0, "it waits a while");
        Clock.Advance(TimeSpan.FromSeconds(31));
        await sweeper.SweepAsync(Token);
        Clock.Advance(TimeSpan.FromHours(1));
        await sweeper.SweepAsync(Token);

        (mail.Taken.Count, posts.Count).ShouldBe((1, 2));
        posts[0].Key.ShouldBe(posts[1].Key);
        var signed = Encoding.UTF8.GetBytes(posts[1].At + ".").Concat(posts[1].Body).ToArray();
        posts[1].Signature.ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("a secret of the test"u8, signed)));
        File.Delete(secret);
    }

    [Fact]
    public async Task A_notice_says_a_number_a_role_a_time_and_a_link_and_nothing_of_the_person_or_the_team_asked()
    {
        await using var mail = new ScriptedSmtpServer();
        var email = new EmailSettings { Host = "127.0.0.1", Port = mail.Port, Security = MailSecurity.None, From = "hub@trust.example" };
        email.To["CRT shift lead"] = "lead@trust.example";
        await AskAsync(ObligationKind.CmhtAccepts);
        Clock.Advance(TimeSpan.FromHours(2));
        await TellAsync();

        await Sweeper(new EmailChannel(email, Rota.None, Clock)).SweepAsync(Token);

        var text = mail.Taken.ShouldHaveSingleItem();
        text.ShouldContain("lead@trust.example");
        text.ShouldContain("https://hub.trust.example/notices/");
        foreach (var word in (string[])["South", "cmht", "P1", "accepts", "Nora"])
        {
            text.ShouldNotContain(word, Case.Insensitive);
        }
    }

    [Fact]
    public async Task An_hour_without_a_person_in_the_next_two_weeks_is_told_before_it_comes_and_once()
    {
        var rota = new Rota([new Shift { Role = "CRT shift lead", From = Monday.AddDays(-1), Until = Monday.AddDays(3), Person = "Nora Nurse" }]);
        var watch = new RotaWatch(Store, rota, HandoverRules.Default, Clock, NullLogger<RotaWatch>.Instance);

        await watch.LookAsync(Token);
        await watch.LookAsync(Token);

        var gaps = (await Timeline.AttentionAsync(20, Token)).Where(a => a.Kind == "rota-gap").ToList();
        gaps.ShouldContain(a => a.Reason.Contains("CRT shift lead from Thu 7 May 10:00", StringComparison.Ordinal) && a.Urgency == Urgency.Routine);
        gaps.ShouldContain(a => a.Reason.Contains("on call manager from now", StringComparison.Ordinal) && a.Urgency == Urgency.Urgent);
        gaps.Select(a => a.Reason).ShouldBeUnique();
        gaps.ShouldAllBe(a => a.Count == 1);
        RotaWatch.Gaps(Rota.None, HandoverRules.Default, Monday).ShouldBeEmpty("without a rota roles stand alone");
    }

    private NoticeSweeper Sweeper(params INoticeChannel[] channels) => new(
        Store, channels, Rungs, new NoticeLinks(Options.Create(new HubOptions()), Options.Create(new NoticeSettings { Link = "https://hub.trust.example" }), new BoundPorts()), Clock,
        NullLogger<NoticeSweeper>.Instance);

    private async Task<Guid> UrgentAsync(string kind)
    {
        var entry = new PlannedAttention
        {
            AttentionId = NewId(), Kind = kind, Subject = "one", Reason = "Something needs a person.", Owner = "CRT shift lead", NextStep = "Look.", Urgency = Urgency.Urgent,
        };
        await Store.AttendAsync(entry, Token);
        return entry.AttentionId;
    }

    private Task<IReadOnlyList<NoticeLease>> ClaimAsync() => Store.ClaimNoticesAsync(10, TimeSpan.FromMinutes(5), rung => Rungs.After(rung).After, Token);

    private async Task<int> SendAllAsync()
    {
        await Store.RaiseNoticesAsync(Rungs.After, 10, Token);
        var due = await ClaimAsync();
        foreach (var one in due)
        {
            await Store.CompleteNoticeAsync(one, ["email"], null, null, null, Token);
        }

        return due.Count;
    }
}
