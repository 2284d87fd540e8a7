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

/// <summary>Where partner files lie and how they are read.</summary>
public sealed record PartnerFolderOptions
{
    /// <summary>The folder with one <c>.json</c> file a partner; folders below it hold samples and overlays.</summary>
    public required string Folder { get; init; }

    /// <summary>Whose overlays count, in <c>overlays/ENVIRONMENT/</c>; null for none.</summary>
    public string? Environment { get; init; }

    /// <summary>Looks up what <c>${env:NAME}</c> stands for.</summary>
    public Func<string, string?> Variables { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Tries a file that reads well before it is switched to; null where it passes.</summary>
    public Func<PartnerFile, PartnerProblem?>? SelfTest { get; init; }

    public string? Overlays => Environment is null ? null : Path.Combine(Folder, "overlays", Environment);
}

/// <summary>
/// The partners as their files in one folder say. A faulty file takes down its own partner only, and at a reload not even that: what runs goes on
/// until there is something right to put in its place.
/// </summary>
public sealed class PartnerFiles : IPartnerDirectory
{
    private readonly PartnerFolderOptions options;
    private readonly PartnerFileReader reader;
    private readonly TimeProvider time;
    private readonly Lock reloading = new();
    private readonly Dictionary<string, (string Hash, PartnerProblem? Found)> tested = new(StringComparer.Ordinal);
    private volatile Snapshot current = Snapshot.Empty;

    /// <param name="folder">The folder with one <c>.json</c> file a partner; files in folders below it are samples and overlays.</param>
    /// <param name="checks">One for each protocol and role; a file of any other protocol is faulty.</param>
    /// <param name="environment">Looks up what <c>${env:NAME}</c> stands for; the process's environment when left out.</param>
    public PartnerFiles(string folder, IEnumerable<IPartnerSettingsCheck> checks, Func<string, string?>? environment = null)
        : this(new PartnerFolderOptions { Folder = folder, Variables = environment ?? System.Environment.GetEnvironmentVariable }, checks, TimeProvider.System)
    {
    }

    public PartnerFiles(PartnerFolderOptions options, IEnumerable<IPartnerSettingsCheck> checks, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        reader = new PartnerFileReader(checks, options.Variables, options.SelfTest is null ? null : SelfTest);
        Reload();
    }

    public IReadOnlyList<PartnerFile> All => current.All;

    /// <summary>What is wrong with files as they lie in the folder now, whether or not an older version of them runs.</summary>
    public IReadOnlyList<PartnerProblem> Problems => current.Problems;

    /// <summary>Something changed, and is in force. Called while nothing else can reload.</summary>
    public event Action? Changed;

    /// <summary>How each partner's file stands, by id.</summary>
    public IReadOnlyList<PartnerVersion> Versions => current.Versions;

    public PartnerFile? Find(string partnerId) => current.ById.GetValueOrDefault(partnerId);

    /// <summary>The text that a running partner was read from, its overlay merged in and every reference as it is written; null where it does not run.</summary>
    public string? WrittenOf(string partnerId) => current.Written.GetValueOrDefault(partnerId);

    /// <summary>The same of the file as it lies in the folder, whether it runs or not; null where it is no JSON object.</summary>
    public string? WrittenInFolder(string partnerId) => current.InFolder.GetValueOrDefault(partnerId);

    /// <summary>Reads the folder again, checks first, and changes only what is right.</summary>
    public PartnerReload Reload()
    {
        lock (reloading)
        {
            var before = current;
            var readings = ReadFolder();
            var kept = readings.Where(r => r.Partner is null).Select(r => before.ById.GetValueOrDefault(r.Id)).OfType<PartnerFile>().ToList();
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

            current = new Snapshot(standing, problems)
            {
                Versions = VersionsOf(before, standing, readings, problems),
                Written = WrittenBy(before, standing, readings),
                InFolder = readings.Where(r => r.Written is not null).ToDictionary(r => r.Id, r => r.Written!, StringComparer.Ordinal),
            };
            var reload = Difference(before, current, kept, problems);
            if (reload.Added.Count + reload.Changed.Count + reload.Removed.Count > 0)
            {
                Changed?.Invoke();
            }

            return reload;
        }
    }

