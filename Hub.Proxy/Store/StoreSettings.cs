using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Hub.Proxy.Store.AtRest;
using Npgsql;

namespace Hub.Proxy.Store;

/// <summary>Where the truth is kept. Section <c>Hub:Store</c>; secrets are named by reference and never stand in it.</summary>
public sealed class StoreSettings
{
    /// <summary>sqlite: a file in the data directory, for one hub. postgres: a server, for one or several.</summary>
    public StoreProvider Provider { get; set; } = StoreProvider.Sqlite;

    /// <summary>PostgreSQL's connection string: <c>Hub:Store:Connection:FromEnv</c> or <c>...:FromFile</c>.</summary>
    public SecretRef? Connection { get; set; }

    /// <summary>At least 32 bytes in base64, the same on every node. On SQLite it may be left out: a key file is then made beside the store.</summary>
    public SecretRef? IdentifierKey { get; set; }

    /// <summary>Names the key on each row.</summary>
    [Required]
    public string IdentifierKeyId { get; set; } = "k1";

    /// <summary>
    /// At least 32 bytes in base64, the same on every node: wraps the keys under which contents are kept. Left out, a key derived from the key of identifiers does.
    /// Set or changed, `hub keys rotate` wraps them anew.
    /// </summary>
    public SecretRef? ContentKey { get; set; }

    /// <summary>What stood in <see cref="ContentKey"/> before, while the keys are still wrapped by it.</summary>
    public SecretRef? EarlierContentKey { get; set; }

    /// <summary>Everything that is wrong, each with the setting's name; never a secret.</summary>
    public IEnumerable<string> Problems()
    {
        string? why;
        foreach (var (name, secret) in new[] { (nameof(IdentifierKey), IdentifierKey), (nameof(ContentKey), ContentKey), (nameof(EarlierContentKey), EarlierContentKey) })
        {
            if (secret is not null && Key(secret, out why) is null)
            {
                yield return $"Hub:Store:{name}: {why}.";
            }
        }

        if (Provider != StoreProvider.Postgres)
        {
            yield break;
        }

        if (ConnectionString(out why) is null)
        {
            yield return $"Hub:Store:Connection: {why}.";
        }

        if (IdentifierKey is null)
        {
            yield return "Hub:Store:IdentifierKey: name the key of identifiers by reference (FromEnv or FromFile). It is not made here: a node with a key "
                + "of its own would take every person for somebody new. `openssl rand -base64 32` makes one; give it to every node and keep a copy apart from the database.";
        }
    }

    /// <summary>The store that these settings and the hub's data directory name.</summary>
    /// <exception cref="InvalidOperationException">A secret is not where its reference says.</exception>
    public StoreOptions ToOptions(string dataDirectory, string organisation)
    {
        var key = IdentifierKey is null ? null : Key(IdentifierKey, out var why) ?? throw new InvalidOperationException($"Hub:Store:IdentifierKey: {why}.");
        if (Provider == StoreProvider.Sqlite)
        {
            return Wrapped(StoreOptions.InDirectory(dataDirectory, organisation, key));
        }

        return Wrapped(StoreOptions.OnPostgres(ReadConnection(), organisation, key ?? throw new InvalidOperationException("Hub:Store:IdentifierKey is missing.")));
    }

    /// <summary>The store for verbs that only read, or decide about rows by their ids. Where its key is not at hand, nothing that is known about people can be read.</summary>
    public StoreOptions ForReading(string dataDirectory)
    {
        var key = IdentifierKey is null ? null : Key(IdentifierKey, out _);
        var options = Provider == StoreProvider.Sqlite ? StoreOptions.ForReading(dataDirectory) : StoreOptions.OnPostgres(ReadConnection(), "READ", StoreOptions.NoKey) with { MakesKeys = false, HasKey = false };
        return Wrapped(key is null ? options : options with { IdentifierKey = key, HasKey = true });
    }

    /// <summary>As <see cref="ForReading"/>, with the key of identifiers as it is kept: for verbs that look somebody up. It is never made here.</summary>
    /// <exception cref="InvalidOperationException">The key is not where it should be.</exception>
    public StoreOptions ForSearching(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, StoreOptions.KeyFile);
        var key = IdentifierKey is not null ? Key(IdentifierKey, out var why) ?? throw new InvalidOperationException($"Hub:Store:IdentifierKey: {why}.")
            : Provider == StoreProvider.Sqlite && File.Exists(file) ? File.ReadAllText(file).Trim()
            : throw new InvalidOperationException("Without the key of identifiers nobody can be looked up and nothing can be written to the audit trail: name it (Hub:Store:IdentifierKey), or read where identifier.key lies.");
        return ForReading(dataDirectory) with { IdentifierKey = key, HasKey = true };
    }

    private string ReadConnection() => ConnectionString(out var why) ?? throw new InvalidOperationException($"Hub:Store:Connection: {why}.");

    private string? ConnectionString(out string? why)
    {
        why = "name PostgreSQL's connection string by reference (FromEnv or FromFile)";
        if (Connection is null || !Connection.TryRead(out var text, out why))
        {
            return null;
        }

        try
        {
            why = string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host) ? $"{Connection} names no Host" : null;
        }
        catch (Exception ex) when (ex is ArgumentException or FormatException)
        {
            why = $"{Connection} is not a connection string such as Host=...;Database=...;Username=...;Password=..."; // and the text itself is a secret
        }

        return why is null ? text : null;
    }

    private StoreOptions Wrapped(StoreOptions options) => options with
    {
        IdentifierKeyId = IdentifierKeyId, KeyWrapper = Wrapper(nameof(ContentKey), ContentKey), EarlierKeyWrapper = Wrapper(nameof(EarlierContentKey), EarlierContentKey),
    };

    private static LocalKeyWrapper? Wrapper(string name, SecretRef? secret) => secret is null ? null
        : new LocalKeyWrapper("content-key", SHA256.HashData(Convert.FromBase64String(Key(secret, out var why) ?? throw new InvalidOperationException($"Hub:Store:{name}: {why}."))));

    private static string? Key(SecretRef secret, out string? why)
    {
        if (!secret.TryRead(out var text, out why))
        {
            return null;
        }

        why = Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length >= 32 ? null : $"{secret} is not 32 bytes or more in base64";
        return why is null ? text : null;
    }
}
