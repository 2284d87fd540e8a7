using System.ComponentModel.DataAnnotations;
using System.Net;
using Hub.Proxy.Access.People;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy;

/// <summary>Settings of one hub: one deployment is one trust and one database. Section <c>Hub</c> of appsettings, or <c>Hub__...</c> in the environment.</summary>
public sealed class HubOptions
{
    public const string Section = "Hub";

    /// <summary>ODS code of the trust this hub works for; it stands on every row of the store.</summary>
    [Required, RegularExpression("^[A-Za-z0-9]{3,12}$")]
    public string Organisation { get; set; } = "RXN";

    /// <summary>Where the SQLite store and the hub's own keys live. Created when missing.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>The folder of partner files.</summary>
    [Required]
    public string PartnersDirectory { get; set; } = "partners";

    /// <summary>Whose overlays of partner files count: <c>overlays/ENVIRONMENT/</c> in that folder. None where it is left out.</summary>
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,31}$")]
    public string? Environment { get; set; }

    /// <summary>The folder of the trust's monitoring rules, signed by a pharmacist; none where it is left out.</summary>
    public string? RulesDirectory { get; set; }

    /// <summary>The file that says how the Personal Demographics Service is reached; left out, nobody is traced and everything about it reads "not checked".</summary>
    public string? PdsFile { get; set; }

    /// <summary>Where the truth is kept: SQLite in the data directory, or PostgreSQL.</summary>
    [Required, ValidateObjectMembers]
    public StoreSettings Store { get; set; } = new();

    /// <summary>What the doorbell rings over: memory, or RabbitMQ between several nodes.</summary>
    [Required]
    public BusSettings Bus { get; set; } = new();

    [Required, ValidateObjectMembers]
    public HttpListenerOptions Http { get; set; } = new();

    /// <summary>Who must sign in.</summary>
    [Required, ValidateObjectMembers]
    public AccessOptions Access { get; set; } = new();

    /// <summary>How people sign in; off until a provider is named.</summary>
    [Required, ValidateObjectMembers]
    public PeopleOptions People { get; set; } = new();

    [Required, ValidateObjectMembers]
    public MllpListenerOptions Mllp { get; set; } = new();

    [Required, ValidateObjectMembers]
    public ManagementListenerOptions Management { get; set; } = new();
}

/// <summary>Where machines that watch may ask for metrics and health, and for nothing else: neither holds a word about a patient.</summary>
public sealed class ManagementListenerOptions
{
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>0 takes a free port; left out, there is no such listener and the hub's own one answers, metrics to this machine only.</summary>
    public int? Port { get; set; }

    public IPAddress ParsedAddress => IPAddress.Parse(Address);
}

/// <summary>Sign-in of partners.</summary>
public sealed class AccessOptions
{
    /// <summary>True: nobody is believed by a name in a header. Beyond loopback it must be so.</summary>
    public bool Required { get; set; }

    /// <summary>Where partners reach this hub, such as <c>https://hub.trust.example</c>: the token endpoint below it is the audience of what they sign.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>What one partner may call in a minute, and one address that nobody has signed in from; more is answered 429.</summary>
    [Range(1, 1_000_000)]
    public int CallsPerMinute { get; set; } = 6000;
}

/// <summary>Where the hub listens for HTTP: JSON events, FHIR, health.</summary>
public sealed class HttpListenerOptions
{
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>0 takes a free port.</summary>
    public int Port { get; set; } = 8080;

    /// <summary>A PEM certificate with its key turns TLS on; it is read anew when the file changes. Beyond loopback there is no HTTP without it.</summary>
    public string? CertificatePath { get; set; }

    public string? CertificateKeyPath { get; set; }

    /// <summary>Connections at a time; one more is closed.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 2000;

    /// <summary>How long a request may take to say what it wants.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan HeadersWithin { get; set; } = TimeSpan.FromSeconds(15);

    public string Scheme => CertificatePath is null ? "http" : "https";

    public IPAddress ParsedAddress => IPAddress.Parse(Address);
}

/// <summary>Where the hub listens for HL7 v2 over MLLP.</summary>
public sealed class MllpListenerOptions
{
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>0 takes a free port.</summary>
    public int Port { get; set; } = 2575;

    /// <summary>Connections at a time; one more is refused.</summary>
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 256;

    /// <summary>A PEM certificate with its key turns TLS on.</summary>
    public string? CertificatePath { get; set; }

    public string? CertificateKeyPath { get; set; }

    /// <summary>Plain MLLP beyond loopback must be switched on by name: whoever can reach the port can read what passes.</summary>
    public bool AllowPlainBeyondLoopback { get; set; }

    public IPAddress ParsedAddress => IPAddress.Parse(Address);
}
