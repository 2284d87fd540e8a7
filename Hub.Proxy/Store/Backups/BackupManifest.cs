using System.Security.Cryptography;
using System.Text.Json;

namespace Hub.Proxy.Store.Backups;

/// <summary>What a backup holds, with a hash of each file, so that one which was cut, changed or mixed with another is not taken for whole.</summary>
internal sealed record BackupManifest
{
    public const string FileName = "manifest.json";
    public const int CurrentFormat = 2;

    /// <summary>Before contents were encrypted.</summary>
    private const int FirstFormat = 1;
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required int Format { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The hub that made it.</summary>
    public required string Version { get; init; }

    /// <summary>The newest migration of its store: an older hub cannot use it.</summary>
    public required string Schema { get; init; }

    /// <summary>Messages received, by which a person tells one backup from another.</summary>
    public required long Messages { get; init; }

    /// <summary>True where nothing that is known about people stands in it in clear.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>The keys under which its contents lie, as <c>hub keys list</c> names them.</summary>
    public IReadOnlyList<string> ContentKeys { get; init; } = [];

    /// <summary>The keys that open those; without them the copy cannot be read. They are names, no secrets.</summary>
    public IReadOnlyList<string> WrappedBy { get; init; } = [];

    /// <summary>True where the key file was asked for: then whoever has the folder can read about patients.</summary>
    public required bool HoldsKey { get; init; }
    public required IReadOnlyList<BackupFile> Files { get; init; }

    public void Write(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Form));

    /// <exception cref="InvalidOperationException">There is none, or it cannot be read.</exception>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize<BackupManifest>(File.ReadAllText(path), Form) is { Format: FirstFormat or CurrentFormat } read
                ? read
                : throw new InvalidOperationException($"{folder} holds no backup of a form that this version knows: {FileName} is missing or another.");
        }
        catch (JsonException fault)
        {
            throw new InvalidOperationException($"{path} cannot be read: it was cut or changed.", fault);
        }
    }

    public static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

/// <summary>One file of a backup; its path is relative, with forward slashes.</summary>
internal sealed record BackupFile(string Path, long Bytes, string Sha256);
