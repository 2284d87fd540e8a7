using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>
/// Writes the Authorization header of the MESH API: <c>NHSMESH mailbox:nonce:count:time:hash</c>, the hash an HMAC-SHA256 in lower-case hex. No header is
/// written twice: the count rises with each use of a nonce, and a nonce that has been counted out is replaced.
/// </summary>
public sealed class MeshAuthorization(TimeProvider time, Func<Guid> newNonce)
{
    public const string Scheme = "NHSMESH";

    /// <summary>The count is written in three digits.</summary>
    public const int MostUses = 999;

    private readonly Lock gate = new();
    private Guid nonce;
    private int uses = MostUses;

    /// <summary>The header's value without its scheme, for one request.</summary>
    public string Next(string mailbox, MeshSecrets secrets)
    {
        var (mine, count) = Take();
        return Sign(mailbox, mine.ToString("D"), count, secrets, time.GetUtcNow());
    }

    /// <summary>Pure: the same parts give the same header.</summary>
    public static string Sign(string mailbox, string nonce, int count, MeshSecrets secrets, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var counted = count.ToString("D3", CultureInfo.InvariantCulture);
        var stamp = at.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);
        var signed = $"{mailbox}:{nonce}:{counted}:{secrets.Password}:{stamp}";
        var hash = HMACSHA256.HashData(Encoding.ASCII.GetBytes(secrets.SharedKey), Encoding.ASCII.GetBytes(signed));
        return $"{mailbox}:{nonce}:{counted}:{stamp}:{Convert.ToHexStringLower(hash)}";
    }

    private (Guid Nonce, int Count) Take()
    {
        lock (gate)
        {
            if (uses >= MostUses)
            {
                (nonce, uses) = (newNonce(), 0);
            }

            return (nonce, ++uses);
        }
    }
}
