using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Hub.Tests.Adapters.Sources.FhirMessages;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A mailbox at a scripted MESH, emptied by the real hub into its real store: stored, then acknowledged.</summary>
public sealed class MeshTests : IAsyncLifetime
{
    private const string OurMessage = "0198a0b0-0000-7000-8000-000000000001";
    private readonly ScriptedAnswers answers = new();
    private SimulatedMesh mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        mesh = await SimulatedMesh.StartAsync();
        mesh.RecipientsCollect = false;
    }

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task An_event_that_comes_by_MESH_is_stored_once_and_only_then_acknowledged_although_the_hub_dies_between()
    {
        await using var hub = await StartAsync(Source());
        var reached = new TaskCompletionSource();
        mesh.Inbox.BeforeAcknowledge = (_, stopping) =>
        {
            reached.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        };
        var id = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", MeshSettings.Events, Admission()).Id;
        await reached.Task.WaitAsync(Eventually.Patience, Token);
        (await ReceivedAsync(hub)).ShouldBe(1); // stored before MESH is told
        mesh.Inbox.Acknowledged.ShouldBeEmpty();

        mesh.Inbox.BeforeAcknowledge = null;
        await hub.RestartAsync();
        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(id));

        mesh.Inbox.Downloaded.Count(d => d == id).ShouldBeGreaterThan(1);
        (await ReceivedAsync(hub)).ShouldBe(1);
        await hub.SettleAsync();
        hub.Practice.Applied.Count.ShouldBe(1); // and told once
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_kept_with_its_bytes_and_a_person_is_told()
    {
        await using var hub = await StartAsync(Source());

        var id = mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", MeshSettings.Events, Encoding.UTF8.GetBytes("nothing that FHIR is")).Id;

        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(id));
        (await Told.AttentionAsync(hub)).ShouldContain(a => a.Kind == "refused-message");
    }

    [Fact]
    public async Task An_answer_is_durable_before_MESH_is_told_that_we_have_it()
    {
        answers.Unavailable = true;
        await using var hub = await StartAsync(Recipient());
        var id = mesh.Store.Deliver(MeshSettings.Ours, MeshSettings.Practice, MeshSettings.Answers, SimulatedFhirAnswers.Answer(OurMessage, "ok", null, TimeProvider.System)).Id;
        await Eventually.HoldsAsync(() => mesh.Inbox.Downloaded.Contains(id));
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        mesh.Inbox.Acknowledged.ShouldBeEmpty();

        answers.Unavailable = false;
        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(id));

        var taken = answers.Taken.ShouldHaveSingleItem();
        (taken.PartnerId, taken.ProtocolMessageId, taken.Stage).ShouldBe(("oak-mesh", OurMessage, AnswerStage.Business));
        taken.Outcome.ShouldBeOfType<Delivered>();
    }

    [Fact]
    public async Task An_acknowledgement_that_is_lost_brings_the_answer_again_and_it_is_a_repeat()
    {
        await using var hub = await StartAsync(Recipient());
        mesh.Inbox.AcknowledgeStatus = 500;
        var id = mesh.Store.Deliver(MeshSettings.Ours, MeshSettings.Practice, MeshSettings.Answers, SimulatedFhirAnswers.Answer(OurMessage, "fatal-error", "no", TimeProvider.System, "30002")).Id;
        await Eventually.HoldsAsync(() => answers.Taken.Count > 1);
        mesh.Inbox.AcknowledgeStatus = null;

        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(id));

        answers.Taken.ShouldAllBe(t => t.Outcome is Rejected && ((Rejected)t.Outcome).NotOurPatient && t.ProtocolMessageId == OurMessage);
        answers.Taken.Select(t => Convert.ToHexString(t.Evidence.Span)).Distinct().Count().ShouldBe(1); // the same bytes, so that a repeat is known for one
    }

    [Theory]
    [InlineData("EPL-153", true)]
    [InlineData("EPL-150", true)]
    [InlineData("12", true)]
    [InlineData("14", false)]
    public async Task A_report_refuses_the_message_that_it_names_and_says_whether_the_person_is_theirs(string code, bool notTheirs)
    {
        await using var hub = await StartAsync(Recipient());
        var sent = new SimulatedMeshMessage { Id = "SENT_1", From = MeshSettings.Ours, To = MeshSettings.Practice, Workflow = MeshSettings.Workflow, Parts = 1, LocalId = "unknown-to-us" };
        mesh.Store.Add(sent);

        mesh.Store.ReportOn(sent, code, "scripted");

        await Eventually.HoldsAsync(() => !mesh.Inbox.Acknowledged.IsEmpty);
        var report = answers.Taken.ShouldHaveSingleItem();
        report.CarrierId.ShouldBe("SENT_1");
        report.Outcome.ShouldBeOfType<Rejected>().ShouldSatisfyAllConditions(r => r.Code.ShouldBe(code), r => r.NotOurPatient.ShouldBe(notTheirs));
    }

    [Fact]
    public async Task Thousands_of_messages_that_are_not_ours_are_left_alone_told_once_and_starve_nobody()
    {
        for (var n = 0; n < 1600; n++)
        {
            mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", "PATHOLOGY", new byte[] { 1 });
        }

        mesh.Store.Deliver(MeshSettings.Ours, MeshSettings.Practice, MeshSettings.Answers, SimulatedFhirAnswers.Answer(OurMessage, "ok", null, TimeProvider.System));
        await using var hub = await StartAsync(Recipient());

        await Eventually.HoldsAsync(() => !answers.Taken.IsEmpty);
        AttentionRow? told = null;
        await Eventually.HoldsAsync(async () => (told = (await Told.AttentionAsync(hub)).SingleOrDefault(a => a.Kind == MailboxNotices.Foreign)) is not null);
        told!.Reason.ShouldStartWith("1600 message(s) in mailbox X26ABC1 are none of the hub's (workflows PATHOLOGY)");
        mesh.Inbox.Downloaded.Count.ShouldBe(1);
        mesh.Store.Inbox(MeshSettings.Ours).Count.ShouldBe(1600);
    }

    [Fact]
    public async Task A_message_that_breaks_off_stays_those_behind_it_are_taken_and_it_is_taken_when_it_is_whole()
    {
        var body = SimulatedFhirAnswers.Answer(OurMessage, "ok", null, TimeProvider.System);
        var broken = mesh.Store.Deliver(MeshSettings.Ours, MeshSettings.Practice, MeshSettings.Answers, body, 100);
        var part = broken.Content[2];
        broken.Content[2] = Encoding.UTF8.GetBytes("no gzip at all");
        var behind = mesh.Store.Deliver(MeshSettings.Ours, MeshSettings.Practice, MeshSettings.Answers, SimulatedFhirAnswers.Answer("0198a0b0-0000-7000-8000-000000000002", "ok", null, TimeProvider.System));
        await using var hub = await StartAsync(Recipient());
        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(behind.Id));
        (await Told.AttentionAsync(hub)).ShouldContain(a => a.Kind == MailboxNotices.Broken);
        mesh.Inbox.Acknowledged.ShouldNotContain(broken.Id);

        broken.Content[2] = part;

        await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Contains(broken.Id));
        answers.Taken.Select(t => t.ProtocolMessageId).ShouldContain(OurMessage);
    }

    [Fact]
    public async Task A_mailbox_that_MESH_refuses_is_told_and_looked_into_again_with_growing_pauses()
    {
        mesh.HandshakeStatus = 403;
        await using var hub = await StartAsync(Recipient());
        await Eventually.HoldsAsync(async () => (await Told.AttentionAsync(hub)).Any(a => a.Kind == MailboxNotices.Mailbox));
        mesh.Inbox.Listings.ShouldBeEmpty();

        mesh.HandshakeStatus = null;
        await Eventually.HoldsAsync(() => !mesh.Inbox.Listings.IsEmpty);

        var shaken = mesh.Handshakes;
        await Eventually.HoldsAsync(() => mesh.Inbox.Listings.Count > 8);
        mesh.Handshakes.ShouldBe(shaken); // once a day is enough
        MailboxPollers.PauseAfter(TimeSpan.FromMinutes(2), 0).ShouldBe(TimeSpan.FromMinutes(2));
        MailboxPollers.PauseAfter(TimeSpan.FromMinutes(2), 2).ShouldBe(TimeSpan.FromMinutes(8));
        MailboxPollers.PauseAfter(TimeSpan.FromMinutes(2), 9).ShouldBe(TimeSpan.FromMinutes(15));
        MailboxPollers.PauseAfter(TimeSpan.FromHours(1), 1).ShouldBe(TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData("acknowledged", 0, "Collected")]
    [InlineData("accepted", 23, "nothing")]
    [InlineData("accepted", 25, "alarm")]
    [InlineData("accepted", 121, "dead")]
    [InlineData("undeliverable", 1, "dead")]
    public async Task What_was_sent_is_followed_collected_is_a_stage_a_day_an_alarm_five_days_the_end(string status, int hours, string expected)
    {
        await using var hub = await StartAsync(Recipient());
        var (delivery, message) = await SentAsync(hub, TimeSpan.FromHours(hours));
        mesh.Store.Add(new SimulatedMeshMessage { Id = "SENT_2", From = MeshSettings.Ours, To = MeshSettings.Practice, Workflow = MeshSettings.Workflow, Parts = 1, LocalId = delivery.ToString("D"), Status = status });

        var seen = mesh.Inbox.Listings.Count;
        await Eventually.HoldsAsync(() => !answers.Taken.IsEmpty || mesh.Inbox.Listings.Count > seen + 12);

        var alarms = (await Told.AttentionAsync(hub)).Where(a => a.Kind == MailboxNotices.Uncollected).ToList();
        var said = answers.Taken.SingleOrDefault();
        (said is null, alarms.Count).ShouldBe((expected is "nothing" or "alarm", expected == "alarm" ? 1 : 0));
        if (said is not null)
        {
            (said.ProtocolMessageId, said.CarrierId, said.PartnerId).ShouldBe((message, "SENT_2", "oak-mesh"));
            (said.Outcome is Rejected, said.Stage).ShouldBe((expected == "dead", AnswerStage.Collected));
        }
    }

    [Fact]
    public async Task Partners_that_share_a_mailbox_share_its_poller_and_each_answer_is_its_senders()
    {
        await using var hub = await StartAsync(Recipient(), Recipient("ash-mesh", "Y99003", "X26ABC3"), Source());
        foreach (var (from, message) in new[] { ("X26ABC3", "0198a0b0-0000-7000-8000-00000000000a"), (MeshSettings.Practice, "0198a0b0-0000-7000-8000-00000000000b") })
        {
            mesh.Store.Deliver(MeshSettings.Ours, from, MeshSettings.Answers, SimulatedFhirAnswers.Answer(message, "ok", null, TimeProvider.System));
        }

        await Eventually.HoldsAsync(() => answers.Taken.Count >= 2);

        answers.Taken.OrderBy(t => t.ProtocolMessageId, StringComparer.Ordinal).Select(t => t.PartnerId).ShouldBe(["ash-mesh", "oak-mesh"]);
        mesh.Handshakes.ShouldBe(1);
    }

    [Fact]
    public async Task A_report_on_what_we_sent_is_known_by_our_own_id()
    {
        await using var hub = await StartAsync(Recipient());
        var (delivery, message) = await SentAsync(hub, TimeSpan.Zero);
        var sent = new SimulatedMeshMessage { Id = "SENT_3", From = MeshSettings.Ours, To = MeshSettings.Practice, Workflow = MeshSettings.Workflow, Parts = 1, LocalId = delivery.ToString("D") };
        mesh.Store.Add(sent);

        mesh.Store.ReportOn(sent, "EPL-154", "NHS Number supplied does not match the demographics");

        await Eventually.HoldsAsync(() => !mesh.Inbox.Acknowledged.IsEmpty);
        answers.Taken.ShouldContain(t => t.ProtocolMessageId == message && t.Outcome is Rejected && ((Rejected)t.Outcome).NotOurPatient);
    }

    /// <summary>A delivery as the store has it once MESH took it so long ago.</summary>
    private static async Task<(Guid Delivery, string Message)> SentAsync(TestHub hub, TimeSpan ago)
    {
        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(new Messages { FromWard = "" }.Admission("C1"), Token);
        }

        await hub.SettleAsync();
        await using var context = hub.Host.Services.GetRequiredService<Func<HubDbContext>>()();
        var row = await context.Deliveries.FirstAsync(d => d.PartnerId == "elm", Token);
        var at = TimeProvider.System.GetUtcNow() - ago;
        await context.Attempts.Where(a => a.DeliveryId == row.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.Outcome, nameof(Awaited)).SetProperty(a => a.StartedAt, at), Token);
        await context.Deliveries.Where(d => d.Id == row.Id).ExecuteUpdateAsync(s => s.SetProperty(d => d.PartnerId, "oak-mesh").SetProperty(d => d.FinishedAt, (DateTimeOffset?)null), Token);
        return (row.Id, row.ProtocolMessageId!);
    }

    private static async Task<int> ReceivedAsync(TestHub hub)
    {
        await using var context = hub.Host.Services.GetRequiredService<Func<HubDbContext>>()();
        return await context.Received.CountAsync(r => r.SourceId == "epr-mesh", Token);
    }

    private static byte[] Admission()
    {
        return FhirSender.Composed(Cases.Admission() with { Patient = Cases.Ama with { GpPractice = OdsCode.Parse("Y99001") } });
    }

    private (string Id, string File) Source() => ("epr-mesh", JsonSerializer.Serialize(new
    {
        id = "epr-mesh", name = "EPR by MESH", role = "source", organisation = "RX1", protocol = "mesh",
        settings = new Dictionary<string, object>(MeshSettings.Mailbox(mesh)) { ["workflows"] = new[] { MeshSettings.Events }, ["messages"] = new { match = new { endpoints = new[] { FhirSender.Endpoint } } } },
    }));

    private (string Id, string File) Recipient(string id = "oak-mesh", string organisation = "Y99002", string to = MeshSettings.Practice) => (id, JsonSerializer.Serialize(new
    {
        id, name = id, role = "recipient", organisation, audience = "gp", protocol = "mesh", settings = new Dictionary<string, object>(MeshSettings.Recipient(mesh)) { ["to"] = to },
    }));

    private async Task<TestHub> StartAsync(params (string Id, string File)[] partners)
    {
        var hub = await TestHub.StartAsync(TestPartners.Patience, change: services => services.AddSingleton<IAnswerIntake>(answers));
        foreach (var (id, file) in partners)
        {
            await File.WriteAllTextAsync(Path.Combine(hub.PartnersFolder, id + ".json"), file, Token);
        }

        await hub.RestartAsync();
        hub.PartnerProblems.ShouldBeEmpty();
        return hub;
    }
}
