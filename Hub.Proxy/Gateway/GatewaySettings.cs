using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Adapters.Recipients.Http;
using Hub.Fhir.Resources;

namespace Hub.Proxy.Gateway;

/// <summary>The <c>gateway</c> part of a partner file: that other partners may call this one's FHIR server through the hub, who may, and for what.</summary>
internal sealed partial record GatewaySettings
{
    private static readonly ConditionalWeakTable<PartnerFile, GatewaySettings> Known = [];

    /// <summary>Base of the partner's FHIR API. The only place that calls for this partner go to.</summary>
    public required Uri Address { get; init; }

    public required HttpAccess Access { get; init; }

    /// <summary>What callers may name the partner by in NHSD-Target-Identifier, as <c>system|value</c>; its ODS code counts without being listed.</summary>
    public required IReadOnlySet<string> Identifiers { get; init; }

    public required IReadOnlyList<GatewayRule> Allow { get; init; }

    /// <summary>The largest body of a request: 1 kB to 50 MB.</summary>
    public required int MaxBodyBytes { get; init; }

    /// <summary>From the call's arrival to the last byte of its answer: one second to two minutes.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How often each caller may call in any one minute.</summary>
    public required int CallsPerMinute { get; init; }

    /// <summary>What is asked for to see whether the partner is there, such as <c>metadata</c>; null for nothing.</summary>
    public string? HealthPath { get; init; }

    /// <summary>How often it is asked for: one second to ten minutes.</summary>
    public required TimeSpan HealthEvery { get; init; }

    /// <summary>The settings of a partner whose file was checked; null where it cannot be called.</summary>
    public static GatewaySettings? Of(PartnerFile partner) => partner.Gateway is null ? null : Known.GetValue(
        partner, file => Read(file).Settings ?? throw new InvalidOperationException($"Partner file '{file.Id}' was not checked"));

    public static (GatewaySettings? Settings, IReadOnlyList<PartnerProblem> Problems) Read(PartnerFile partner)
    {
        if (partner.Gateway is not { } section)
        {
            return (null, []);
        }

        var from = new PartnerSettings(section, "/gateway");
        var address = from.RequiredEndpoint("address", "https://host/fhir");
        var rules = from.Parts("allow").Select(GatewayRule.Read).ToList();
        if (rules.Count == 0)
        {
            from.Wrong("allow", "lets nobody call", "[ { \"callers\": [...], \"resources\": [...] } ]");
        }

        var health = from.Text("healthPath", 100);
        if (health is not null && !HealthPaths().IsMatch(health))
        {
            from.Wrong("healthPath", "is no plain path below the address", "metadata");
        }

        var settings = new GatewaySettings
        {
            Address = address ?? new Uri("https://unknown.invalid"),
            Access = HttpAccess.Read(from, address, "address"),
            Identifiers = from.Parts("identifiers").Select(i => $"{i.RequiredText("system")}|{i.RequiredText("value")}").Concat(OwnCode(partner)).ToHashSet(StringComparer.OrdinalIgnoreCase),
            Allow = rules,
            MaxBodyBytes = from.Number("maxBodyBytes", 1024 * 1024, 1024, 50 * 1024 * 1024),
            Timeout = from.Duration("timeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
            CallsPerMinute = from.Number("callsPerMinute", 120, 1, 60_000),
            HealthPath = health,
            HealthEvery = from.Duration("healthEvery", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        };
        var problems = from.Problems();
        return (problems.Count == 0 ? settings : null, problems);
    }

    public static IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => Read(partner).Problems;

    private static IEnumerable<string> OwnCode(PartnerFile partner) => partner.Organisation is { } own ? [$"{CodeSystems.OdsOrganization}|{own.Value}"] : [];

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*$", RegexOptions.ExplicitCapture)]
    private static partial Regex HealthPaths();
}

/// <summary>What some callers may do at one partner. What no rule allows is refused.</summary>
internal sealed partial record GatewayRule
{
    private static readonly string[] EveryMethod = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Ids of partner files.</summary>
    public required IReadOnlySet<string> Callers { get; init; }

    /// <summary>Resource types; <c>metadata</c> may always be read.</summary>
    public required IReadOnlySet<string> Resources { get; init; }

    public required IReadOnlySet<string> Methods { get; init; }

    /// <summary>Operations by name, such as <c>$process-message</c>. None where it is left out.</summary>
    public required IReadOnlySet<string> Operations { get; init; }

    /// <summary>True where a search may bring resources of other types with it: _include, _revinclude, _has, and a search whose parameters stand in its body.</summary>
    public required bool Includes { get; init; }

    public static GatewayRule Read(PartnerSettings from)
    {
        var callers = from.Texts("callers", CallerIds(), "ids of partner files");
        if (callers.Count == 0)
        {
            from.Wrong("callers", "names nobody", "ids of partner files");
        }

        var (resources, operations) = (from.Texts("resources", ResourceTypes(), "FHIR resource types such as Appointment"), from.Texts("operations", OperationNames(), "names such as $process-message"));
        if (resources.Count + operations.Count == 0)
        {
            from.Wrong("resources", "allows nothing", "FHIR resource types, or operations such as $process-message");
        }

        var methods = from.Texts("methods", Method(), string.Join(", ", EveryMethod));
        return new GatewayRule
        {
            Callers = callers.ToHashSet(StringComparer.Ordinal),
            Resources = resources.ToHashSet(StringComparer.Ordinal),
            Methods = (methods.Count == 0 ? ["GET"] : methods).ToHashSet(StringComparer.Ordinal),
            Operations = operations.ToHashSet(StringComparer.Ordinal),
            Includes = from.Flag("includes"),
        };
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex CallerIds();

    [GeneratedRegex("^[A-Z][A-Za-z]{1,60}$")]
    private static partial Regex ResourceTypes();

    [GeneratedRegex(@"^\$[a-z][A-Za-z0-9-]{1,60}$")]
    private static partial Regex OperationNames();

    [GeneratedRegex("^(GET|POST|PUT|PATCH|DELETE)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Method();
}
