using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Hub.Proxy.Audit;
using Hub.Proxy.OperatorConsole;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Who was shown what, by console and command line; and the trail as other systems read it.</summary>
public sealed class AuditTests
{
    private static readonly Messages Ama = new();
    private static readonly string[] Personal = ["9912003888", "MARLOW", "AMA", "TEST LANE", "1950", "T1|"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_opens_a_page_about_a_person_or_prints_one_stands_in_the_trail_and_who_looks_at_content_with_a_reason()
    {
        await using var hub = await AdmittedAsync();
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token)).ShouldHaveSingleItem().Received.Id;
        using (var console = new ConsoleBrowser(hub.Host.Http))
        {
            await console.OpenAsync("/console/handovers/1");
            await console.OpenAsync("/console/handovers/1"); // as a page does that renews itself
            using var http = hub.Http();
            (await http.GetAsync(new Uri("/handovers/1", UriKind.Relative), Token)).IsSuccessStatusCode.ShouldBeTrue();
            (await http.GetAsync(new Uri("/handovers/99", UriKind.Relative), Token)).IsSuccessStatusCode.ShouldBeFalse();
            var page = await console.OpenAsync($"/console/messages/{message}");
            await console.SendAsync(page, "form[action*='Content']", ("by", "N. Okoro"), ("note", "the practice rang about it"));
        }

        (await HubProcess.RunAsync(["print", "E1000", "--what", "gp", "--data", hub.DataFolder], Token)).Exit.ShouldBe(0);
        (await HubProcess.RunAsync(["message", "show", $"{message}", "--data", hub.DataFolder], Token)).Exit.ShouldBe(0);

        var (exit, text) = await HubProcess.RunAsync(["audit", "list", "--json", "--data", hub.DataFolder], Token);
        exit.ShouldBe(0);
        var read = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Where(e => (string?)e["did"] == "read").ToList();
        read.Select(e => ((string?)e["what"], (string?)e["result"])).ShouldBe(
        [
            ("page/console/handovers/1", null), ("address/handovers/1", null), ($"message/{message}", "content"), ("episode/RXN/E1000", "gp"), ($"message/{message}", "content"),
        ]);
        ((string?)read[2]["by"], (string?)read[2]["reason"]).ShouldBe(("N. Okoro", "the practice rang about it"));
        ((string?)read[3]["by"])!.ShouldEndWith("(command line)");
        Personal.ShouldAllBe(p => !text.Contains(p, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_page_that_can_say_who_somebody_is_is_written_down_when_it_is_opened()
    {
        var pages = typeof(ReadRecord).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(PageModel))).ToList();
        var people = pages.Where(p => p.GetConstructors().Single().GetParameters().Any(c => c.ParameterType == typeof(ConsolePeople) || c.ParameterType == typeof(Caseload)) || p.Name is "PersonModel" or "PrintoutModel").ToList();

        people.Count.ShouldBeGreaterThanOrEqualTo(10);
        people.ShouldAllBe(p => p.IsDefined(typeof(ShowsPeopleAttribute), true));
    }

