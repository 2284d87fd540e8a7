using System.Security.Cryptography;
using Hub.Adapters.Wire.Mesh;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Mesh;

[Collection(Alone.Name)]
public sealed class MeshMemoryTests
{
    private const long MegaByte = 1024 * 1024;

    [Fact]
    public async Task Twenty_megabytes_go_and_come_in_parts_within_two_hundred()
    {
        await using var mesh = await SimulatedMesh.StartAsync();
        mesh.RecipientsCollect = false;
        var (ours, services) = MeshSettings.Open(mesh, s => (s["chunkBytes"], s["timeout"]) = (4 * MegaByte, "00:01:00"));
        var (theirs, others) = MeshSettings.Open(mesh, s => (s["mailbox"], s["timeout"]) = (MeshSettings.Practice, "00:01:00"));
        await using var first = services;
        await using var second = others;
        using var mine = ours;
        using var practice = theirs;
        var body = RandomNumberGenerator.GetBytes((int)(20 * MegaByte)); // what cannot be compressed is the worst case
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var done = new CancellationTokenSource();
        var watching = PeakAsync(before, done.Token);

        var sent = await ours.Outbox.SendAsync(
            new MeshOutgoing { To = MeshSettings.Practice, WorkflowId = MeshSettings.Workflow, LocalId = "big", MediaType = "application/octet-stream", Bytes = body }, TestContext.Current.CancellationToken);
        mesh.Store.Find(sent.MessageId!)!.Parts.ShouldBe(5);
        var read = await theirs.Inbox.ReadAsync(sent.MessageId!, _ => true, TestContext.Current.CancellationToken);

        await done.CancelAsync();
        (await watching / MegaByte).ShouldBeLessThan(200); // the scripted MESH's own copies, in the same process, included
        read!.Bytes.Span.SequenceEqual(body).ShouldBeTrue();
    }

    private static async Task<long> PeakAsync(long before, CancellationToken cancellationToken)
    {
        var peak = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false) - before);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }

        return peak;
    }
}
