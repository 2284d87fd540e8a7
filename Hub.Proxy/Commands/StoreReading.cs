using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary>Opens the store of a data folder for verbs that only read.</summary>
internal static class StoreReading
{
    /// <summary>Null, with a word on standard error, where the folder holds no store.</summary>
    public static Timeline? Open(DirectoryInfo data) => Options(data) is { } options ? new Timeline(() => StoreStart.Context(options)) : null;

    /// <inheritdoc cref="Open"/>
    public static StoreOptions? Options(DirectoryInfo data)
    {
        if (File.Exists(Path.Combine(data.FullName, "hub.db")))
        {
            return StoreOptions.ForReading(data.FullName);
        }

        Console.Error.WriteLine($"There is no hub store in {data.FullName}. Name its folder with --data.");
        return null;
    }
}
