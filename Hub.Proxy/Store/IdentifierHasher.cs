using System.Security.Cryptography;
using System.Text;
using Hub.Fhir.Events;

namespace Hub.Proxy.Store;

/// <summary>
/// Makes identifiers findable and unreadable: HMAC-SHA256 of system and value under the store's key. Without the key, ten-digit numbers
/// could be found from plain hashes by trying them all.
/// </summary>
internal sealed class IdentifierHasher(StoreOptions options)
{
    private const string VerifiedNhsNumber = "nhs-number";

    // A number that nobody traced may be somebody else's: it is another claim, found beside the verified one but never the same row.
    private const string UnverifiedNhsNumber = "nhs-number-unverified";

    private readonly byte[] key = Convert.FromBase64String(options.IdentifierKey);

    public string KeyId => options.IdentifierKeyId;

    /// <summary>What the person is stored under.</summary>
    public IReadOnlyList<byte[]> ToStore(PatientRef patient)
    {
        var hashes = patient.LocalIds.Select(LocalHash).ToList();
        if (patient.NhsNumber is { } number)
        {
            hashes.Add(Hash(patient.NhsNumberStatus == NhsNumberStatus.Verified ? VerifiedNhsNumber : UnverifiedNhsNumber, number.Value));
        }

        return hashes;
    }

    /// <summary>What the person may be known under.</summary>
    public IReadOnlyList<byte[]> ToFind(PatientRef patient)
    {
        var hashes = patient.LocalIds.Select(LocalHash).ToList();
        if (patient.NhsNumber is { } number)
        {
            hashes.Add(Hash(VerifiedNhsNumber, number.Value));
            hashes.Add(Hash(UnverifiedNhsNumber, number.Value));
        }

        return hashes;
    }

    // A local id means something only with the system that assigned it.
    private byte[] LocalHash(LocalIdentifier id) => Hash("local|" + id.AssigningSystem, id.Value);

    private byte[] Hash(string system, string value) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(system + "\0" + value));
}
