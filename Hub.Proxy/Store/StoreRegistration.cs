using Hub.Adapters.Contract;

namespace Hub.Proxy.Store;

/// <summary>Step 6 in the composition root.</summary>
internal static class StoreRegistration
{
    /// <summary>The message store, its schema for readers, and the read models. Run <see cref="StoreStart.ReadyAsync"/> before the host starts.</summary>
    public static IServiceCollection AddMessageStore(this IServiceCollection services, Func<IServiceProvider, StoreOptions> options) => services
        .AddSingleton(options)
        .AddSingleton<IMessageStore>(provider =>
        {
            var store = StoreStart.Open(provider.GetRequiredService<StoreOptions>(), provider.GetRequiredService<TimeProvider>());
            store.TellsSource = source => provider.GetService<IPartnerDirectory>()?.Find(source)?.Status is not null; // asked when there is something to tell: partner files are read after the store is open
            return store;
        })
        .AddSingleton<Func<HubDbContext>>(provider => () => StoreStart.Context(provider.GetRequiredService<StoreOptions>()))
        .AddSingleton<Timeline>()
        .AddSingleton<StoredMessages>()
        .AddSingleton<ReceivedCounts>();
}
