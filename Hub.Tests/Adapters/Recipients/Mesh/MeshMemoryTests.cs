using System.Diagnostics;
using System.Security.Cryptography;
using Hub.Adapters.Wire.Mesh;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Mesh;

/// <summary>
/// In a process of its own whose heap may not grow beyond the promise: beside other tests a heap also holds what nobody has collected yet, and a look at it measures the collector.
/// What does not fit ends that process.
/// </summary>
public sealed class MeshMemoryTests
{
    private const long MegaByte = 1024 * 1024;
    private const long Promise = 200 * MegaByte;
    private const string Limited = "HUB_TESTS_HEAP_LIMITED";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_megabytes_go_and_come_in_parts_within_two_hundred()
    {
        if (Environment.GetEnvironmentVariable(Limited) is { } endpoint)
        {
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes.ShouldBeLessThanOrEqualTo(Promise);
            await GoAndComeAsync(endpoint);
            return;
        }

        await using var mesh = await SimulatedMesh.StartAsync(); // whose own copies are not the hub's
        mesh.RecipientsCollect = false;
        var (exit, said) = await RunLimitedAsync(mesh.Endpoint);
        exit.ShouldBe(0, said);
        mesh.Store.All.ShouldHaveSingleItem().Parts.ShouldBe(5);
        mesh.Inbox.Downloaded.Count.ShouldBe(1);
    }

    /// <summary>What cannot be compressed is the worst case.</summary>
    private static async Task GoAndComeAsync(string endpoint)
    {
        await using var unused = await SimulatedMesh.StartAsync();
        var (ours, services) = MeshSettings.Open(unused, s => (s["endpoint"], s["chunkBytes"], s["timeout"]) = (endpoint, 4 * MegaByte, "00:01:00"));
        var (theirs, others) = MeshSettings.Open(unused, s => (s["endpoint"], s["mailbox"], s["timeout"]) = (endpoint, MeshSettings.Practice, "00:01:00"));
        await using var first = services;
        await using var second = others;
        using var mine = ours;
        using var practice = theirs;
        var body = RandomNumberGenerator.GetBytes((int)(20 * MegaByte));

        var sent = await ours.Outbox.SendAsync(
            new MeshOutgoing { To = MeshSettings.Practice, WorkflowId = MeshSettings.Workflow, LocalId = "big", MediaType = "application/octet-stream", Bytes = body }, Token);
        var read = await theirs.Inbox.ReadAsync(sent.MessageId!, _ => true, Token);

        read!.Bytes.Span.SequenceEqual(body).ShouldBeTrue();
    }

    /// <summary>This test once more, by a test host of its own.</summary>
    private static async Task<(int Exit, string Said)> RunLimitedAsync(Uri endpoint)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { typeof(MeshMemoryTests).Assembly.Location, "-class", typeof(MeshMemoryTests).FullName!, "-noColor" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Limited] = endpoint.AbsoluteUri;
        start.Environment["DOTNET_GCHeapHardLimit"] = Promise.ToString("X", System.Globalization.CultureInfo.InvariantCulture);
        using var process = Process.Start(start).ShouldNotBeNull();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        enough.CancelAfter(Patience);
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, string.Join('\n', await said));
    }
}
