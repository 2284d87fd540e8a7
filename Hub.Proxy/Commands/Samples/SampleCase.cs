namespace Hub.Proxy.Commands.Samples;

/// <summary>
/// One golden case of a partner, a folder in <c>partners/samples/PARTNER/</c>: <c>in.*</c> is the message, <c>given*</c> what came before it, in the order
/// of their names, and <c>expected.json</c> what a person has read and found right.
/// </summary>
internal sealed record SampleCase(string Partner, DirectoryInfo Folder)
{
    public const string FolderName = "samples";

    public string Name => Folder.Name;

    /// <summary>Null where the folder has no one file that begins with <c>in.</c>.</summary>
    public FileInfo? Input => Folder.GetFiles("in.*") is [var one] ? one : null;

    public IReadOnlyList<FileInfo> Given => [.. Folder.GetFiles("given*").OrderBy(f => f.Name, StringComparer.Ordinal)];

    public FileInfo Expected => new(Path.Combine(Folder.FullName, "expected.json"));

    /// <summary>The cases of one partner by name; none where it has no samples.</summary>
    public static IReadOnlyList<SampleCase> Find(DirectoryInfo partners, string partnerId)
    {
        var folder = new DirectoryInfo(Path.Combine(partners.FullName, FolderName, partnerId));
        return folder.Exists ? [.. folder.GetDirectories().OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => new SampleCase(partnerId, d))] : [];
    }
}
