using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Proxy.Commands;
using Hub.Proxy.Commands.Doctor;
using Hub.Proxy.Commands.Probe;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using DoctorFinding = Hub.Proxy.Commands.Doctor.Finding;
using ProbeFinding = Hub.Proxy.Commands.Probe.Finding;

namespace Hub.Tests.Proxy.Commands;

/// <summary>What an engineer who connects a mailbox reads: the commands of <c>docs/mesh.md</c> against a scripted MESH.</summary>
public sealed class MeshCommandTests : IAsyncLifetime
{
    private SimulatedMesh mesh = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => mesh = await SimulatedMesh.StartAsync();

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task A_mailbox_that_MESH_takes_is_all_good_and_says_what_waits_in_it()
    {
        mesh.Store.Deliver(MeshSettings.Ours, "X26ABC3", "ANY", new byte[] { 1 });

        var found = await ProbeAsync(File());

        found.ShouldAllBe(f => f.Level <= FindingLevel.Note);
        Words(found).ShouldContain("MESH knows mailbox X26ABC1");
        Words(found).ShouldContain("1 message(s) wait in it");
        mesh.Inbox.Downloaded.ShouldBeEmpty();
        mesh.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mailbox_that_MESH_does_not_take_says_what_to_check()
    {
        Environment.SetEnvironmentVariable("HUB_TEST_MESH_WRONG", "wrong");
        var wrong = await ProbeAsync(File(s => s["sharedKey"] = new { fromEnv = "HUB_TEST_MESH_WRONG" }));
        wrong.ShouldContain(f => f.Level == FindingLevel.Bad && f.Text.Contains("does not take mailbox X26ABC1", StringComparison.Ordinal) && f.NextStep!.Contains("shared key", StringComparison.Ordinal));

        var missing = await ProbeAsync(File(s => s["password"] = new { fromEnv = "HUB_TEST_MESH_NONE" }));
        missing.ShouldContain(f => f.Level == FindingLevel.Bad && f.Text.Contains("HUB_TEST_MESH_NONE", StringComparison.Ordinal));
        mesh.Handshakes.ShouldBe(0);
    }

    [Fact]
    public async Task The_doctor_shakes_hands_once_a_mailbox_however_many_files_name_it()
    {
        IReadOnlyList<PartnerFile> files = [File(), File() with { Id = "second" }];

        (await MailboxChecks.FindAsync(files, TimeProvider.System, Token)).ShouldHaveSingleItem().State.ShouldBe(FindingState.Ok);
        mesh.Handshakes.ShouldBe(1);

        mesh.HandshakeStatus = 403;
        DoctorFinding refused = (await MailboxChecks.FindAsync(files, TimeProvider.System, Token)).ShouldHaveSingleItem();
        (refused.State, refused.NextStep!.Contains("hub endpoint probe", StringComparison.Ordinal)).ShouldBe((FindingState.Warning, true));

        await mesh.StopListeningAsync();
        (await MailboxChecks.FindAsync(files, TimeProvider.System, Token)).ShouldHaveSingleItem().State.ShouldBe(FindingState.Warning);
    }

    private static string Words(IEnumerable<ProbeFinding> findings) => string.Join('\n', findings.Select(f => f.Text));

    private static async Task<IReadOnlyList<ProbeFinding>> ProbeAsync(PartnerFile file) =>
        await new EndpointProbe(ProbeTarget.OfPartner(file).ShouldHaveSingleItem(), TimeSpan.FromSeconds(5), TimeProvider.System).RunAsync(Token);

    private PartnerFile File(Action<Dictionary<string, object>>? change = null)
    {
        var settings = MeshSettings.Recipient(mesh);
        change?.Invoke(settings);
        return new PartnerFile { Id = "oak", Name = "Oak Surgery", Role = PartnerRole.Recipient, Protocol = "mesh", Settings = JsonSerializer.SerializeToElement(settings) };
    }
}
