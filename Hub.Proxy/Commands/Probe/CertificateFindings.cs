using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Proxy.Commands.Probe;

/// <summary>Judges a partner's certificate: its days, its names, who signed it.</summary>
internal static class CertificateFindings
{
    private const string Step = "certificate";
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    public static void Judge(
        X509Certificate2 certificate, IReadOnlyList<X509Certificate2> chain, X509ChainStatusFlags status, SslPolicyErrors errors, ProbeTarget target, DateTimeOffset now, List<Finding> findings)
    {
        findings.Add(Days(certificate, now));
        foreach (var above in chain.Skip(1).Where(c => now > c.NotAfter.ToUniversalTime()))
        {
            findings.Add(Finding.Bad(Step, $"A certificate above the partner's expired on {Day(above.NotAfter)} ({Name(above.Subject)}).", Owners.Partner, "Send a chain whose authorities are in force."));
        }

        findings.Add(Names(certificate, errors, target));
        findings.Add(Authority(certificate, status, target));
    }

    private static Finding Days(X509Certificate2 certificate, DateTimeOffset now)
    {
        var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        return now > to ? Finding.Bad(Step, $"The certificate expired on {Day(to)}.", Owners.Partner, "Renew it; nothing goes through until then.")
            : now < from ? Finding.Bad(Step, $"The certificate is not valid before {Day(from)}.", Owners.Partner, "Put the certificate in that is valid now; or check this machine's clock.")
            : to - now < Soon ? Finding.Warning(Step, $"The certificate expires on {Day(to)}.", Owners.Partner, "Renew it before then.")
            : Finding.Good(Step, $"The certificate is valid until {Day(to)}.");
    }

    private static Finding Names(X509Certificate2 certificate, SslPolicyErrors errors, ProbeTarget target)
    {
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return Finding.Good(Step, $"It carries the name {target.ServerName}.");
        }

        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(n => n.EnumerateDnsNames().Concat(n.EnumerateIPAddresses().Select(a => a.ToString()))).Take(5).ToList();
        return Finding.Bad(
            Step, $"The certificate is for {(names.Count == 0 ? "no name at all" : string.Join(", ", names))}, and not for {target.ServerName}.", Owners.Partner,
            $"Put a certificate in that names {target.ServerName}; or, if the hub should call it by another name, whoever runs the hub corrects the partner file.");
    }

    private static Finding Authority(X509Certificate2 certificate, X509ChainStatusFlags status, ProbeTarget target)
    {
        var judge = target.Trust.TrustedCertificateFile is null ? "this machine" : "trustedCertificateFile";
        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) == 0)
        {
            return (status & ~(X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation)) is var other and not X509ChainStatusFlags.NoError
                ? Finding.Bad(Step, $"The chain of certificates is not right ({other}).", Owners.Partner, "Have the certificate issued anew by the authority.")
                : Finding.Good(Step, $"It is signed by {Name(certificate.Issuer)}, which {judge} trusts.");
        }

        return certificate.Subject == certificate.Issuer
            ? Finding.Bad(Step, $"The certificate is signed by itself, and {judge} does not trust it.", Owners.Hub, "Compare its fingerprint with the partner by phone, then name it as trustedCertificateFile in the partner file; or the partner gets one from an authority.")
            : Finding.Bad(
                Step, $"It is signed by {Name(certificate.Issuer)}, which {judge} does not trust, or the partner does not send the certificates in between.", Owners.Hub,
                "Get the authority's certificate from the partner and name it as trustedCertificateFile in the partner file; if it is a public authority, the partner sends the whole chain.");
    }

    private static string Day(DateTime at) => at.ToUniversalTime().ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>The common name, or the whole where it has none; without what a terminal would obey.</summary>
    private static string Name(string distinguished)
    {
        var common = distinguished.Split(',', StringSplitOptions.TrimEntries).FirstOrDefault(p => p.StartsWith("CN=", StringComparison.OrdinalIgnoreCase))?[3..] ?? distinguished;
        return new string([.. common.Where(c => !char.IsControl(c)).Take(100)]);
    }
}
