using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using Hub.Proxy.Commands;
using Hub.Proxy.Handovers;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Hub.Tests.Journeys.Told;

namespace Hub.Tests.Journeys;

/// <summary>A practice says that the person is not theirs (clinical rule 17): nothing more goes there, a named person confirms another practice, and it goes there once, about the same document.</summary>
public sealed class ReturnedTests : IAsyncLifetime
{
    private const string Oak = "oak-mesh";
    private const string Ash = "ash-mesh";
    private const string AshMailbox = "X26ABC3";
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";
    private static readonly Messages Ama = new() { Practice = "Y99002", FromWard = "", Start = DateTimeOffset.UtcNowForMessages() };
    private SimulatedMesh mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        mesh = await SimulatedMesh.StartAsync();
        mesh.OfMailbox[MeshSettings.Practice] = SimulatorFault.Parse("reply:30003");
        mesh.OfMailbox[AshMailbox] = SimulatorFault.Parse("reply:ok");
    }

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task It_goes_to_the_confirmed_practice_as_a_new_message_about_the_same_document_with_all_that_waited()
    {
        await using var hub = await ReturnedAsync();
        var returned = (await CopiesAsync(hub, Oak))[0].Delivery.Id;

        // The clock of whoever proposes is not the one who confirms: a proposal changes nothing.
        (await CliAsync(hub, returned, "Y99003")).ShouldBe(HubCommand.Done);
        using var http = hub.Http();
        var proposal = await http.GetFromJsonAsync<JsonElement>(new Uri($"/deliveries/{returned}/readdress?practice=Y99003", UriKind.Relative), Token);
        proposal.GetProperty("copies").GetArrayLength().ShouldBe(2);
        (await CopiesAsync(hub, Ash)).ShouldBeEmpty();

        using var confirmed = await http.PostAsJsonAsync(
            new Uri($"/deliveries/{returned}/readdress", UriKind.Relative), new { practice = "Y99003", by = "C. Lerk", traced = "PDS, by hand", note = "Moved in March" }, Token);
        confirmed.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub, Ash)).Count(c => c.Delivery.State == DeliveryState.Delivered) == 2);

        var (atOak, atAsh) = (At(MeshSettings.Practice), At(AshMailbox));
        (atOak.Count, atAsh.Count).ShouldBe((1, 2)); // the one that came back; then that and the one that waited
        MessageOf(atAsh[0]).ShouldNotBe(MessageOf(atOak[0]));
        DocumentOf(atAsh[0]).ShouldBe(DocumentOf(atOak[0]));
        atAsh.ShouldAllBe(m => m.Contains("Y99003") && !m.Contains("Y99002"));
        (await CopiesAsync(hub, Oak)).Select(c => c.Delivery.Stands).ShouldBe(["Returned", "Returned"]);
        (await ObligationsAsync(hub)).Where(o => o.Kind == ObligationKind.GpInformed).ShouldAllBe(o => o.State == ObligationState.Done);
        var entries = await AttentionAsync(hub);
        entries.ShouldNotContain(a => a.Kind == "not-our-patient");
        entries.ShouldContain(a => a.Kind == "ask-to-delete" && a.DeliveryId == returned && a.Owner == "CRT administration");

        // The record system still says Oak: what comes later goes to Ash all the same, and somebody is told to correct the record.
        await SendAsync(hub, Ama.CancelDischarge("3", Ama.Start.AddHours(3), Ama.Start.AddHours(2)));
        await Eventually.HoldsAsync(() => At(AshMailbox).Count == 3);
        At(MeshSettings.Practice).Count.ShouldBe(1);
        (await AttentionAsync(hub)).ShouldContain(a => a.Kind == "practice-not-corrected");
        (await CliAsync(hub, returned, "Y99003")).ShouldBe(HubCommand.Found); // once
    }

    [Fact]
    public async Task A_second_practice_that_returns_it_stops_there_too_and_nothing_goes_by_itself()
    {
        mesh.OfMailbox[AshMailbox] = SimulatorFault.Parse("reply:30002");
        await using var hub = await ReturnedAsync();
        var returned = (await CopiesAsync(hub, Oak))[0].Delivery.Id;

        (await CliAsync(hub, returned, "Y99003", "--confirm", "--by", "C. Lerk", "--traced", "telephone", "--note", "Moved")).ShouldBe(HubCommand.Done);

        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub, Ash)) is [{ Delivery.IsReturned: true }, ..]);
        (await AttentionAsync(hub)).ShouldContain(a => a.Kind == "not-our-patient" && a.PartnerId == Ash);
        var again = (await CopiesAsync(hub, Ash))[0].Delivery.Id;
        (await CliAsync(hub, again, "Y99002")).ShouldBe(HubCommand.Found); // to and fro is no way
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Token);
        At(MeshSettings.Practice).Count.ShouldBe(1);
        At(AshMailbox).Select(MessageOf).ShouldBeUnique(); // what came back is not sent again
        At(AshMailbox).Count.ShouldBeLessThanOrEqualTo(2);
        (await ObligationsAsync(hub)).Where(o => o.Kind == ObligationKind.GpInformed).ShouldAllBe(o => o.IsOpen);
    }

    [Fact]
    public async Task A_code_that_names_no_practice_one_that_no_file_serves_and_the_one_that_returned_it_are_refused()
    {
        await using var hub = await ReturnedAsync();
        var (returned, waiting) = ((await CopiesAsync(hub, Oak))[0].Delivery.Id, (await CopiesAsync(hub, Oak))[1].Delivery.Id);
        using var http = hub.Http();

        foreach (var (id, practice, why) in new[] { (returned, "V81999", "names no practice"), (returned, "Y00000", "No partner file"), (returned, "Y99002", "returned this person's"), (waiting, "Y99003", "was not returned") })
        {
            var proposal = await http.GetFromJsonAsync<JsonElement>(new Uri($"/deliveries/{id}/readdress?practice={practice}", UriKind.Relative), Token);
            proposal.GetProperty("refused").GetString().ShouldNotBeNull().ShouldContain(why);
        }

        using var nobody = await http.PostAsJsonAsync(new Uri($"/deliveries/{returned}/readdress", UriKind.Relative), new { practice = "Y99003", by = "C. Lerk" }, Token);
        nobody.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await CopiesAsync(hub, Ash)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_proposal_says_what_PDS_has_and_PDS_that_is_down_stops_nobody()
    {
        await using var pds = await SimulatedPds.StartAsync();
        pds.People["9912003888"] = new SimulatedPdsPerson("9912003888", "MARLOW", "1992-02-14", "Y99003");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { endpoint = pds.Endpoint, timeout = "00:00:01" }), Token);
        await using var hub = await ReturnedAsync(new Dictionary<string, string?> { ["Hub:PdsFile"] = file });
        var returned = (await CopiesAsync(hub, Oak))[0].Delivery.Id;
        using var http = hub.Http();

        (await TracedAsync("Y99003")).ShouldBe("PDS: registered with Y99003");
        pds.People["9912003888"] = pds.People["9912003888"] with { Practice = "Y99009" };
        (await TracedAsync("Y99003")).ShouldEndWith("which is another than is proposed");
        await pds.StopListeningAsync();
        (await TracedAsync("Y99003")).ShouldStartWith("PDS: not checked");

        using var confirmed = await http.PostAsJsonAsync(
            new Uri($"/deliveries/{returned}/readdress", UriKind.Relative), new { practice = "Y99003", by = "C. Lerk", traced = "telephone", note = "PDS was down" }, Token);
        confirmed.StatusCode.ShouldBe(HttpStatusCode.OK);
        File.Delete(file);

        async Task<string?> TracedAsync(string practice) =>
            (await http.GetFromJsonAsync<JsonElement>(new Uri($"/deliveries/{returned}/readdress?practice={practice}", UriKind.Relative), Token)).GetProperty("traced").GetString();
    }

    /// <summary>An admission that came back from Oak, and a discharge that waits behind it.</summary>
    private async Task<TestHub> ReturnedAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var hub = await Itk3Practices.StartAsync(
            settings ?? new Dictionary<string, string?>(), (Oak, Itk3Practices.File(mesh, Oak, "Y99002", MeshSettings.Practice)), (Ash, Itk3Practices.File(mesh, Ash, "Y99003", AshMailbox, "Ash Surgery")));
        await SendAsync(hub, Ama.Admission("1"));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub, Oak)) is [{ Delivery.IsReturned: true }]);
        await SendAsync(hub, Ama.Discharge("2", Ama.Start.AddHours(2)));
        await Eventually.HoldsAsync(async () => (await CopiesAsync(hub, Oak)).Count == 2);
        return hub;
    }

    private static Task<int> CliAsync(TestHub hub, Guid delivery, string practice, params string[] more) => HubCommand.RunAsync(
        ["delivery", "readdress", delivery.ToString(), "--practice", practice, "--data", hub.DataFolder, "--partners", hub.PartnersFolder, .. more], TimeProvider.System);

    private List<string> At(string mailbox) =>
        [.. mesh.Store.All.Where(m => m.To == mailbox && m.From == MeshSettings.Ours).Select(m => System.Text.Encoding.UTF8.GetString(SimulatedMeshInbox.Whole(m)))];

    private static string MessageOf(string xml) => Ids(XDocument.Parse(xml).Root!);

    private static string DocumentOf(string xml) => Ids(XDocument.Parse(xml).Root!.Elements(Fhir + "entry").Elements(Fhir + "resource").Elements(Fhir + "Bundle").Single());

    private static string Ids(XElement bundle) => (string)bundle.Element(Fhir + "identifier")!.Element(Fhir + "value")!.Attribute("value")!;

    private static async Task SendAsync(TestHub hub, string message)
    {
        await using var epr = hub.Epr();
        (await Told.SendAsync(epr, message)).ShouldBe("AA");
    }

    private static async Task<List<DeliveryView>> CopiesAsync(TestHub hub, string partner) =>
        [.. (await hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Where(d => d.Delivery.PartnerId == partner)];

    private static async Task<List<Obligation>> ObligationsAsync(TestHub hub) =>
        [.. (await hub.Host.Services.GetRequiredService<HandoverBook>().HandoverAsync(1, Token)).ShouldNotBeNull().Obligations.Select(o => o.Entry.Obligation)];
}
