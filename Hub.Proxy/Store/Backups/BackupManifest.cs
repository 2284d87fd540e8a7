using System.Security.Cryptography;
using System.Text.Json;

namespace Hub.Proxy.Store.Backups;

/// <summary>What a backup holds, with a hash of each file, so that one which was cut, changed or mixed with another is not taken for whole.</summary>
internal sealed record BackupManifest
{
    public const string FileName = "manifest.json";
    public const int CurrentFormat = 1;
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required int Format { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The hub that made it.</summary>
    public required string Version { get; init; }

    /// <summary>The newest migration of its store: an older hub cannot use it.</summary>
    public required string Schema { get; init; }

    /// <summary>Messages received, by which a person tells one backup from another.</summary>
    public required long Messages { get; init; }

    /// <summary>Always false: whoever has the folder can read about patients. The volume it lies on is to be encrypted.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>False where the key of identifiers was left out; then it must be given by reference after a restore.</summary>
    public required bool HoldsKey { get; init; }
    public required IReadOnlyList<BackupFile> Files { get; init; }

    public void Write(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Form));

    /// <exception cref="InvalidOperationException">There is none, or it cannot be read.</exception>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize<BackupManifest>(File.ReadAllText(path), Form) is { Format: CurrentFormat } read
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
