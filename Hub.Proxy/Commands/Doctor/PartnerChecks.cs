using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Proxy.Commands.Samples;
using Hub.Proxy.Routing;

namespace Hub.Proxy.Commands.Doctor;

/// <summary>Partner files, the secrets and certificates that they name, and whether anything tests them.</summary>
internal static class PartnerChecks
{
    public static IReadOnlyList<Finding> Find(PartnerFiles files, string folder, TimeProvider time)
    {
        List<Finding> found = [Files(files), Both(files), Tested(files, folder)];
        foreach (var partner in files.All)
        {
            Walk(partner.Settings, $"partner {partner.Id}", "/settings", time, found);
        }

        return found;
    }

    private static Finding Files(PartnerFiles files) => files.Problems is [var first, ..]
        ? Finding.Bad("partner files", $"{files.Problems.Count} problem(s); the first: {first.File}{(first.Line is { } line ? $", line {line}" : "")}, {first.Field}: {first.Text} {first.Expected}", "hub partner validate names them all.")
        : Finding.Good("partner files", $"{files.All.Count} right, each bound and tried.");

    private static Finding Both(PartnerFiles files)
    {
        var (sources, recipients) = (files.All.Count(p => p.Role == PartnerRole.Source), files.All.Count(p => p.Role == PartnerRole.Recipient));
        return sources > 0 && recipients > 0 ? Finding.Good("who takes part", $"{sources} source(s), {recipients} recipient(s).")
            : Finding.Warn("who takes part", $"{sources} source(s), {recipients} recipient(s).", sources == 0 ? "Nobody's messages would be taken: hub partner new --role source." : "Nobody would be told: hub partner new --role recipient.");
    }

    private static Finding Tested(PartnerFiles files, string folder)
    {
        var without = files.All.Where(p => SampleCase.Find(new DirectoryInfo(folder), p.Id).Count == 0).Select(p => p.Id).ToList();
        return without.Count == 0 ? Finding.Good("golden samples", "every partner has at least one: hub partner test runs them.")
            : Finding.Warn("golden samples", $"none for {string.Join(", ", without)}.", $"Put messages in {SampleCase.FolderName}/PARTNER/CASE/ and run hub partner test.");
    }

    // Every reference to a secret is tried, and every file that a setting names.
    private static void Walk(JsonElement value, string check, string at, TimeProvider time, List<Finding> found)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            var place = $"{at}/{member.Name}";
            if (member.Value.ValueKind == JsonValueKind.Object && Reference(member.Value) is { } secret)
            {
                found.Add(secret.TryRead(out _, out var why)
                    ? Finding.Good(check, $"the secret of {place} is there ({secret}).")
                    : Finding.Bad(check, $"the secret of {place} is not there: {why}.", "Set the variable, or put the file there, where the hub runs."));
            }
            else if (member.Value.ValueKind == JsonValueKind.String && IsCertificate(member.Name))
            {
                found.Add(DoorChecks.Certificate(check, member.Value.GetString()!, time));
            }
            else
            {
                Walk(member.Value, check, place, time, found);
            }
        }
    }

    private static SecretRef? Reference(JsonElement value) =>
        value.TryGetProperty("fromEnv", out var name) && name.ValueKind == JsonValueKind.String ? new SecretRef { FromEnv = name.GetString() }
        : value.TryGetProperty("fromFile", out var path) && path.ValueKind == JsonValueKind.String ? new SecretRef { FromFile = path.GetString() }
        : null;

    private static bool IsCertificate(string name) => name.EndsWith("CertificateFile", StringComparison.OrdinalIgnoreCase);
}
