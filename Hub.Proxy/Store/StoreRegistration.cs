namespace Hub.Proxy.Store;

/// <summary>Step 6 in the composition root.</summary>
internal static class StoreRegistration
{
    /// <summary>The message store, its schema for readers, and the read models. Run <see cref="StoreStart.ReadyAsync"/> before the host starts.</summary>
    public static IServiceCollection AddMessageStore(this IServiceCollection services, Func<IServiceProvider, StoreOptions> options) => services
        .AddSingleton(options)
        .AddSingleton<IMessageStore>(provider =>
            StoreStart.Open(provider.GetRequiredService<StoreOptions>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<Func<HubDbContext>>(provider => () => StoreStart.Context(provider.GetRequiredService<StoreOptions>()))
        .AddSingleton<Timeline>()
        .AddSingleton<StoredMessages>()
        .AddSingleton<ReceivedCounts>();
}
