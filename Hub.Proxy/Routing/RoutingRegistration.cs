using Hub.Adapters.Contract;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Routing;

/// <summary>Step 3 in the composition root: the partners as their files say.</summary>
internal static class RoutingRegistration
{
    public static IServiceCollection AddPartners(this IServiceCollection services) => services
        .AddSingleton(provider => new PartnerFiles(
            provider.GetRequiredService<IOptions<HubOptions>>().Value.PartnersDirectory,
            provider.GetServices<IPartnerSettingsCheck>().Concat(provider.GetServices<IRecipientProtocol>())))
        .AddSingleton<IPartnerDirectory>(provider => provider.GetRequiredService<PartnerFiles>());
}
