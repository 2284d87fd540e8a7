using Hub.Proxy.Handovers;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary>Opens the store for verbs that only read it, or decide about its rows: that of the settings, which for SQLite is that of a data folder.</summary>
internal static class StoreReading
{
    /// <summary>Null, with a word on standard error, where the folder holds no store.</summary>
    public static Timeline? Open(DirectoryInfo data) => Options(data) is { } options ? new Timeline(() => StoreStart.Context(options)) : null;

    /// <inheritdoc cref="Open"/>
    public static StoreOptions? Options(DirectoryInfo data)
    {
        var options = Configured(data);
        if (options.Provider != StoreProvider.Sqlite || File.Exists(options.Path))
        {
            return options;
        }

        Console.Error.WriteLine($"There is no hub store in {data.FullName}. Name its folder with --data.");
        return null;
    }

    /// <summary>As <see cref="Options"/>, able to look up an identifier.</summary>
    /// <exception cref="InvalidOperationException">The key of identifiers is not there, or not the one of this store.</exception>
    public static StoreOptions? Searching(DirectoryInfo data)
    {
        if (Options(data) is null)
        {
            return null;
        }

        var options = Settings().ForSearching(data.FullName);
        StoreStart.RequireKey(options);
        return options;
    }

    /// <summary>As <see cref="Searching"/>: for verbs that show content or decide something, which the audit trail must tell; its seals want the key.</summary>
    /// <exception cref="InvalidOperationException">The key is not there, or not the one of this store.</exception>
    public static StoreOptions? Audited(DirectoryInfo data) => Searching(data) is { } options ? options with { Organisation = Organisation() } : null;

    /// <summary>Who works at this command line, as the machine knows them.</summary>
    public static string User => $"{System.Environment.UserName} (command line)";

    /// <summary>Writes to the audit trail what this command line shows, before it is shown.</summary>
    public static async Task AuditAsync(StoreOptions options, AuditEntry entry, CancellationToken cancellationToken)
    {
        using var store = StoreStart.Open(options, TimeProvider.System);
        await store.AuditAsync([entry], cancellationToken);
    }

    /// <summary>The store that <c>hub run</c> would use with the same settings, whether it is there or not.</summary>
    public static StoreOptions Configured(DirectoryInfo data) => Settings().ForReading(data.FullName);

    /// <summary>The settings that <c>hub run</c> would read, before any option.</summary>
    public static IConfigurationBuilder Configuration() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables();

    /// <summary>The rules of handovers that <c>hub run</c> would use; null, with a word on standard error, where the trust's file is not right.</summary>
    /// <param name="folder">The folder that was named; null for that of the settings.</param>
    public static HandoverRules? Rules(DirectoryInfo? folder)
    {
        try
        {
            return HandoverRules.Open(folder?.FullName ?? Configuration().Build()[HubOptions.Section + ":RulesDirectory"]);
        }
        catch (System.Text.Json.JsonException fault)
        {
            Console.Error.WriteLine($"Hub:RulesDirectory: {fault.Message}");
            return null;
        }
    }

    private static string Organisation() => Configuration().Build()[HubOptions.Section + ":Organisation"] is { Length: > 0 } named ? named : new HubOptions().Organisation;

    private static StoreSettings Settings()
    {
        var settings = new StoreSettings();
        Configuration().Build().GetSection(HubOptions.Section + ":Store").Bind(settings);
        return settings;
    }
}
