using System.Diagnostics;
using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The hub as a process on a small disk of its own that fills up: what was acknowledged is never lost, and what cannot be kept is never acknowledged.</summary>
public sealed class DiskTests
{
    private const int Megabyte = 1_048_576;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nearly_full_the_hub_takes_nothing_in_and_goes_on_delivering_and_starts_again_by_itself()
    {
        await using var disk = SmallDisk.Mount(96);
        await using var partners = await Three.StartAsync();
        partners.WriteFiles(disk.Partners);
        using var hub = await HubProcess.StartAsync(disk.Data, disk.Partners, 0, Token, new Dictionary<string, string?>
        {
            ["Hub__Disk__StopIntakeBelowMegabytes"] = "32", ["Hub__Disk__WarnBelowMegabytes"] = "40", ["Hub__Disk__Every"] = "00:00:00.100",
        });
        await partners.Practice.StopListeningAsync();
        await using var epr = new SimulatedEpr("127.0.0.1", hub.MllpPort);
        TestHub.CodeOf(await epr.SendAsync(new Messages().Admission("D1"), Token)).ShouldBe("AA");

        disk.FillUpTo(24);
        await Eventually.HoldsAsync(async () => await AnswerAsync(hub, "D2") == "none", why: () => hub.Errors);
        using var http = new HttpClient { BaseAddress = hub.Http };
        (await http.GetAsync(new Uri("/health/ready", UriKind.Relative), Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);

        partners.Practice.Resume(); // what waits drains
        await Eventually.HoldsAsync(() => partners.Practice.Received.Count > 0, why: () => hub.Errors);

        disk.MakeRoom();
        await Eventually.HoldsAsync(async () => await AnswerAsync(hub, "D3") == "AA", why: () => hub.Errors);
        var entries = await new Timeline(() => StoreStart.Context(StoreOptions.ForReading(disk.Data))).AttentionAsync(10, Token);
        entries.ShouldContain(e => e.Kind == "disk-full" && e.Urgency == Urgency.Urgent);
    }

    [Fact]
    public async Task Full_to_the_last_byte_nothing_is_acknowledged_that_is_not_kept_and_nothing_kept_is_lost()
    {
        await using var disk = SmallDisk.Mount(256);
        await using var partners = await Three.StartAsync();
        partners.WriteFiles(disk.Partners);
        using var hub = await HubProcess.StartAsync(disk.Data, disk.Partners, 0, Token, new Dictionary<string, string?>
        {
            ["Hub__Disk__StopIntakeBelowMegabytes"] = "1", ["Hub__Disk__WarnBelowMegabytes"] = "1", ["Hub__Disk__Every"] = "00:05:00", // the watch sleeps: the store itself must hold
        });
        var load = new CrashLoad([hub.MllpPort], persons: 40, connections: 4);
        var sending = load.SendAllAsync(Token);
        await Eventually.HoldsAsync(() => load.Acknowledged > 40, TimeSpan.FromSeconds(60), () => hub.Errors);

        disk.FillUpTo(0);
        await ShouldStandStillAsync(load);
        disk.MakeRoom();
        await sending;

        await Eventually.HoldsAsync(
            () => new[] { partners.Practice.Received, partners.Cmht.Received, partners.Ward.Received }.All(r => r.Select(c => c.MessageId).Distinct().Count() == load.Messages),
            TimeSpan.FromSeconds(90), () => hub.Errors);
        load.Acknowledged.ShouldBe(load.Messages);
    }

    /// <summary>Until a second has gone by with no acknowledgement: what was in the store's files already may still be filled.</summary>
    private static async Task ShouldStandStillAsync(CrashLoad load)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            var before = load.Acknowledged;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token);
            if (load.Acknowledged == before)
            {
                return;
            }
        }

        throw new ShouldAssertException("Acknowledgements went on although the disk is full.");
    }

    private static async Task<string> AnswerAsync(HubProcess hub, string controlId)
    {
        await using var epr = new SimulatedEpr("127.0.0.1", hub.MllpPort);
        try
        {
            return TestHub.CodeOf(await epr.SendAsync(new Messages { LocalId = "T" + controlId, Visit = "E" + controlId, NhsNumber = "" }.Admission(controlId), Token));
        }
        catch (IOException)
        {
            return "none";
        }
    }

    /// <summary>Practice, community team and ward.</summary>
    private sealed record Three(SimulatedFhirPartner Practice, SimulatedFhirPartner Cmht, SimulatedMllpPartner Ward) : IAsyncDisposable
    {
        public static async Task<Three> StartAsync() =>
            new(await SimulatedFhirPartner.StartAsync(), await SimulatedFhirPartner.StartAsync(), await SimulatedMllpPartner.StartAsync());

        public void WriteFiles(string folder) => TestPartners.Write(folder, Practice.Port, Cmht.Port, Ward.Port);

        public async ValueTask DisposeAsync()
        {
            await Practice.DisposeAsync();
            await Cmht.DisposeAsync();
            await Ward.DisposeAsync();
        }
    }

    /// <summary>A file system of its own in memory, mounted for one test; it takes root, which the test command has where it is the whole run.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private readonly string root;

        private SmallDisk(string root) => this.root = root;

        public string Data => Path.Combine(root, "data");

        public string Partners => Path.Combine(root, "partners");

        private string Filler => Path.Combine(root, "filler");

        public static SmallDisk Mount(int megabytes)
        {
            var disk = new SmallDisk(Directory.CreateTempSubdirectory("hub-disk-").FullName);
            if (!Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.root))
            {
                Directory.Delete(disk.root);
                Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", "Mounting a small disk takes root.");
                throw new InvalidOperationException("In CI a small disk must be mounted, which takes root.");
            }

            Directory.CreateDirectory(disk.Data);
            return disk;
        }

        /// <summary>Writes a file that leaves so many megabytes free, or none.</summary>
        public void FillUpTo(int megabytesLeft)
        {
            using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, 1);
            var block = new byte[megabytesLeft == 0 ? 4096 : Megabyte / 2];
            try
            {
                while (new DriveInfo(root).AvailableFreeSpace > (long)megabytesLeft * Megabyte)
                {
                    filler.Write(block);
                }
            }
            catch (IOException)
            {
                // Full: that is what was asked for.
            }
        }

        public void MakeRoom() => File.Delete(Filler);

        public async ValueTask DisposeAsync()
        {
            await Eventually.HoldsAsync(() => Run("umount", root), TimeSpan.FromSeconds(20));
            Directory.Delete(root);
        }

        private static bool Run(string command, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