    [Fact]
    public async Task A_page_is_shown_while_the_store_takes_nothing_and_written_down_when_it_does_but_raw_content_is_not_shown()
    {
        await using var hub = await AdmittedAsync();
        using var console = new ConsoleBrowser(hub.Host.Http);
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token)).ShouldHaveSingleItem().Received.Id;
        var page = await console.OpenAsync($"/console/messages/{message}");
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(hub.DataFolder, "hub.db")};Pooling=False"))
        {
            await other.OpenAsync(Token);
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync(Token);

            (await console.OpenAsync("/console/handovers/1")).Body!.TextContent.ShouldContain("MARLOW", Case.Insensitive, "a nurse may need it");
            await Assert.ThrowsAsync<ShouldAssertException>(() => console.SendAsync(page, "form[action*='Content']", ("by", "N. Okoro"), ("note", "to see")));
        }

        await console.OpenAsync("/console/handovers");
        var entries = new List<AuditEntry>();
        await foreach (var row in new AuditTrail(StoreOptions.ForReading(hub.DataFolder)).ReadAsync(since: null, Token))
        {
            entries.AddRange(AuditRecord.Read(row.Content).Where(e => e.Kind == AuditKind.Read));
        }

        entries.Select(e => (e.What, e.Result)).ShouldBe([("page/console/handovers/1", "written down later"), ("page/console/handovers", null)]);
    }

    [Fact]
    public async Task The_trail_leaves_as_FHIR_and_as_ATNA_syslog_with_every_entry_in_its_order()
    {
        await using var hub = await AdmittedAsync();
        (await HubProcess.RunAsync(["partner", "hold", "elm", "--reason", "their maintenance <&> \"night\"", "--data", hub.DataFolder], Token)).Exit.ShouldBe(0);

        var (exit, fhir) = await HubProcess.RunAsync(["audit", "export", "--form", "fhir", "--data", hub.DataFolder], Token);
        exit.ShouldBe(0);
        var events = fhir.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        foreach (var one in events)
        {
            Emitted.KeepResource(Encoding.UTF8.GetBytes(one.ToJsonString()));
        }

        events.Select(e => (string?)e["type"]!["code"]).Distinct().ShouldBe(["110100", "110107", "110106", "110110"], ignoreOrder: true, "started; received and answered; sent; decided");
        events.Select(e => (string?)e["id"]).Distinct().Count().ShouldBe(events.Count);
        ((string?)events[^1]["purposeOfEvent"]![0]!["text"]).ShouldBe("their maintenance <&> \"night\"");

        (exit, var syslog) = await HubProcess.RunAsync(["audit", "export", "--form", "atna", "--data", hub.DataFolder], Token);
        exit.ShouldBe(0);
        var lines = syslog.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(events.Count);
        foreach (var line in lines)
        {
            line.ShouldStartWith("<85>1 20");
            var message = XElement.Parse(line[(line.IndexOf('\uFEFF', StringComparison.Ordinal) + 1)..]);
            message.Name.LocalName.ShouldBe("AuditMessage");
            message.Element("EventIdentification")!.Element("EventID")!.Attribute("codeSystemName")!.Value.ShouldBe("DCM");
            message.Element("ActiveParticipant")!.Attribute("UserID")!.Value.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task The_command_line_says_whether_the_trail_is_as_it_was_written_and_the_running_hub_notices_that_its_end_was_cut_off()
    {
        await using var hub = await AdmittedAsync();
        var watch = hub.Host.Services.GetServices<IHostedService>().OfType<AuditWatch>().Single();
        await watch.LookAsync(Token);

        var (exit, text) = await HubProcess.RunAsync(["audit", "verify", "--data", hub.DataFolder], Token);
        (exit, text).ShouldBe((0, text), text);
        text.ShouldContain("written down earlier, is among them");

        await using (var other = new SqliteConnection($"Data Source={Path.Combine(hub.DataFolder, "hub.db")};Pooling=False"))
        {
            await other.OpenAsync(Token);
            await using var cut = other.CreateCommand();
            cut.CommandText = "DELETE FROM audit_record WHERE seq > 2";
            await cut.ExecuteNonQueryAsync(Token);
        }

        (exit, text) = await HubProcess.RunAsync(["audit", "verify", "--data", hub.DataFolder], Token);
        exit.ShouldBe(1);
        text.ShouldContain("its end was cut off");

        await watch.LookAsync(Token);
        await watch.LookAsync(Token);
        var told = (await hub.Timeline.AttentionAsync(10, Token)).Single(a => a.Kind == "audit-trail-cut");
        told.Owner.ShouldBe("The trust's information governance lead");
        (await HubProcess.RunAsync(["audit", "verify", "--data", hub.DataFolder], Token)).Exit.ShouldBe(1, "what is written down stays written down until somebody has looked");
    }

    private static async Task<TestHub> AdmittedAsync()
    {
        var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        TestHub.CodeOf(await epr.SendAsync(Ama.Admission("C1"), Token)).ShouldBe("AA");
        await hub.SettleAsync();
        return hub;
    }
}
