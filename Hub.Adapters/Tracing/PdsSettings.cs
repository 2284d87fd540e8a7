using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Adapters.Recipients.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tracing;

/// <summary>How PDS is reached: a file of its own, with the same words as a partner's settings (<c>endpoint</c>, <c>timeout</c>, <c>auth</c>, certificates).</summary>
public sealed record PdsSettings
{
    /// <summary>The base above <c>/Patient</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>For one question and its answer: one to thirty seconds.</summary>
    public required TimeSpan Timeout { get; init; }

    public required HttpAccess Access { get; init; }

    /// <summary>Reads the file's JSON; what is wrong names the field.</summary>
    public static (PdsSettings? Settings, IReadOnlyList<PartnerProblem> Problems) Read(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var from = new PartnerSettings(document.RootElement.Clone(), "");
        var endpoint = from.RequiredEndpoint("endpoint", "https://host/personal-demographics/FHIR/R4");
        var timeout = from.Duration("timeout", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        var access = HttpAccess.Read(from, endpoint);
        var problems = from.Problems();
        return (problems.Count > 0 || endpoint is null ? null : new PdsSettings { Endpoint = endpoint, Timeout = timeout, Access = access }, problems);
    }
}

/// <summary>Makes PDS clients over the connections that every HTTP partner has.</summary>
public sealed class PdsClientFactory
{
    private readonly PartnerHttpFactory partners;
    private readonly TimeProvider time;

    internal PdsClientFactory(PartnerHttpFactory partners, TimeProvider time) => (this.partners, this.time) = (partners, time);

    /// <summary>No I/O. Dispose what you get.</summary>
    public PdsClient Open(PdsSettings settings) => new(settings, partners, time);
}

/// <summary>Puts the PDS client into a host.</summary>
public static class PdsRegistration
{
    public static IServiceCollection AddPds(this IServiceCollection services) => services
        .AddPartnerHttp()
        .AddSingleton(provider => new PdsClientFactory(provider.GetRequiredService<PartnerHttpFactory>(), provider.GetRequiredService<TimeProvider>()));
}
