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

    public static Option<string?> Environment() => new("--environment") { Description = "Whose overlays of partner files count: overlays/ENVIRONMENT/ in that folder (Hub:Environment)." };

    public static Option<Uri?> Hub(string description) => new("--hub")
    {
        Description = description,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                return address;
            }

            result.AddError("--hub: an address such as http://127.0.0.1:8080 is expected.");
            return null;
        },
    };

    public static Option<DirectoryInfo> Partners() => new("--partners")
    {
        Description = "The folder of partner files.",
        DefaultValueFactory = _ => new DirectoryInfo("partners"),
    };
}
