namespace Hub.Proxy.Store;

/// <summary>Keeps a second hub off the same data folder: two writers on one SQLite file would each believe that its lanes are its own.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream file;

    private DataFolderLock(FileStream file) => this.file = file;

    /// <exception cref="InvalidOperationException">Another hub runs on this folder.</exception>
    public static DataFolderLock Take(StoreOptions options)
    {
        var path = Path.Combine(Path.GetDirectoryName(options.Path)!, "hub.lock");
        try
        {
            return new DataFolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException taken)
        {
            throw new InvalidOperationException($"Another hub runs on this data folder ({path} is locked). Stop it, or give this one another --data.", taken);
        }
    }

    public void Dispose() => file.Dispose();
}
