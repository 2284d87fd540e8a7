using System.Net;
using System.Net.Http.Json;
using Hub.Proxy.Commands;
using Hub.Proxy.Notices;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>People are told by the running hub by itself, and one of them says "I have it".</summary>
public sealed class NoticeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_urgent_entry_is_mailed_by_the_running_hub_and_somebody_has_it()
    {
        await using var mail = new ScriptedSmtpServer();
        await using var hub = await TestHub.StartAsync(TestPartners.Patience, new Dictionary<string, string?>
        {
            ["Hub:Notices:Email:Host"] = "127.0.0.1", ["Hub:Notices:Email:Port"] = mail.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Hub:Notices:Email:Security"] = "None", ["Hub:Notices:Email:From"] = "hub@trust.example", ["Hub:Notices:Email:To:CRT shift lead"] = "lead@trust.example",
        });
        await hub.Store.AttendAsync(Entry(), Token);
        await Eventually.HoldsAsync(() => Task.FromResult(mail.Taken.Count == 1), TimeSpan.FromSeconds(20));

        using var http = hub.Http();
        var notice = (await hub.Host.Services.GetRequiredService<NoticeBook>().OpenAsync(10, Token)).ShouldHaveSingleItem();
        mail.Taken[0].ShouldContain($"/notices/{notice.Id}");
        (await http.PostAsJsonAsync(new Uri($"/notices/{notice.Id}/have", UriKind.Relative), new { by = "" }, Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await http.PostAsJsonAsync(new Uri($"/notices/{notice.Id}/have", UriKind.Relative), new { by = "Nora Nurse", minutes = 1441 }, Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await http.PostAsJsonAsync(new Uri($"/notices/{notice.Id}/have", UriKind.Relative), new { by = "Nora Nurse" }, Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetStringAsync(new Uri("/notices", UriKind.Relative), Token)).ShouldContain("Nora Nurse has it");
    }

    [Theory]
    [InlineData("Communication")]
    [InlineData("Task")]
    public async Task A_notice_is_written_once_on_a_partners_FHIR_server_and_says_nothing_of_a_person(string kind)
    {
        await using var server = await Hub.Proxy.Simulators.SimulatedFhirServer.StartAsync();
        await using var hub = await TestHub.StartAsync(TestPartners.Patience, new Dictionary<string, string?> { ["Hub:Notices:Fhir:Partner"] = "riverside", ["Hub:Notices:Fhir:As"] = kind });
        var channel = hub.Host.Services.GetRequiredService<IReadOnlyList<INoticeChannel>>().ShouldHaveSingleItem();
        var notice = new Notice(7, "CMHT duty worker", TimeProvider.System.GetUtcNow(), new Uri("https://hub.example/notices/7"));
        (await channel.SendAsync(notice, Token)).ShouldNotBeNull().ShouldContain("no partner file riverside");
        await File.WriteAllTextAsync(Path.Combine(hub.PartnersFolder, "riverside.json"), $$"""
            { "id": "riverside", "name": "Riverside CMHT", "role": "recipient", "organisation": "RXN04", "audience": "cmht", "protocol": "fhir-rest", "serves": ["RCMHT"], "settings": { "endpoint": "{{server.Endpoint}}" } }
            """, Token);
        hub.Host.Services.GetRequiredService<Hub.Proxy.Routing.PartnerFiles>().Reload();
        hub.PartnerProblems.ShouldBeEmpty();

        (await channel.SendAsync(notice, Token)).ShouldBeNull();
        (await channel.SendAsync(notice, Token)).ShouldBeNull("what was sent before a crash is sent again");

        var written = server.Resources.ShouldHaveSingleItem();
        written.Kind.ShouldBe(kind);
        written.Json.ShouldContain("https://hub.example/notices/7");
        written.Json.ShouldContain("CMHT duty worker");
        written.Json.ShouldNotContain("\"subject\"");
        written.Json.ShouldNotContain("\"for\"");

        await hub.Store.AttendAsync(Entry(), Token);
        await Eventually.HoldsAsync(() => Task.FromResult(server.Resources.Count == 2), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Without_a_channel_notices_stay_in_the_list_where_a_person_can_say_that_they_have_it()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.Store.AttendAsync(Entry(), Token);
        var notice = (await hub.Host.Services.GetRequiredService<NoticeBook>().OpenAsync(10, Token)).ShouldHaveSingleItem();

        (await HubCommand.RunAsync(["notice", "list", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(HubCommand.Found);
        (await HubCommand.RunAsync(["notice", "have", $"{notice.Id}", "--by", "Nora Nurse", "--minutes", "1441", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(HubCommand.Fault);
        (await HubCommand.RunAsync(["notice", "have", $"{notice.Id}", "--by", "Nora Nurse", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(HubCommand.Done);
        (await HubCommand.RunAsync(["notice", "have", "999", "--by", "Nora Nurse", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(HubCommand.Found);
    }

    [Theory]
    [InlineData("Hub:Notices:Webhook:Url", "http://elsewhere.example/hook", "Hub:Notices:Webhook:Url")]
    [InlineData("Hub:Notices:Email:Host", "mail.example", "no mail address")]
    [InlineData("Hub:Notices:Fhir:As", "Task", "Hub:Notices:Fhir:Partner")]
    public async Task A_channel_that_could_tell_nobody_stops_the_start_and_is_named(string setting, string value, string named)
    {
        var wrong = await Should.ThrowAsync<OptionsValidationException>(async () =>
        {
            await using var hub = await TestHub.StartAsync(TestPartners.Patience, new Dictionary<string, string?> { [setting] = value });
        });

        wrong.Message.ShouldContain(named);
    }

    private static PlannedAttention Entry() => new()
    {
        AttentionId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Kind = "conflict", Reason = "Something needs a person.", Owner = "CRT shift lead", NextStep = "Look.", Urgency = Urgency.Urgent,
    };
}
