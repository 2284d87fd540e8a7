using System.CommandLine;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Backups;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Commands;

/// <summary>
/// <c>hub support bundle</c>: what a maintainer needs to know of an installation. It is a list of what goes in and never of what is left out: no message,
/// no reason in somebody's words, no identifier, no secret, no address of a partner.
/// </summary>
internal static class SupportCommand
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create(TimeProvider time)
    {
        var to = new Option<FileInfo>("--to") { Description = "The zip file to write.", Required = true };
        var (data, partners, json) = (CommonOptions.Data(), CommonOptions.Partners(), CommonOptions.Json());
        var bundle = new Command("bundle", "Gather versions, counts and hashes for support: nothing of a patient, no secret. Read it before you send it.") { to, data, partners, json };
        bundle.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Options(parsed.GetValue(data)!) is not { } store)
            {
                return HubCommand.Fault;
            }

            var file = parsed.GetValue(to)!;
            await using (var zip = new ZipArchive(file.Open(FileMode.CreateNew, FileAccess.Write), ZipArchiveMode.Create))
            {
                Add(zip, "about.json", About(store, time));
                Add(zip, "store.json", await StoreAsync(store, cancellationToken));
                Add(zip, "partners.json", Partners(parsed.GetValue(partners)!));
            }

            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { file = file.FullName }) : $"{file.FullName}: versions, counts and hashes. Read it before you send it.");
            return HubCommand.Done;
        });
        return new Command("support", "What a maintainer needs to know of this installation.") { bundle };
    }

    private static object About(StoreOptions store, TimeProvider time) => new
    {
        madeAt = time.GetUtcNow(),
        hub = typeof(SupportCommand).Assembly.GetName().Version?.ToString(3),
        mapping = MappingVersion.Current,
        runtime = RuntimeInformation.FrameworkDescription,
        system = RuntimeInformation.OSDescription,
        architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        processors = Environment.ProcessorCount,
        store = store.Provider.ToString(),

        // Names only: a value may be a secret.
        settings = Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(n => n.StartsWith("Hub__", StringComparison.Ordinal) || n.StartsWith("OTEL_", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    };

    private static async Task<object> StoreAsync(StoreOptions store, CancellationToken cancellationToken)
    {
        await using var context = StoreStart.Context(store);
        return new
        {
            bytes = await Telemetry.StoreSize.ReadAsync(store, cancellationToken),
            migrations = await context.Database.GetAppliedMigrationsAsync(cancellationToken),
            waiting = await context.Database.GetPendingMigrationsAsync(cancellationToken),
            received = await context.Received.GroupBy(r => new { r.SourceId, r.Protocol, r.Outcome }).Select(g => new { g.Key.SourceId, g.Key.Protocol, outcome = g.Key.Outcome.ToString(), count = g.Count() }).ToListAsync(cancellationToken),
            deliveries = await context.Deliveries.GroupBy(d => new { d.PartnerId, d.State }).Select(g => new { g.Key.PartnerId, state = g.Key.State.ToString(), count = g.Count(), oldest = g.Min(d => d.CreatedAt) }).ToListAsync(cancellationToken),
            attempts = await context.Attempts.GroupBy(a => a.Outcome).Select(g => new { outcome = g.Key, count = g.Count() }).ToListAsync(cancellationToken),
            attention = await context.Attention.Where(a => a.ClosedAt == null).GroupBy(a => a.Kind).Select(g => new { kind = g.Key, count = g.Count() }).ToListAsync(cancellationToken),
            obligations = await context.Obligations.Where(o => o.ClosedAt == null).CountAsync(cancellationToken),
        };
    }

    private static IEnumerable<object> Partners(DirectoryInfo folder) => folder.Exists
        ? folder.EnumerateFiles("*.json", SearchOption.AllDirectories).OrderBy(f => f.FullName, StringComparer.Ordinal).Select(f => new { file = Path.GetRelativePath(folder.FullName, f.FullName), bytes = f.Length, sha256 = BackupManifest.HashOf(f.FullName) })
        : [];

    private static void Add(ZipArchive zip, string name, object content)
    {
        using var entry = zip.CreateEntry(name).Open();
        JsonSerializer.Serialize(entry, content, Form);
    }
}
