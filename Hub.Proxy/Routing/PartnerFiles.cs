using System.Collections.Frozen;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Routing;

/// <summary>What a reload changed. A partner whose new file is faulty runs on with its old one.</summary>
public sealed record PartnerReload
{
    public IReadOnlyList<string> Added { get; init; } = [];
    public IReadOnlyList<string> Changed { get; init; } = [];
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Ids of partners that run on with their last good file.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];
    public IReadOnlyList<PartnerProblem> Problems { get; init; } = [];
}

/// <summary>
/// The partners as their files in one folder say. A faulty file takes down its own partner only, and at a reload not even that: what runs goes on
/// until there is something right to put in its place.
/// </summary>
public sealed class PartnerFiles : IPartnerDirectory
{
    private readonly string folder;
    private readonly PartnerFileReader reader;
    private readonly Lock reloading = new();
    private volatile Snapshot current = Snapshot.Empty;

    /// <param name="folder">The folder with one <c>.json</c> file a partner; files in folders below it are samples and not read.</param>
    /// <param name="checks">One for each protocol and role; a file of any other protocol is faulty.</param>
    /// <param name="environment">Looks up what <c>${env:NAME}</c> stands for; the process's environment when left out.</param>
    public PartnerFiles(string folder, IEnumerable<IPartnerSettingsCheck> checks, Func<string, string?>? environment = null)
    {
        this.folder = folder;
        reader = new PartnerFileReader(checks, environment ?? Environment.GetEnvironmentVariable);
        Reload();
    }

    public IReadOnlyList<PartnerFile> All => current.All;

    /// <summary>What is wrong with files as they lie in the folder now, whether or not an older version of them runs.</summary>
    public IReadOnlyList<PartnerProblem> Problems => current.Problems;

    public PartnerFile? Find(string partnerId) => current.ById.GetValueOrDefault(partnerId);

    /// <summary>Reads the folder again, checks first, and changes only what is right.</summary>
    public PartnerReload Reload()
    {
        lock (reloading)
        {
            var before = current;
            var readings = ReadFolder();
            var kept = readings.Where(r => r.Partner is null).Select(r => before.ById.GetValueOrDefault(Path.GetFileNameWithoutExtension(r.FileName))).OfType<PartnerFile>().ToList();
            var problems = readings.SelectMany(r => r.Problems).ToList();

            // What runs unchanged keeps its codes; of two files that claim the same one the newcomer is wrong.
            var candidates = kept
                .Concat(readings.Select(r => r.Partner).OfType<PartnerFile>())
                .OrderBy(p => before.ById.TryGetValue(p.Id, out var old) && old.Hash == p.Hash ? 0 : 1).ThenBy(p => p.Id, StringComparer.Ordinal);
            var claims = new ServedCodes();
            var standing = new List<PartnerFile>();
            foreach (var candidate in candidates)
            {
                var clash = claims.Claim(candidate);
                if (clash is null)
                {
                    standing.Add(candidate);
                    continue;
                }

                problems.Add(clash);
                if (before.ById.TryGetValue(candidate.Id, out var old) && old.Hash != candidate.Hash && claims.Claim(old) is null)
                {
                    standing.Add(old);
                    kept.Add(old);
                }
            }

            current = new Snapshot(standing, problems);
            return Difference(before, current, kept, problems);
        }
    }

    private List<PartnerReading> ReadFolder() => !Directory.Exists(folder)
        ? [new(folder, null, [new("", "The folder of partner files does not exist.", "Create it, or set the right path.") { File = folder }])]
        : [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(ReadFile)];

    private PartnerReading ReadFile(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            return reader.Read(name, File.ReadAllBytes(path));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return new(name, null, [new("", "The file cannot be read.", "Give the hub's user the right to read it.") { File = name }]);
        }
    }

    private static PartnerReload Difference(Snapshot before, Snapshot after, List<PartnerFile> kept, List<PartnerProblem> problems) => new()
    {
        Added = [.. after.All.Where(p => !before.ById.ContainsKey(p.Id)).Select(p => p.Id)],
        Changed = [.. after.All.Where(p => before.ById.TryGetValue(p.Id, out var old) && old.Hash != p.Hash).Select(p => p.Id)],
        Removed = [.. before.All.Where(p => !after.ById.ContainsKey(p.Id)).Select(p => p.Id)],
        Kept = [.. kept.Where(p => after.ById.ContainsKey(p.Id)).Select(p => p.Id).Order(StringComparer.Ordinal)],
        Problems = problems,
    };

    private sealed class Snapshot(IEnumerable<PartnerFile> partners, IReadOnlyList<PartnerProblem> problems)
    {
        public static Snapshot Empty { get; } = new([], []);

        public IReadOnlyList<PartnerFile> All { get; } = [.. partners.OrderBy(p => p.Id, StringComparer.Ordinal)];
        public FrozenDictionary<string, PartnerFile> ById { get; } = partners.ToFrozenDictionary(p => p.Id, StringComparer.Ordinal);
        public IReadOnlyList<PartnerProblem> Problems { get; } = problems;
    }
}

/// <summary>Which partner serves which practice, team or ward: no code may have two, or a message could go to either.</summary>
internal sealed class ServedCodes
{
    private readonly Dictionary<string, string> owners = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Claims all codes of a recipient, or none and says which is taken.</summary>
    public PartnerProblem? Claim(PartnerFile partner)
    {
        if (partner is not { Role: PartnerRole.Recipient, Audience: { } audience })
        {
            return null;
        }

        var codes = RecipientMatch.CodesOf(partner).Select(c => $"{audience}/{c}").ToList();
        if (codes.Find(owners.ContainsKey) is { } taken)
        {
            var code = taken[(taken.IndexOf('/', StringComparison.Ordinal) + 1)..];
            return new("/serves", $"{code} is served by {owners[taken]} already, for the same audience.", "Leave it in one of the two files.") { File = partner.Id + ".json", Line = 1 };
        }

        codes.ForEach(c => owners[c] = partner.Id);
        return null;
    }
}
