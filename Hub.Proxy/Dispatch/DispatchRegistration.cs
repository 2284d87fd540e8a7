using Hub.Adapters.Recipients;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Dispatch;

/// <summary>Step 7 in the composition root.</summary>
internal static class DispatchRegistration
{
    /// <summary>Needs an <c>IMessageStore</c>, an <c>IPartnerDirectory</c>, the recipient protocols and a <see cref="TimeProvider"/>. Without a bus's settings the bell rings in memory.</summary>
    public static IServiceCollection AddDispatch(this IServiceCollection services, BusSettings? bus = null)
    {
        services.AddSingleton<IValidateOptions<DispatchOptions>, DispatchOptionsValidator>();
        services.AddOptionsWithValidateOnStart<DispatchOptions>().BindConfiguration(DispatchOptions.Section);
        services.AddSingleton(provider => new DeliverySchedule(provider.GetRequiredService<IOptions<DispatchOptions>>().Value, Jitter()));
        services.TryAddSingleton<PartnerBreakers>();
        services.AddSingleton<RecipientAdapters>();
        services.AddSingleton<DispatchWorker>();
        services.AddSingleton<DispatchPump>();
        services.AddSingleton<PartnerStatus>();
        services.AddHostedService<DispatchSweeper>();
        Doorbell.AddTo(services, bus ?? new BusSettings());
        return services;
    }

    // Spreads retries; nothing secret hangs on it. A lock, because Random is for one thread.
    private static Func<double> Jitter()
    {
#pragma warning disable CA5394
        var random = new Random();
        var gate = new Lock();
        return () =>
        {
            lock (gate)
            {
                return random.NextDouble();
            }
        };
#pragma warning restore CA5394
    }
}