    private List<PartnerVersion> VersionsOf(Snapshot before, List<PartnerFile> standing, List<PartnerReading> readings, List<PartnerProblem> problems)
    {
        var now = time.GetUtcNow();
        var running = standing.ToDictionary(p => p.Id, StringComparer.Ordinal);
        return
        [
            .. readings.Where(r => r.FileName.EndsWith(".json", StringComparison.Ordinal)).OrderBy(r => r.Id, StringComparer.Ordinal).Select(reading =>
            {
                var partner = running.GetValueOrDefault(reading.Id);
                var earlier = before.Versions.FirstOrDefault(v => v.Id == reading.Id);
                var state = partner is null ? PartnerFileState.NotRunning
                    : partner.Hash == reading.Hash ? PartnerFileState.Current
                    : PartnerFileState.RunningOldVersion;
                return new PartnerVersion
                {
                    Id = reading.Id,
                    State = state,
                    Role = partner?.Role.ToString().ToLowerInvariant(),
                    RunningHash = partner?.Hash,
                    RunningSince = partner is null ? null : earlier?.RunningHash == partner.Hash ? earlier.RunningSince : now,
                    FolderHash = reading.Hash,
                    FaultySince = state == PartnerFileState.Current ? null : earlier?.FaultySince ?? now,
                    Problems = state == PartnerFileState.Current ? [] : [.. reading.Problems.Concat(problems.Where(p => p.File == reading.FileName)).Distinct()],
                };
            }),
        ];
    }

    private static Dictionary<string, string> WrittenBy(Snapshot before, List<PartnerFile> standing, List<PartnerReading> readings)
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var partner in standing)
        {
            var text = readings.Find(r => r.Id == partner.Id && r.Hash == partner.Hash)?.Written ?? before.Written.GetValueOrDefault(partner.Id);
            if (text is not null)
            {
                written[partner.Id] = text;
            }
        }

        return written;
    }

    private List<PartnerReading> ReadFolder()
    {
        if (!Directory.Exists(options.Folder))
        {
            return [new(options.Folder, null, [new("", "The folder of partner files does not exist.", "Create it, or set the right path.") { File = options.Folder }])];
        }

        var files = Directory.EnumerateFiles(options.Folder, "*.json").Order(StringComparer.Ordinal).ToList();
        return [.. files.Select(ReadFile), .. Orphans(files)];
    }

    // An overlay without its partner is a misspelt name, and the live file would run without what it was to change.
    private IEnumerable<PartnerReading> Orphans(List<string> files) => options.Overlays is not { } overlays || !Directory.Exists(overlays)
        ? []
        : Directory.EnumerateFiles(overlays, "*.json").Select(Path.GetFileName).OfType<string>()
            .Where(name => !files.Exists(f => Path.GetFileName(f) == name)).Order(StringComparer.Ordinal)
            .Select(name => new PartnerReading(
                OverlayName(name) + " ", null, [new("", "No partner file has this name, so the overlay changes nothing.", "Name it as the partner file is named.") { File = OverlayName(name), Line = 1 }]));

    private string OverlayName(string name) => $"overlays/{options.Environment}/{name}";

    private PartnerReading ReadFile(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            var overlay = options.Overlays is { } folder ? Path.Combine(folder, name) : null;
            return overlay is not null && File.Exists(overlay)
                ? reader.Read(name, File.ReadAllBytes(path), OverlayName(name), File.ReadAllBytes(overlay))
                : reader.Read(name, File.ReadAllBytes(path));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return new(name, null, [new("", "The file cannot be read.", "Give the hub's user the right to read it.") { File = name }]);
        }
    }

    // The same bytes are tried once, not every few seconds.
    private PartnerProblem? SelfTest(PartnerFile partner)
    {
        if (tested.TryGetValue(partner.Id, out var earlier) && earlier.Hash == partner.Hash)
        {
            return earlier.Found;
        }

        var found = options.SelfTest!(partner);
        tested[partner.Id] = (partner.Hash, found);
        return found;
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
        public IReadOnlyList<PartnerVersion> Versions { get; init; } = [];
        public IReadOnlyDictionary<string, string> Written { get; init; } = new Dictionary<string, string>();
        public IReadOnlyDictionary<string, string> InFolder { get; init; } = new Dictionary<string, string>();
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

        var codes = RecipientMatch.CodesOf(partner).Select(c => $"{audience} {partner.Mode}/{c}").ToList(); // a shadow may stand beside a live one
        if (codes.Find(owners.ContainsKey) is { } taken)
        {
            var code = taken[(taken.IndexOf('/', StringComparison.Ordinal) + 1)..];
            return new("/serves", $"{code} is served by {owners[taken]} already, for the same audience.", "Leave it in one of the two files.") { File = partner.Id + ".json", Line = 1 };
        }

        codes.ForEach(c => owners[c] = partner.Id);
        return null;
    }
}
