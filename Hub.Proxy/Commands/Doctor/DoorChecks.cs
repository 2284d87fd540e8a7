using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Proxy.Access.People;

namespace Hub.Proxy.Commands.Doctor;

/// <summary>Who can reach what, whether the ports are free, and how long certificates last.</summary>
internal static class DoorChecks
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    public static async Task<IReadOnlyList<Finding>> FindAsync(HubOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var running = await IsHubAsync(options, cancellationToken);
        List<Finding> found =
        [
            Port("http port", options.Http.ParsedAddress, options.Http.Port, running),
            Port("mllp port", options.Mllp.ParsedAddress, options.Mllp.Port, running),
            Http(options),
            Mllp(options.Mllp),
            .. People(options.People, options.Access.BaseUrl),
        ];
        if (options.Http.CertificatePath is { } http)
        {
            found.Add(Certificate("http certificate", http, time));
        }

        if (options.Mllp.CertificatePath is { } path)
        {
            found.Add(Certificate("mllp certificate", path, time));
        }

        return found;
    }

    /// <summary>Whether a PEM or DER certificate can be read, and for how long it is good.</summary>
    public static Finding Certificate(string check, string path, TimeProvider time)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
            var (now, until) = (time.GetUtcNow(), new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero));
            return until < now ? Finding.Bad(check, $"{path} expired on {until:yyyy-MM-dd}.", "Have it renewed and put the new one in its place.")
                : new DateTimeOffset(certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero) > now ? Finding.Bad(check, $"{path} is not valid yet.", "Check this machine's clock, or wait.")
                : until - now < Soon ? Finding.Warn(check, $"{path} expires on {until:yyyy-MM-dd}, in {(until - now).Days} day(s).", "Have it renewed now.")
                : Finding.Good(check, $"{path} is good until {until:yyyy-MM-dd}.");
        }
        catch (Exception ex) when (ex is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return Finding.Bad(check, $"{path} cannot be read as a certificate.", "Give the path of a PEM or DER certificate that the hub's user may read.");
        }
    }

    private static Finding Http(HubOptions options)
    {
        var console = options.People.IsOn ? "The console, handovers and reports are for people who sign in, from this machine too." : Operator;
        var who = options.Access.Required ? "Each partner signs in." : "A partner whose file has no access part is believed by its name in a header.";
        return IPAddress.IsLoopback(options.Http.ParsedAddress)
            ? Finding.Good("http is open to", $"programs on this machine only. {who} {console}")
            : Finding.Good("http is open to", $"partners that can reach {options.Http.Address}:{options.Http.Port}, over TLS. {who} {console}");
    }

    private const string Operator = "The console, handovers, reports and partners' files are for this machine only, where nobody signs in: whoever can start a program here can read and do all of it.";

    /// <summary>Who signs in where, and what each role that somebody can have may see.</summary>
    private static IEnumerable<Finding> People(PeopleOptions people, string? address)
    {
        if (!people.IsOn)
        {
            yield break;
        }

        if (people.FirstAdministrator)
        {
            yield return Finding.Warn("first administrator", "One account of the hub's own is let in by a password, as administrator and nothing else (hub people first-administrator).", "Take Hub:People:FirstAdministrator out as soon as the provider works.");
        }

        if (people.Authority is null)
        {
            yield break;
        }

        yield return Finding.Good("people sign in", $"at {people.Authority}, at {address ?? "this machine"}. {(people.Acr.Count > 0 ? $"As surely as {string.Join(" or ", people.Acr)}." : "How surely is the provider's matter: Hub:People:Acr would ask for more.")} A session ends after {people.Idle.TotalMinutes:0} minutes without anybody, and after {people.Longest.TotalHours:0.#} hours.");
        foreach (var role in people.Roles.Select(r => r.Role).OfType<PersonRole>().Distinct().Order())
        {
            yield return Finding.Good($"role {role.ToString().ToLowerInvariant()}", PersonRoles.InWords(role));
        }

        if ((people.ClientSecret ?? people.ClientKey) is { } proof && !proof.TryRead(out _, out var why))
        {
            yield return Finding.Bad("people sign in", $"The hub cannot prove itself to the provider: {why}.", "Put the secret there, readable for the hub's user.");
        }

        if (people.Roles.Any(r => r.Role == PersonRole.Clinician) && people.Teams.Count == 0)
        {
            yield return Finding.Warn("people sign in", "Hub:People:Teams is empty: clinicians have no team, and see nobody but by break-glass.", "Say which value of the team claim is which team.");
        }
    }

    private static Finding Mllp(MllpListenerOptions mllp) => (IPAddress.IsLoopback(mllp.ParsedAddress), mllp.CertificatePath) switch
    {
        (true, _) => Finding.Good("mllp is open to", "programs on this machine only."),
        (false, not null) => Finding.Good("mllp is open to", $"whoever can reach {mllp.Address}:{mllp.Port}, over TLS. A source whose file has access (addresses, certificates) is taken from there only; of any other, MSH-3 and MSH-4 decide, which anybody can write: let the firewall admit known senders only."),
        _ => Finding.Warn("mllp is open to", $"whoever can reach {mllp.Address}:{mllp.Port}, unencrypted, as Hub:Mllp:AllowPlainBeyondLoopback says.", "Set Hub:Mllp:CertificatePath, or keep the port inside a network that nobody else is in."),
    };

    private static Finding Port(string check, IPAddress address, int port, bool hubRuns)
    {
        if (port == 0)
        {
            return Finding.Good(check, "any free port is taken.");
        }

        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return Finding.Good(check, $"{address}:{port} is free.");
        }
        catch (SocketException taken)
        {
            return taken.SocketErrorCode == SocketError.AddressAlreadyInUse && hubRuns
                ? Finding.Good(check, $"{address}:{port} is in use, and a hub answers: it is running.")
                : Finding.Bad(check, $"{address}:{port} cannot be bound ({taken.SocketErrorCode}).", "Stop what holds the port, set another one, or name an address of this machine.");
        }
    }

    private static async Task<bool> IsHubAsync(HubOptions options, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = await http.GetAsync(new UriBuilder(options.Http.Scheme, options.Http.ParsedAddress.ToString(), options.Http.Port, "/health/live").Uri, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception ex) when (ex is HttpRequestException or OperationCanceledException or UriFormatException)
        {
            return false;
        }
    }
}
