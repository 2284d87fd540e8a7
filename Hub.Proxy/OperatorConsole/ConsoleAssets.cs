using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Hub.Proxy.OperatorConsole;

/// <summary>The console's stylesheets and script, from this build. Their addresses carry a hash, so that a browser may keep them for good.</summary>
internal sealed partial class ConsoleAssets
{
    public const string Path = "/console/assets/";

    private const string DesignSystem = "nhsuk-frontend.min.css";

    private static readonly Dictionary<string, string> MediaTypes = new()
    {
        [".css"] = "text/css; charset=utf-8", [".js"] = "text/javascript; charset=utf-8", [".svg"] = "image/svg+xml",
    };

    private readonly Dictionary<string, (byte[] Bytes, string MediaType, string Version)> files = new(StringComparer.Ordinal);

    public ConsoleAssets()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("console/", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            var file = name["console/".Length..];
            var bytes = file == DesignSystem ? Encoding.UTF8.GetBytes(RemoteFont().Replace(Encoding.UTF8.GetString(copy.ToArray()), "")) : copy.ToArray();
            files[file] = (bytes, MediaTypes[System.IO.Path.GetExtension(file)], Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]);
        }
    }

    /// <summary>False where this build had no npm: the console's own stylesheet then does alone.</summary>
    public bool HasDesignSystem => files.ContainsKey(DesignSystem);

    /// <summary>What a page links to, in order.</summary>
    public IEnumerable<string> Stylesheets => HasDesignSystem ? [Of(DesignSystem), Of("console.css")] : [Of("plain.css"), Of("console.css")];

    public string Of(string name) => $"{Path}{files[name].Version}/{name}";

    public IResult Get(string version, string name, HttpResponse response)
    {
        if (!files.TryGetValue(name, out var file) || file.Version != version)
        {
            return Results.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(file.Bytes, file.MediaType);
    }

    // The design system's font is licensed to nhs.uk and lies on another server; the page may load nothing from there.
    [GeneratedRegex(@"@font-face\s*\{[^}]*\}")]
    private static partial Regex RemoteFont();
}
