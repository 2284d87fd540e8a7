using System.Text.Json;
using Hub.Proxy.Handovers.Senders;
using Hub.Proxy.Store;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Handovers;

/// <summary>Following handovers, in the composition root.</summary>
internal static class HandoverRegistration
{
    public static IServiceCollection AddHandovers(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<HubOptions>, HandoverRulesValidator>()
        .AddSingleton(provider => HandoverRules.Open(provider.GetRequiredService<IOptions<HubOptions>>().Value.RulesDirectory))
        .AddSingleton(provider => Rota.Open(provider.GetRequiredService<IOptions<HubOptions>>().Value.RulesDirectory))
        .AddSingleton<Ladder>()
        .AddSingleton<ObligationPlanner>()
        .AddSingleton<ObligationDesk>()
        .AddSingleton(provider => new HandoverBook(() => StoreStart.Context(provider.GetRequiredService<StoreOptions>()), provider.GetRequiredService<HandoverRules>()))
        .AddSingleton(provider => new SenderBook(() => StoreStart.Context(provider.GetRequiredService<StoreOptions>()), provider.GetRequiredService<HandoverBook>(), provider.GetRequiredService<TimeProvider>()))
        .AddHostedService<ObligationSweeper>();
}

/// <summary>Stops the process over a rule file that is not right: clocks that nobody meant are worse than none.</summary>
internal sealed class HandoverRulesValidator : IValidateOptions<HubOptions>
{
    public ValidateOptionsResult Validate(string? name, HubOptions options)
    {
        try
        {
            HandoverRules.Open(options.RulesDirectory);
            return ValidateOptionsResult.Success;
        }
        catch (JsonException fault)
        {
            return ValidateOptionsResult.Fail($"Hub:RulesDirectory: {fault.Message}");
        }
    }
}
