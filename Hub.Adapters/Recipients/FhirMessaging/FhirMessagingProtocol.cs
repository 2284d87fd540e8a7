using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>FHIR messaging: <c>POST .../$process-message</c>, answered by a message with MessageHeader.response.</summary>
internal sealed class FhirMessagingProtocol(PartnerHttpFactory partners, IOptions<FhirMessagingOptions> options) : IRecipientProtocol
{
    public string Name => FhirMessagingAdapter.Protocol;

    public IReadOnlyList<OutcomeRow> Outcomes => FhirOutcomes.Rows;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => FhirMessagingSettings.Read(partner).Problems;

    public IRecipientAdapter Create(PartnerFile partner)
    {
        var settings = FhirMessagingSettings.Read(partner).Settings ?? throw new InvalidOperationException($"Partner file '{partner.Id}' was not checked");
        return new FhirMessagingAdapter(partners.Create(partner, settings.Access, settings.Outcomes), settings, options.Value.AnswersAt);
    }
}

internal static class FhirMessagingRegistration
{
    public static IServiceCollection AddFhirMessaging(this IServiceCollection services)
    {
        services.AddOptions<FhirMessagingOptions>();
        return services.AddPartnerHttp().AddSingleton<IRecipientProtocol, FhirMessagingProtocol>().AddSingleton<IPostedAnswers, PostedResponses>()
            .AddSingleton(provider => new FhirResponseSender(provider.GetRequiredService<PartnerHttpFactory>()));
    }
}
