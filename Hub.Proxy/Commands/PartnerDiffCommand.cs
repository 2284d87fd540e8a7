using System.CommandLine;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hub.Proxy.Commands.Samples;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Routing;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner diff</c>: the files in the folder against what a running hub uses, another folder, or the version that a message's hash names.</summary>
internal static class PartnerDiffCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Description = "Id of one partner; all where it is left out.", Arity = ArgumentArity.ZeroOrOne };
        var hub = CommonOptions.Hub("Compare with what the hub at this address runs, such as http://127.0.0.1:8080.");
        var against = new Option<DirectoryInfo?>("--against") { Description = "Compare with another folder of partner files." };
        var hash = new Option<string?>("--hash") { Description = "Compare with the version of this hash, as messages carry it (at least six digits), from the hub's own archive in --data." };
        var (folder, environment, data, json) = (CommonOptions.Partners(), CommonOptions.Environment(), CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("diff", "Compare partner files field by field, overlays merged in and secrets as references. Status 1 if anything differs.")
        {
            id, hub, against, hash, folder, environment, data, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var files = PartnerCommand.Load(parsed.GetValue(folder)!, parsed.GetValue(environment));
            var other = (parsed.GetValue(hub), parsed.GetValue(against), parsed.GetValue(hash)) switch
            {
                ({ } address, null, null) => await RunningAsync(address, cancellationToken),
                (null, { Exists: true } elsewhere, null) => In(PartnerCommand.Load(elsewhere, parsed.GetValue(environment)), v => v.FolderHash),
                (null, { } missing, null) => throw new IOException($"There is no folder {missing.FullName}."),
                (null, null, { } wanted) => Archived(parsed.GetValue(data)!, parsed.GetValue(id), wanted),
                _ => null,
            };
            if (other is null)
            {
                return CliJson.Fault(parsed.GetValue(json), "Name one thing to compare with: --hub URL, --against FOLDER, or an id with --hash HASH.");
            }

            var here = In(files, v => v.FolderHash);
            var ids = here.Keys.Union(parsed.GetValue(hash) is null ? other.Keys : []).Where(p => parsed.GetValue(id) is not { } one || p == one).Order(StringComparer.Ordinal).ToList();
            if (ids.Count == 0)
            {
                return CliJson.Fault(parsed.GetValue(json), $"There is no partner {parsed.GetValue(id)} on either side.");
            }

            var compared = ids.Select(p => Compare(p, other.GetValueOrDefault(p), here.GetValueOrDefault(p))).ToList();
            compared.ForEach(c => Print(c, parsed.GetValue(json)));
            return compared.TrueForAll(c => c.Same) ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static Dictionary<string, Side> In(PartnerFiles files, Func<PartnerVersion, string?> hash) =>
        files.Versions.ToDictionary(v => v.Id, v => new Side(hash(v), files.WrittenInFolder(v.Id)), StringComparer.Ordinal);

    private static Dictionary<string, Side> Archived(DirectoryInfo data, string? id, string hash) =>
        id is not null && new PartnerArchive(HubServices.ArchiveOf(data.FullName)).Find(id, hash) is { } found
            ? new(StringComparer.Ordinal) { [id] = new Side(found.Hash, found.Written) }
            : throw new IOException($"{HubServices.ArchiveOf(data.FullName)} holds no one version {hash} of {id ?? "a partner that is named"}.");

    private static async Task<Dictionary<string, Side>> RunningAsync(Uri hub, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = hub, Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            var running = new Dictionary<string, Side>(StringComparer.Ordinal);
            foreach (var partner in await http.GetFromJsonAsync<List<PartnerStatusView>>(PartnerStatusEndpoint.Path, PartnerStatusCommand.Json, cancellationToken) ?? [])
            {
                using var answer = await http.GetAsync($"{PartnerStatusEndpoint.Path}/{partner.Id}/file", cancellationToken);
                if (answer.StatusCode != HttpStatusCode.NotFound)
                {
                    running[partner.Id] = new Side(partner.File?.RunningHash, await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken));
                }
            }

            return running;
        }
        catch (HttpRequestException)
        {
            throw new IOException($"No hub answers at {hub}.");
        }
    }

    private static Comparison Compare(string id, Side? there, Side? here) => new(
        id, there?.Hash, here?.Hash,
        there is null || here is null ? [] : JsonDifference.Between(Parsed(there), Parsed(here)))
    {
        OnlyHere = there is null, OnlyThere = here is null,
        Unreadable = here is { Written: null },
    };

    private static JsonNode? Parsed(Side side) => side.Written is null ? null : JsonNode.Parse(side.Written);

    private static void Print(Comparison c, bool json)
    {
        if (json)
        {
            CliJson.Print(new { c.Id, c.Same, c.OnlyHere, c.OnlyThere, otherHash = c.OtherHash, folderHash = c.FolderHash, differences = c.Differences.Select(d => new { d.Field, other = d.Expected, folder = d.Actual }) });
            return;
        }

        Console.WriteLine($"{c.Id}: {c.Words}");
        foreach (var difference in c.Differences)
        {
            Console.WriteLine($"  {difference.Field}");
            Console.WriteLine($"    there   {SampleReport.Shown(difference.Expected)}");
            Console.WriteLine($"    folder  {SampleReport.Shown(difference.Actual)}");
        }
    }

    private sealed record Side(string? Hash, string? Written);

    private sealed record Comparison(string Id, string? OtherHash, string? FolderHash, IReadOnlyList<JsonDifference> Differences)
    {
        public bool OnlyHere { get; init; }
        public bool OnlyThere { get; init; }
        public bool Unreadable { get; init; }

        public bool Same => !OnlyHere && !OnlyThere && !Unreadable && Differences.Count == 0;

        public string Words => OnlyHere ? "only in the folder"
            : OnlyThere ? "not in the folder"
            : Unreadable ? "the file in the folder cannot be read: hub partner validate says why"
            : Differences.Count > 0 ? $"{Differences.Count} field(s) differ ({PartnerVersion.Short(OtherHash)} there, {PartnerVersion.Short(FolderHash)} in the folder)"
            : OtherHash == FolderHash ? $"the same ({PartnerVersion.Short(FolderHash)})"
            : $"the same fields, written otherwise ({PartnerVersion.Short(OtherHash)} there, {PartnerVersion.Short(FolderHash)} in the folder)";
    }
}
