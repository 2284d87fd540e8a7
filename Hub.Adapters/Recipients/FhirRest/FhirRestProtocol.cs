using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>FHIR REST: a message's document, tasks and statements written on the recipient's own FHIR server, and nothing of what is the server's.</summary>
internal sealed class FhirRestProtocol(PartnerHttpFactory partners, PartnerBreakers breakers, TimeProvider time) : IRecipientProtocol
{
    public string Name => FhirRestAdapter.Protocol;

    public IReadOnlyList<OutcomeRow> Outcomes => FhirRestOutcomes.Rows;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => FhirRestSettings.Read(partner).Problems;

    public IRecipientAdapter Create(PartnerFile partner)
    {
        var settings = FhirRestSettings.Read(partner).Settings ?? throw new InvalidOperationException($"Partner file '{partner.Id}' was not checked");
        return new FhirRestAdapter(partners.CreateWithoutBreaker(settings.Access, settings.Outcomes), settings, DeliveryBreaker.For(breakers, partner.Id), time);
    }
}

internal static class FhirRestRegistration
{
    public static IServiceCollection AddFhirRest(this IServiceCollection services) =>
        services.AddPartnerHttp().AddSingleton<IRecipientProtocol, FhirRestProtocol>();
}
