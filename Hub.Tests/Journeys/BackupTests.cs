using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Backups;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>A restore that was never tried is a hope: a backup is taken under load by the real verb, restored elsewhere, and judged from what recipients saw.</summary>
public sealed partial class BackupTests(TestServers servers) : IDisposable
{
    private const int Persons = 8;
    private readonly string folder = Directory.CreateTempSubdirectory("hub-backup-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(folder, "data");

    private string Partners => Path.Combine(folder, "partners");

    private string Copy => Path.Combine(folder, "copy");

    [Fact]
    public async Task A_backup_taken_under_load_is_restored_elsewhere_and_after_the_senders_have_sent_again_nothing_is_lost_and_nothing_doubled()
    {
        await using var practice = await SimulatedFhirPartner.StartAsync();
        await using var cmht = await SimulatedFhirPartner.StartAsync();
        await using var ward = await SimulatedMllpPartner.StartAsync();
        Directory.CreateDirectory(Data);
        TestPartners.Write(Partners, practice.Port, cmht.Port, ward.Port);
        int messages;
        using (var hub = await HubProcess.StartAsync(Data, Partners, 0, Token))
        {
            var load = new CrashLoad([hub.MllpPort], Persons, connections: 4);
            messages = load.Messages;
            var sending = load.SendAllAsync(Token);
            await Eventually.HoldsAsync(() => load.Acknowledged >= messages / 4, why: () => hub.Errors);
            (await HubProcess.RunAsync(["backup", "create", "--data", Data, "--to", Copy], Token)).Exit.ShouldBe(0);
            await sending;
            await CrashJudge.DrainAsync(StoreOptions.InDirectory(Data, "RXN"), Token);
            hub.Kill(); // and with it, let us say, the disk
        }

        var (elsewhere, key) = (Path.Combine(folder, "elsewhere"), Path.Combine(Data, "identifier.key"));
        (await HubProcess.RunAsync(["backup", "verify", Copy, "--key", key], Token)).Output.ShouldContain("opens it");
        (await HubProcess.RunAsync(["backup", "restore", Copy, "--data", elsewhere], Token)).Exit.ShouldBe(2, "without its key nobody could read it");
        (await HubProcess.RunAsync(["backup", "restore", Copy, "--data", elsewhere, "--key", key], Token)).Exit.ShouldBe(0);
        await using (var restored = StoreStart.Context(StoreOptions.ForReading(elsewhere)))
        {
            restored.Received.Count().ShouldBeInRange(messages / 4, messages, "one moment in the midst of the load");
        }

        using (var hub = await HubProcess.StartAsync(elsewhere, Partners, 0, Token))
        {
            var again = new CrashLoad([hub.MllpPort], Persons, connections: 4);
            await again.SendAllAsync(Token);
            again.Acknowledged.ShouldBe(messages);
            await CrashJudge.DrainAsync(StoreOptions.InDirectory(elsewhere, "RXN"), Token);
        }

        CrashJudge.ShouldHaveAll(practice, Persons, "practice");
        CrashJudge.ShouldHaveAll(cmht, Persons, "community team");
        ward.Received.Select(r => r.MessageId).Distinct().Count().ShouldBe(messages);
        practice.Applied.Count.ShouldBe(messages, "what came twice came under its own id");
    }

    [Fact]
    public async Task A_copy_that_was_changed_cut_or_mixed_is_not_restored_and_a_store_is_never_overwritten()
    {
        await using (var hub = await TestHub.StartAsync())
        {
            await using var epr = hub.Epr();
            await epr.SendAsync(new Messages().Admission("C1"), Token);
            (await HubProcess.RunAsync(["backup", "create", "--with-key", "--data", hub.DataFolder, "--to", Copy], Token)).Output.ShouldContain("KEY LIES IN IT");
            (await HubProcess.RunAsync(["backup", "create", "--data", hub.DataFolder, "--to", Copy], Token)).Exit.ShouldBe(2, "a backup is never written over another");
            (await HubProcess.RunAsync(["backup", "restore", Copy, "--data", hub.DataFolder], Token)).Exit.ShouldBe(2);
            (await HubProcess.RunAsync(["backup", "create", "--data", hub.DataFolder, "--to", Copy + "-keyless"], Token)).Output.ShouldContain("is encrypted");
        }

        var manifest = BackupManifest.Read(Copy + "-keyless");
        (manifest.Encrypted, manifest.HoldsKey, manifest.ContentKeys.Single(), manifest.WrappedBy.Single()[..15]).ShouldBe((true, false, "c1", "identifier-key:"));
        Directory.EnumerateFiles(Copy + "-keyless", "*", SearchOption.AllDirectories).ShouldAllBe(f => !RawStore.Bytes(f).Contains("MARLOW", StringComparison.OrdinalIgnoreCase));
        await File.WriteAllTextAsync(Path.Combine(folder, "another.key"), StoreOptions.NoKey, Token);
        (await HubProcess.RunAsync(["backup", "verify", Copy + "-keyless", "--key", Path.Combine(folder, "another.key")], Token)).Exit.ShouldBe(1, "another key opens nothing");

        File.Exists(Path.Combine(Copy, "identifier.key")).ShouldBeTrue();
        File.Exists(Path.Combine(Copy + "-keyless", "identifier.key")).ShouldBeFalse();
        var store = Path.Combine(Copy, "hub.db");
        var bytes = await File.ReadAllBytesAsync(store, Token);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(store, bytes, Token);
        await File.WriteAllTextAsync(Path.Combine(Copy, "stray.txt"), "", Token);
        File.Delete(Path.Combine(Copy, "identifier.key"));

        var (exit, output) = await HubProcess.RunAsync(["backup", "verify", Copy], Token);

        exit.ShouldBe(1);
        output.ShouldContain("hub.db is not as it was written");
        output.ShouldContain("identifier.key is missing");
        output.ShouldContain("stray.txt does not belong");
        (await HubProcess.RunAsync(["backup", "restore", Copy, "--data", Path.Combine(folder, "new")], Token)).Exit.ShouldBe(2);
        Directory.Exists(Path.Combine(folder, "new")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_guides_own_commands_for_PostgreSQL_bring_a_store_into_an_empty_database_where_a_hub_goes_on()
    {
        var (first, second) = (await servers.NewDatabaseAsync(), await servers.NewEmptyDatabaseAsync());
        await using (var hub = await TestHub.StartAsync(TestPartners.Patience, ServerSettings.Of(first, null)))
        {
            await using var epr = hub.Epr();
            TestHub.CodeOf(await epr.SendAsync(new Messages().Admission("C1"), Token)).ShouldBe("AA");
            await hub.SettleAsync();
        }

        var commands = PostgresCommands().Matches(await File.ReadAllTextAsync(Repository.PathOf("docs", "OPERATING.md"), Token)).Select(m => m.Value).ToList();
        commands.Count.ShouldBe(2);
        await servers.RunOnPostgresAsync($"cd $(mktemp -d); DATABASE={AtTheServer(first)}; EMPTY={AtTheServer(second)}; {string.Join("; ", commands)}");

        await using (var hub = await TestHub.StartAsync(TestPartners.Patience, ServerSettings.Of(second, null)))
        {
            await using var epr = hub.Epr();
            TestHub.CodeOf(await epr.SendAsync(new Messages().Admission("C1"), Token)).ShouldBe("AA");
            TestHub.CodeOf(await epr.SendAsync(new Messages().Discharge("C2", new Messages().Start.AddDays(9)), Token)).ShouldBe("AA");
            await hub.SettleAsync();
            hub.Practice.Received.Select(r => r.EventCode).ShouldBe(["discharge"], "what was sent before the copy is known for a repeat, and what comes after is delivered");
        }
    }

    [Fact]
    public async Task A_bundle_for_support_counts_and_knows_nobody()
    {
        var file = Path.Combine(folder, "bundle.zip");
        await using (var hub = await TestHub.StartAsync())
        {
            await using var epr = hub.Epr();
            await epr.SendAsync(new Messages { Family = "ZEBEDEEQUILL", LocalId = "TCANARY707" }.Admission("C1"), Token);
            await epr.SendAsync("MSH|^~\\&|NEPR|RXN|||20260501||ADT^A04|C2|P|2.4\rPID|||TCANARY707||ZEBEDEEQUILL^O", Token);
            await hub.SettleAsync();
            var (exit, output) = await HubProcess.RunAsync(["support", "bundle", "--data", hub.DataFolder, "--partners", hub.PartnersFolder, "--to", file], Token);
            exit.ShouldBe(0, output);
        }

        using var zip = System.IO.Compression.ZipFile.OpenRead(file);
        zip.Entries.Select(e => e.Name).ShouldBe(["about.json", "store.json", "partners.json"]);
        var text = string.Concat(zip.Entries.Select(e => new StreamReader(e.Open()).ReadToEnd()));
        text.ShouldContain("north-epr");
        text.ShouldContain("\"Delivered\"");
        text.ShouldContain("elm.json");
        foreach (var canary in new[] { "ZEBEDEEQUILL", "TCANARY707", "9912003888", "19920214", "127.0.0.1", "NEPR|" })
        {
            text.ShouldNotContain(canary);
        }
    }

    private static string AtTheServer(string connection) => $"postgresql:///{new Npgsql.NpgsqlConnectionStringBuilder(connection).Database}?user=hub";

    [System.Text.RegularExpressions.GeneratedRegex("^pg_(dump|restore) .*$", System.Text.RegularExpressions.RegexOptions.Multiline | System.Text.RegularExpressions.RegexOptions.ExplicitCapture)]
    private static partial System.Text.RegularExpressions.Regex PostgresCommands();

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
