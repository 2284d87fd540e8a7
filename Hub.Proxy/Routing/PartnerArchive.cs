using System.Security.Cryptography;
using System.Text;

namespace Hub.Proxy.Routing;

/// <summary>
/// Keeps every version of a partner file that ever ran, by the hash that its messages carry: what a message was made by can be read years later, with or
/// without a version control system. References stay references, so that no secret is kept.
/// </summary>
internal sealed class PartnerArchive(string folder)
{
    /// <summary>Writes down what runs now, where it is not yet.</summary>
    public void Keep(PartnerFiles partners)
    {
        foreach (var partner in partners.All)
        {
            if (partners.WrittenOf(partner.Id) is { } written)
            {
                TryKeep(partner.Id, partner.Hash, written);
            }
        }
    }

    /// <summary>Writes a version down once. A disk that does not take it costs the archive, never the partner.</summary>
    public bool TryKeep(string partnerId, string hash, string written)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var path = PathOf(partnerId, hash);
            if (!File.Exists(path))
            {
                var temporary = $"{path}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(written)))[..8]}.tmp";
                File.WriteAllText(temporary, written);
                File.Move(temporary, path, overwrite: true);
            }

            return true;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The version whose hash begins so; null where none does, or more than one.</summary>
    public (string Hash, string Written)? Find(string partnerId, string hash)
    {
        if (hash.Length < 6 || !hash.All(char.IsAsciiHexDigit) || !Directory.Exists(folder))
        {
            return null;
        }

        var found = Directory.GetFiles(folder, $"{partnerId}.{hash.ToLowerInvariant()}*.json");
        return found is [var one] ? (Path.GetFileNameWithoutExtension(one)[(partnerId.Length + 1)..], File.ReadAllText(one)) : null;
    }

    private string PathOf(string partnerId, string hash) => Path.Combine(folder, $"{partnerId}.{hash}.json");
}
