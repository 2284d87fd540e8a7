using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner key FILE</c>: a public key in the form that a partner file's <c>access</c> takes.</summary>
internal static class PartnerKeyCommand
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The partner's public key in PEM; of a private key only the public half is printed." };
        var kid = new Option<string?>("--kid") { Description = "The key's name, which the partner writes into the head of what it signs; left out, the key's own thumbprint (RFC 7638)." };
        var command = new Command("key", "Print a partner's public key as a JWK, for keys under access in its file.") { file, kid };
        command.SetAction(parsed => Print(parsed.GetValue(file)!, parsed.GetValue(kid)));
        return command;
    }

    private static int Print(FileInfo file, string? kid)
    {
        if (!file.Exists)
        {
            return CliJson.Fault(false, $"There is no file {file.FullName}.");
        }

        if (Read(File.ReadAllText(file.FullName)) is not { } key)
        {
            return CliJson.Fault(false, $"{file.FullName} is no RSA key of 2048 bits or more and no key on the curve P-384, in PEM.");
        }

        var name = kid ?? Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        var shown = new Dictionary<string, string> { ["kty"] = key.Kty, ["kid"] = name };
        foreach (var (member, value) in (ReadOnlySpan<(string, string?)>)[("crv", key.Crv), ("x", key.X), ("y", key.Y), ("n", key.N), ("e", key.E)])
        {
            if (value is not null)
            {
                shown[member] = value;
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(shown, Readable));
        return HubCommand.Done;
    }

    private static JsonWebKey? Read(string pem)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.KeySize >= 2048 ? JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false))) : null;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            // Perhaps the other kind.
        }

        try
        {
            using var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            using var open = ECDsa.Create(curve.ExportParameters(includePrivateParameters: false));
            return curve.KeySize == 384 ? JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(open)) : null;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return null;
        }
    }
}
