using Hub.Adapters.Contract;

namespace Hub.Proxy.Routing;

/// <summary>Puts the partner files into the host.</summary>
public static partial class RoutingRegistration
{
    /// <summary>
    /// Loads the folder at start and says what is wrong with it; partners without fault run. Every <see cref="IPartnerSettingsCheck"/> and
    /// <see cref="IRecipientProtocol"/> that is registered counts.
    /// </summary>
    public static IServiceCollection AddPartnerFiles(this IServiceCollection services, Func<IServiceProvider, PartnerFolderOptions> folder, Func<IServiceProvider, string> archive)
    {
        services.AddSingleton(provider => new PartnerArchive(archive(provider)));
        services.AddSingleton<PartnerSelfTest>();
        services.AddSingleton(provider =>
        {
            var options = folder(provider) with { SelfTest = provider.GetRequiredService<PartnerSelfTest>().Find };
            var files = new PartnerFiles(
                options, [.. provider.GetServices<IPartnerSettingsCheck>(), .. provider.GetServices<IRecipientProtocol>()], provider.GetRequiredService<TimeProvider>());
            Log(provider.GetRequiredService<ILogger<PartnerFiles>>(), files);
            return files;
        });
        services.AddSingleton<IPartnerDirectory>(provider => provider.GetRequiredService<PartnerFiles>());
        services.AddHostedService<PartnerReloader>();
        return services;
    }

    private static void Log(ILogger logger, PartnerFiles files)
    {
        LogLoaded(logger, files.All.Count);
        foreach (var problem in files.Problems)
        {
            LogFaulty(logger, problem.File, problem.Line, problem.Field, problem.Text, problem.Expected);
        }
    }

    [LoggerMessage(2001, LogLevel.Information, "{Count} partners loaded")]
    private static partial void LogLoaded(ILogger logger, int count);

    [LoggerMessage(2002, LogLevel.Error, "Partner file {File}, line {Line}, {Field}: {Text} {Expected}")]
    private static partial void LogFaulty(ILogger logger, string? file, int? line, string field, string text, string expected);
}
