using Hub.Proxy.Commands;
using Hub.Proxy.Commands.Print;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Pages of an episode are printed from the store as it stands now; what may not be on paper is refused with its reason.</summary>
public sealed class PrintTests
{
    private static readonly Messages Ama = new();

    [Fact]
    public async Task Every_page_of_a_discharged_episode_is_written_to_a_file()
    {
        await using var hub = await TestHub.StartAsync();
        await DischargeAsync(hub);

        foreach (var (what, holds) in new[]
        {
            ("patient-copy", "Your copy: leaving the crisis team"), ("who-we-are", "Who we are: your crisis team"), ("discharge-plan", "Your plan for when our care ends"),
            ("gp", "CRT discharge"), ("cmht", "CRT discharge"), ("ward", "CRT discharge"), ("document", "CRT discharge"),
        })
        {
            var page = await PrintAsync(hub, 0, "--what", what);
            page.ShouldStartWith("<!DOCTYPE html>");
            page.ShouldContain(holds);
            Emitted.KeepPage(page);
        }

        var document = await PrintAsync(hub, 0, "--what", "document", "--json");
        document.ShouldContain("\"type\":\"document\"");
        Emitted.Keep(System.Text.Encoding.UTF8.GetBytes(document));
    }

    [Fact]
    public async Task An_engineer_can_look_at_what_the_practices_system_files()
    {
        await using var hub = await TestHub.StartAsync();
        await DischargeAsync(hub);
        var pdf = Path.Combine(hub.DataFolder, "page.pdf");

        var xml = await PrintAsync(hub, 0, "--what", "itk3");
        (await HubCommand.RunAsync(["print", "E1000", "--what", "pdf", "--out", pdf, "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(0);

        xml.ShouldContain("ITK004D");
        xml.ShouldContain("application/pdf");
        (await PrintAsync(hub, 0, "--what", "itk3", "--json")).ShouldContain("\"resourceType\":\"MessageHeader\"");
        PdfText.Of(await File.ReadAllBytesAsync(pdf, TestContext.Current.CancellationToken)).ShouldContain("Sertraline");
    }

    [Fact]
    public async Task A_change_of_one_medicine_has_a_copy_for_the_person()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        await Told.SendAsync(epr, Ama.Admission("C1"));
        await Told.SendAsync(epr, Ama.Order("C2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1), "Low mood"));

        var page = await PrintAsync(hub, 0, "--what", "patient-copy");

        page.ShouldContain("Your copy: a change to your medicines");
        page.ShouldContain("Sertraline 50mg tablets");
        Emitted.KeepPage(page);
    }

    [Fact]
    public async Task A_place_that_came_with_a_later_flag_is_on_no_page_of_an_event_that_said_there_was_none()
    {
        await using var hub = await TestHub.StartAsync();
        await using var epr = hub.Epr();
        await Told.SendAsync(epr, Ama.Admission("C1") + "ZU8||||0\r");
        await Told.SendAsync(epr, Ama.Order("C2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1), "Low mood"));
        await Told.SendAsync(epr, Ama.Discharge("C3", Ama.Start.AddDays(3)) + "ZU8||||0\r");
        (await Told.SendAsync(epr, ToRefuge(Ama.Adt("A08", "ADT_A01", "C4", Ama.Start.AddDays(4))) + "ZU8||||2\r")).ShouldBe("AA");
        var episode = (await hub.Timeline.EpisodesAsync("E1000", TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        episode.State.Patient.Address.ShouldNotBeNull().Lines.ShouldContain("9 REFUGE YARD");

        foreach (var (what, told) in Printout.Kinds.Where(k => k != "carer-copy").SelectMany(k => episode.Events.Select(e => (k, e))))
        {
            var printed = Printout.Of(what, null, episode with { Events = [told] }, []);
            var file = printed.File is not { } bytes ? "" : what == "pdf" ? PdfText.Of(bytes.ToArray()) : string.Join('\n', Decoded.Texts(bytes));
            var text = printed.Html + (printed.Json is { } json ? System.Text.Encoding.UTF8.GetString(json.Span) : "") + file + printed.Refused;
            text.ShouldNotBeEmpty();
            text.ShouldNotContain("REFUGE YARD", Case.Insensitive, what);
            text.ShouldNotContain("QQ3 3QQ", Case.Insensitive, what); // whole: three letters alone stand in a PDF's base64 by chance
            text.ShouldNotContain("SAFETON", Case.Insensitive, what);
            text.ShouldNotContain("07700900777", Case.Insensitive, what);
            text.ShouldNotContain("TEST LANE", Case.Insensitive, what);
        }
    }

    [Fact]
    public async Task Nothing_is_printed_for_the_person_while_a_death_is_reported_and_the_reason_is_said()
    {
        await using var hub = await TestHub.StartAsync();
        await DischargeAsync(hub);
        var episode = (await hub.Timeline.EpisodesAsync("E1000", TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        episode = episode with { State = episode.State with { Death = new() { SourceMessageId = new("D"), Source = Cases.Source, Patient = Cases.Ama, OccurredAt = Cases.At("2026-05-05") } } };

        foreach (var what in new[] { "patient-copy", "who-we-are", "discharge-plan" })
        {
            Printout.Of(what, null, episode, []).Refused.ShouldBe("A death is reported: nothing is made for the person or for carers until a named person has decided.");
        }
    }

    [Fact]
    public async Task Nothing_is_printed_for_the_person_of_a_stay_whose_admission_was_cancelled()
    {
        await using var hub = await TestHub.StartAsync();
        await DischargeAsync(hub);
        var episode = (await hub.Timeline.EpisodesAsync("E1000", TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        episode = episode with { State = episode.State with { Status = Hub.Fhir.Events.EpisodeStatus.Cancelled } };

        foreach (var what in new[] { "patient-copy", "who-we-are", "discharge-plan" })
        {
            var printed = Printout.Of(what, null, episode, []);
            printed.Html.ShouldBeNull();
            printed.Refused.ShouldBe("The admission was cancelled: nothing is made for the person or for carers of a stay that did not take place.");
        }
    }

    [Theory]
    [InlineData(null, null, "Hand it over yourself: post: nobody has asked whether it is safe; e-mail: nobody has asked whether it is safe.")]
    [InlineData(true, false, "Hand it over yourself: e-mail is not safe.")]
    [InlineData(true, true, "Post and e-mail are safe for this person.")]
    public async Task Whoever_prints_is_told_which_ways_to_the_person_are_safe(bool? post, bool? email, string handling)
    {
        await using var hub = await TestHub.StartAsync();
        await DischargeAsync(hub);
        var episode = (await hub.Timeline.EpisodesAsync("E1000", TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        episode = episode with { State = episode.State with { Patient = episode.State.Patient with { SafeContact = new() { Post = post, Email = email } } } };

        Printout.Of("patient-copy", null, episode, []).Handling.ShouldBe(handling);
        Printout.Of("who-we-are", null, episode, []).Handling.ShouldBe(handling);
    }

    [Fact]
    public async Task A_carer_who_is_not_on_record_and_an_episode_that_is_not_there_end_in_status_1()
    {
        await using var hub = await TestHub.StartAsync();
        await DischargeAsync(hub);

        (await PrintAsync(hub, 1, "--what", "carer-copy", "--carer", "1")).ShouldBeEmpty();
        (await HubCommand.RunAsync(["print", "NOBODY", "--what", "gp", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(1);
        (await HubCommand.RunAsync(["print", "E1000", "--what", "novel", "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(2);
    }

    [Fact]
    public async Task A_carers_page_follows_the_consent_on_record_and_not_who_asks()
    {
        await using var hub = await TestHub.StartAsync();
        await DischargeAsync(hub);
        var episode = (await hub.Timeline.EpisodesAsync("E1000", TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        var sister = Cases.Admission().Carers[0];
        var with = episode with { State = episode.State with { Carers = [sister] } };

        var page = Printout.Of("carer-copy", "1", with, []);
        page.Html.ShouldNotBeNull().ShouldNotContain("MARLOW");
        page.Handling.ShouldNotBeNull().ShouldContain("Hand it over yourself");
        Emitted.KeepPage(page.Html!);
        Emitted.Keep(page.Json!.Value);
        Printout.Of("carer-copy", "NK1-1", episode with { State = with.State with { Carers = [sister with { MarkedAsRisk = true }] } }, []).Refused
            .ShouldBe("The contact is marked as a risk: nothing goes to them.");
    }

    private static string ToRefuge(string message) => message
        .Replace("1 TEST LANE^^TESTTOWN^^ZZ1 1ZZ", "9 REFUGE YARD^^SAFETON^^QQ3 3QQ", StringComparison.Ordinal).Replace("07700900001", "07700900777", StringComparison.Ordinal);

    private static async Task DischargeAsync(TestHub hub)
    {
        await using var epr = hub.Epr();
        (await Told.SendAsync(epr, Ama.Admission("C1"))).ShouldBe("AA");
        (await Told.SendAsync(epr, Ama.Order("C2", "NW", "O1", "^Sertraline 50mg tablets", "50", Ama.Start.AddDays(1), "Low mood"))).ShouldBe("AA");
        (await Told.SendAsync(epr, Ama.Discharge("C3", Ama.Start.AddDays(3)))).ShouldBe("AA");
    }

    private static async Task<string> PrintAsync(TestHub hub, int status, params string[] arguments)
    {
        var file = Path.Combine(hub.DataFolder, $"page-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}.html");
        (await HubCommand.RunAsync(["print", "E1000", .. arguments, "--out", file, "--data", hub.DataFolder], TimeProvider.System)).ShouldBe(status);
        return File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : "";
    }
}
