using Hub.Adapters.Contract;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>HL7 v2 over MLLP: MDM^T02 with the composed document, ADT and RDE where the partner agreed to them, never a message forwarded.</summary>
internal sealed class Hl7v2MllpProtocol(PartnerBreakers breakers, TimeProvider time) : IRecipientProtocol
{
    public string Name => Hl7v2MllpAdapter.Protocol;

    public IReadOnlyList<OutcomeRow> Outcomes => Hl7v2Outcomes.Rows;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => Hl7v2MllpSettings.Read(partner).Problems;

    public IRecipientAdapter Create(PartnerFile partner)
    {
        var settings = Hl7v2MllpSettings.Read(partner).Settings ?? throw new InvalidOperationException($"Partner file '{partner.Id}' was not checked");
        return new Hl7v2MllpAdapter(settings, DeliveryBreaker.For(breakers, partner.Id), time);
    }
}

internal static class Hl7v2MllpRegistration
{
    public static IServiceCollection AddHl7v2Mllp(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PartnerBreakers>();
        return services.AddSingleton<IRecipientProtocol, Hl7v2MllpProtocol>();
    }
}
