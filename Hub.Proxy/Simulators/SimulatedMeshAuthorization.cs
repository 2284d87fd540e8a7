using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Proxy.Simulators;

/// <summary>Checks the Authorization header of MESH as its server does: by its own reckoning, and no header twice.</summary>
internal sealed class SimulatedMeshAuthorization(string password, string sharedKey, TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(2);
    private readonly ConcurrentDictionary<string, byte> used = new(StringComparer.Ordinal);

    /// <summary>What is wrong; null where the header is this mailbox's.</summary>
    public string? Refuse(string? header, string mailbox)
    {
        if (header is null || !header.StartsWith("NHSMESH ", StringComparison.Ordinal) || header["NHSMESH ".Length..].Split(':') is not [var named, var nonce, var count, var stamp, var hash])
        {
            return "Error reading from Authorization header";
        }

        if (named != mailbox)
        {
            return "Mailbox id does not match token";
        }

        var key = Encoding.UTF8.GetBytes(sharedKey);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in (string[])[named, ":", nonce, ":", count, ":", password, ":", stamp])
        {
            hmac.AppendData(Encoding.UTF8.GetBytes(part));
        }

        if (Convert.ToHexStringLower(hmac.GetHashAndReset()) != hash || !count.All(char.IsAsciiDigit) || count.Length == 0)
        {
            return "Invalid Authentication Token";
        }

        if (!DateTime.TryParseExact(stamp, "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            || (time.GetUtcNow().UtcDateTime - at).Duration() > Tolerance)
        {
            return "Invalid Authentication Token";
        }

        return used.TryAdd($"{nonce}:{count}", 0) ? null : "Error Duplicated Authentication Token";
    }
}
