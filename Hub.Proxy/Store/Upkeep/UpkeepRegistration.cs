using Microsoft.Extensions.Options;

namespace Hub.Proxy.Store.Upkeep;

/// <summary>What keeps the store from growing for ever, in the composition root.</summary>
internal static class UpkeepRegistration
{
    public static IServiceCollection AddStoreUpkeep(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddOptionsWithValidateOnStart<RetentionOptions>().BindConfiguration(RetentionOptions.Section);
        services.AddSingleton<IValidateOptions<DiskOptions>, DiskOptionsValidator>();
        services.AddOptionsWithValidateOnStart<DiskOptions>().BindConfiguration(DiskOptions.Section);
        services.AddHostedService<RetentionSweeper>();
        services.AddHostedService<SqliteCheckpointer>();
        services.AddHostedService<ContentSealer>();
        services.AddSingleton<DiskWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<DiskWatch>());
        return services;
    }
}
