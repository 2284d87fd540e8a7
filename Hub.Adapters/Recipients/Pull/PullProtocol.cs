using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Recipients.Pull;

/// <summary>The part of a partner file that a fetching recipient has.</summary>
internal sealed record PullSettings
{
    /// <summary>One second to two days.</summary>
    public required TimeSpan AlarmAfter { get; init; }

    public static (PullSettings? Settings, IReadOnlyList<PartnerProblem> Problems) Read(PartnerFile partner)
    {
        var from = new PartnerSettings(partner.Settings);
        var settings = new PullSettings { AlarmAfter = from.Duration("alarmAfter", TimeSpan.FromHours(4), TimeSpan.FromSeconds(1), TimeSpan.FromDays(2)) };
        IReadOnlyList<PartnerProblem> problems = [.. from.Problems(), .. OutcomeTable.Check(partner.Outcomes, FhirOutcomes.IsCode, FhirOutcomes.Expected)];
        return (problems.Count == 0 ? settings : null, problems);
    }
}

/// <summary>For a partner that cannot receive: <c>GET /fhir/Bundle</c>, then <c>POST /fhir/Bundle/{id}/$acknowledge</c>.</summary>
internal sealed class PullProtocol : IRecipientProtocol
{
    public string Name => PullAdapter.Protocol;

    public IReadOnlyList<OutcomeRow> Outcomes => FhirOutcomes.Rows;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => PullSettings.Read(partner).Problems;

    public IRecipientAdapter Create(PartnerFile partner) =>
        new PullAdapter(partner, PullSettings.Read(partner).Settings ?? throw new InvalidOperationException($"Partner file '{partner.Id}' was not checked"));
}

internal static class PullRegistration
{
    public static IServiceCollection AddPull(this IServiceCollection services) => services.AddSingleton<IRecipientProtocol, PullProtocol>();
}
