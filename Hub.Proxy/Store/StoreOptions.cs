using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store;

/// <summary>Where the truth is kept, and under which key identifiers are hashed.</summary>
public sealed record StoreOptions
{
    public StoreProvider Provider { get; init; }

    /// <summary>The SQLite file.</summary>
    public string Path { get; init; } = "";

    /// <summary>How PostgreSQL is reached, password and all: read by reference, and shown nowhere.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>ODS code of the trust whose hub this is; stands on every row.</summary>
    [Required, StringLength(12, MinimumLength = 3)]
    public required string Organisation { get; init; }

    /// <summary>At least 32 bytes in base64. Lost, no person is found again: back it up apart from the store.</summary>
    [Required]
    public required string IdentifierKey { get; init; }

    /// <summary>Names the key on each row, so that it can be changed row by row.</summary>
    [Required]
    public string IdentifierKeyId { get; init; } = "k1";

    /// <summary>What may wait for the writer before intake is told to stop.</summary>
    [Range(100, 100_000)]
    public int MostWaiting { get; init; } = 10_000;

    /// <summary>How long a locked file is waited for before the store counts as unavailable.</summary>
    [Range(1, 60)]
    public int BusySeconds { get; init; } = 5;

    /// <summary>False where no key is given: nothing that is known about people can be read.</summary>
    internal bool HasKey { get; init; } = true;

    /// <summary>False for verbs that only read, or decide about rows: the first key of contents is made by the hub that starts.</summary>
    internal bool MakesKeys { get; init; } = true;

    /// <summary>What wraps the keys of contents; null where the key of identifiers does.</summary>
    internal IKeyWrapper? KeyWrapper { get; init; }

    /// <summary>What wrapped them before, until <c>hub keys rotate</c> has wrapped them anew.</summary>
    internal IKeyWrapper? EarlierKeyWrapper { get; init; }

    /// <summary>What can unwrap the keys of contents; the first wraps.</summary>
    internal IReadOnlyList<IKeyWrapper> KeyWrapping =>
        [.. new[] { KeyWrapper, EarlierKeyWrapper, new LocalKeyWrapper("identifier-key", KeyFor("crt-hub content keys")) }.OfType<IKeyWrapper>()];

    /// <summary>For who looks up no identifier.</summary>
    internal static string NoKey { get; } = Convert.ToBase64String(new byte[32]);

    /// <summary>A store in a directory, with its key in a file beside it that only its owner can read; both made on first use.</summary>
    /// <param name="identifierKey">The key of identifiers where it is given by reference; null makes or reads the key file.</param>
    public static StoreOptions InDirectory(string directory, string organisation, string? identifierKey = null)
    {
        MakePrivate(directory);
        return new StoreOptions
        {
            Path = System.IO.Path.Combine(directory, "hub.db"),
            Organisation = organisation,
            IdentifierKey = identifierKey ?? ReadOrMakeKey(System.IO.Path.Combine(directory, KeyFile), System.IO.Path.Combine(directory, "hub.db")),
        };
    }

    /// <summary>A PostgreSQL database. The key is given, never made: a second node that made its own would know every person as a second one.</summary>
    public static StoreOptions OnPostgres(string connectionString, string organisation, string identifierKey) => new()
    {
        Provider = StoreProvider.Postgres, ConnectionString = connectionString, Organisation = organisation, IdentifierKey = identifierKey,
    };

    /// <summary>The name of the key file in a data directory.</summary>
    internal const string KeyFile = "identifier.key";

    /// <summary>What <see cref="KeyFor"/> makes the seals of the audit trail with.</summary>
    internal const string AuditPurpose = "crt-hub audit trail";

    /// <summary>A key of its own for one purpose, the same on every node; from it nobody reckons back to the one of identifiers.</summary>
    internal byte[] KeyFor(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Convert.FromBase64String(IdentifierKey), 32, info: System.Text.Encoding.UTF8.GetBytes(purpose));

    /// <summary>Names no secret, so that it may be printed by accident.</summary>
    public override string ToString() => Provider == StoreProvider.Sqlite ? $"SQLite {Path}" : Provider.ToString();

    /// <summary>The store of a directory for verbs that only read it: nothing is made, and without its key what it knows about people cannot be read.</summary>
    public static StoreOptions ForReading(string directory)
    {
        var file = System.IO.Path.Combine(directory, KeyFile);
        return new StoreOptions
        {
            Path = System.IO.Path.Combine(directory, "hub.db"), Organisation = "READ", MakesKeys = false, HasKey = File.Exists(file), IdentifierKey = File.Exists(file) ? File.ReadAllText(file).Trim() : NoKey,
        };
    }

    /// <summary>The directory holds what is known of people: on systems with modes, its owner alone may enter it.</summary>
    private static void MakePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string ReadOrMakeKey(string path, string store)
    {
        if (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }

        if (File.Exists(store))
        {
            // A new key would leave every person in the store unfindable, and make each a second person at its next message.
            throw new InvalidOperationException($"{path} is missing but the store exists. Put the key back from its backup.");
        }

        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        using var writer = new StreamWriter(stream);
        writer.Write(key);
        writer.Flush();
        stream.Flush(flushToDisk: true);
        return key;
    }
}

/// <summary>The databases that the store stands on.</summary>
public enum StoreProvider
{
    /// <summary>A file: one hub on one machine.</summary>
    Sqlite = 0,

    /// <summary>A server: one or several hubs.</summary>
    Postgres = 1,
}
