using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Proxy.Access;

/// <summary>Whether the <c>access</c> of a partner file can be used, and its keys.</summary>
internal static class AccessCheck
{
    private const int LeastRsaBytes = 256;
    private static readonly string[] Private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    public static IReadOnlyList<PartnerProblem> Find(PartnerFile partner)
    {
        if (partner.Access is not { } access)
        {
            return [];
        }

        var problems = new List<PartnerProblem>();
        var bySender = partner.Protocol == Hl7v2SourceSettingsReader.Protocol; // who sends over MLLP may be known by its address alone
        if (access.Keys.Count == 0 && access.Certificates.Count == 0 && !(bySender && access.Addresses.Count > 0))
        {
            problems.Add(new("/access", "It names neither a key nor a certificate: this partner could never sign in.", "Add keys (hub partner key FILE makes one), or certificates, or take access out."));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < access.Keys.Count; i++)
        {
            var (kid, wrong) = Judge(access.Keys[i]);
            if (wrong is not null)
            {
                problems.Add(wrong with { Field = $"/access/keys/{i}{wrong.Field}" });
            }
            else if (!names.Add(kid!))
            {
                problems.Add(new($"/access/keys/{i}/kid", "Two keys have the same kid.", "Give each a kid of its own."));
            }
        }

        problems.AddRange(access.Certificates.Select((c, i) => (c, i)).Where(one => AccessSettings.Thumbprint(one.c) is null)
            .Select(one => new PartnerProblem($"/access/certificates/{one.i}", "This is no SHA-256 thumbprint.", "64 hexadecimal digits, as `openssl x509 -noout -fingerprint -sha256` prints them.")));
        problems.AddRange(access.Addresses.Select((a, i) => (a, i)).Where(one => AccessSettings.Network(one.a) is null)
            .Select(one => new PartnerProblem($"/access/addresses/{one.i}", "This is no address and no network.", "An address such as 10.1.2.3, or a network such as 10.1.2.0/24 whose host bits are zero.")));
        problems.AddRange(access.Scopes.Select((s, i) => (s, i)).Where(one => !AccessScopes.IsKnown(one.s))
            .Select(one => new PartnerProblem($"/access/scopes/{one.i}", "The hub knows no such scope.", $"One of {string.Join(", ", AccessScopes.All)}.")));
        return problems;
    }

    /// <summary>The key of a name, to check signatures with; null where the file has none.</summary>
    public static JsonWebKey? Key(PartnerFile partner, string? kid) =>
        kid is not null && partner.Access?.Keys.FirstOrDefault(k => Text(k, "kid") == kid) is { ValueKind: JsonValueKind.Object } found
            ? new JsonWebKey(found.GetRawText()) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } } : null;

    private static (string? Kid, PartnerProblem? Wrong) Judge(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object)
        {
            return (null, new("", "A key is no JSON object.", "A public JWK, as hub partner key FILE prints it."));
        }

        if (Private.FirstOrDefault(name => key.TryGetProperty(name, out _)) is { } secret)
        {
            return (null, new("/" + secret, "This is part of a private key. Whoever has read this file has it: make a new pair.", "The public key only."));
        }

        if (Text(key, "kid") is not { Length: > 0 and <= 100 } kid)
        {
            return (null, new("/kid", "The key has no name.", "A kid, which the partner writes into the head of what it signs."));
        }

        if (Text(key, "alg") is { } alg && alg is not ("RS384" or "ES384"))
        {
            return (null, new("/alg", "The hub does not take this algorithm.", "RS384 or ES384, or leave alg out."));
        }

        return Text(key, "kty") switch
        {
            "RSA" when Bytes(key, "n") >= LeastRsaBytes && Bytes(key, "e") > 0 => (kid, null),
            "RSA" => (null, new("/n", "The RSA key is too short or cannot be read.", "2048 bits or more, in base64url.")),
            "EC" when Text(key, "crv") == "P-384" && Bytes(key, "x") == 48 && Bytes(key, "y") == 48 && IsOnCurve(key) => (kid, null),
            "EC" => (null, new("/crv", "The key is no point of the curve P-384.", "crv P-384 with x and y in base64url.")),
            _ => (null, new("/kty", "The hub does not take this kind of key.", "RSA or EC.")),
        };
    }

    private static bool IsOnCurve(JsonElement key)
    {
        try
        {
            using var curve = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP384, Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(Text(key, "x")), Y = Base64UrlEncoder.DecodeBytes(Text(key, "y")) } });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static int Bytes(JsonElement key, string name) =>
        Text(key, name) is { } text && Base64Url.IsValid(text, out var length) ? length : 0;

    private static string? Text(JsonElement key, string name) => key.ValueKind == JsonValueKind.Object && key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
