using System.Text.Json.Nodes;
using Hub.Proxy.Commands;
using Hub.Proxy.Commands.Messages;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>An engineer looks for a message, reads its story and asks where each element of it came from, while the hub runs.</summary>
public sealed class MessageVerbsTests
{
    private static readonly Messages Ama = new();
    private static readonly string[] Personal = ["9912003888", "MARLOW", "AMA", "TEST LANE"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_found_by_person_id_partner_state_and_time_page_by_page_and_no_name_is_printed()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Practice.Script.Then("fatal");
        await SendAsync(hub, Ama.Admission("C1"));
        await SendAsync(hub, Ama.Discharge("C2", Ama.Start.AddDays(9)));
        await SendAsync(hub, (Ama with { LocalId = "T2", Visit = "E2", NhsNumber = "9912003071", Family = "OTHER" }).Admission("C3"));
        await SendAsync(hub, Ama.Merge("C4", Ama.Start.AddDays(10), "T9"));

        var search = Search(hub);
        async Task<int> CountAsync(MessageQuery query) => (await search.FindAsync(query, Token)).Count;
        Hub.Fhir.Events.NhsNumber.TryParse("9912003888", out var number).ShouldBeTrue();
        (await CountAsync(new MessageQuery { NhsNumber = number })).ShouldBe(3, "the merge names them too");
        (await CountAsync(new MessageQuery { ControlId = "C3" })).ShouldBe(1);
        (await CountAsync(new MessageQuery { ControlId = hub.Practice.Received[0].MessageId })).ShouldBe(1, "what the practice quotes on the telephone");
        (await CountAsync(new MessageQuery { Partner = "elm", State = DeliveryState.Superseded })).ShouldBe(1, "refused, and told again by the discharge");
        (await CountAsync(new MessageQuery { Partner = "south-cmht", State = DeliveryState.Superseded })).ShouldBe(0);
        (await CountAsync(new MessageQuery { Until = DateTimeOffset.UnixEpoch })).ShouldBe(0);
        var all = await search.FindAsync(new MessageQuery(), Token);
        var page = await search.FindAsync(new MessageQuery { Max = 2 }, Token);
        (await search.FindAsync(new MessageQuery { Max = 5, After = page[^1] }, Token)).ShouldBe(all.Skip(2));

        var (exit, text) = await HubProcess.RunAsync(["message", "find", "--nhs-number", "9912003888", "--data", hub.DataFolder, "--json"], Token);
        exit.ShouldBe(0);
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3);
        Personal.ShouldAllBe(p => !text.Contains(p, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_story_of_a_message_tells_each_step_in_the_order_of_its_time_and_nothing_of_the_person()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Practice.Script.Then("fatal");
        await SendAsync(hub, Ama.Admission("C1"));
        var message = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token)).ShouldHaveSingleItem();

        var story = MessageStory.Of(message, await hub.Timeline.AttentionOfMessageAsync(message, Token));

        story.Select(l => l.At).ShouldBeInOrder();
        story.Where(l => l.Recipient == "Elm Surgery").Select(l => l.Step).ShouldBe(["composed", "attempt", "outcome", "answer", "finished"], ignoreOrder: true);
        story.ShouldContain(l => l.Step == "received" && l.What.Contains("ADT^A04 from north-epr, answered Accepted", StringComparison.Ordinal));
        story.ShouldContain(l => l.Step == "finished" && l.What.StartsWith("refused", StringComparison.Ordinal));
        story.ShouldAllBe(l => !Personal.Any(p => l.What.Contains(p, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_trace_of_what_was_sent_is_true_while_mapping_and_files_are_the_same_and_says_when_it_is_not()
    {
        await using var hub = await TestHub.StartAsync();
        await SendAsync(hub, Ama.Admission("C1"));
        await SendAsync(hub, Ama.Discharge("C2", Ama.Start.AddDays(9)));
        var discharge = (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token))[^1].Events.ShouldHaveSingleItem();
        string[] explain = ["map", "explain", discharge.Event.Id.ToString(), "--data", hub.DataFolder, "--partners", hub.PartnersFolder];

        var (exit, text) = await HubProcess.RunAsync([.. explain, "--json"], Token);
        var copies = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();

        exit.ShouldBe(0);
        copies.Count.ShouldBe(4, "three recipients, and the fields");
        copies.Take(3).ShouldAllBe(c => (bool)c["reproduced"]!);
        var family = copies[0]["elements"]!.AsArray().Single(e => (string?)e!["path"] == "Patient.name[0].family")!;
        ((string?)family["value"], (string?)family["rule"], (string?)family["from"]![0]!["path"]).ShouldBe(("MARLOW", "copied", "PID-5.1"));
        ((string?)copies[0]["provenance"]!["activity"]!["coding"]![0]!["code"]).ShouldBe("v2-fhir-transformation");

        var epr = Path.Combine(hub.PartnersFolder, "north-epr.json");
        await File.WriteAllTextAsync(epr, (await File.ReadAllTextAsync(epr, Token)).Replace("North Crisis Team", "Another name", StringComparison.Ordinal), Token);
        (await HubCommand.RunAsync(explain, TimeProvider.System)).ShouldBe(1, "today's files make other bytes than were stored");
    }

    private static MessageSearch Search(TestHub hub)
    {
        var options = StoreReading.Searching(new DirectoryInfo(hub.DataFolder)).ShouldNotBeNull();
        return new MessageSearch(() => StoreStart.Context(options), options);
    }

    private static async Task SendAsync(TestHub hub, string message)
    {
        await using var epr = hub.Epr();
        TestHub.CodeOf(await epr.SendAsync(message, Token)).ShouldBe("AA");
        await hub.SettleAsync();
    }
}
