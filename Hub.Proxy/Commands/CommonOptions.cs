using System.CommandLine;

namespace Hub.Proxy.Commands;

/// <summary>Options that mean the same in every verb.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print JSON, one object a line, instead of text for people." };

    public static Option<DirectoryInfo> Data() => new("--data")
    {
        Description = "The folder of the hub's store.",
        DefaultValueFactory = _ => new DirectoryInfo("data"),
    };

    public static Option<DirectoryInfo> Partners() => new("--partners")
    {
        Description = "The folder of partner files.",
        DefaultValueFactory = _ => new DirectoryInfo("partners"),
    };
}
