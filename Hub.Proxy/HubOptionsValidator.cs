using System.Net;
using Microsoft.Extensions.Options;

namespace Hub.Proxy;

/// <summary>Stops the process over a wrong setting, and names it.</summary>
[OptionsValidator]
internal sealed partial class HubOptionsValidator : IValidateOptions<HubOptions>;

/// <summary>What attributes cannot say: addresses are addresses, files exist, and nothing plain is open beyond loopback.</summary>
internal sealed class ListenerValidator : IValidateOptions<HubOptions>
{
    public ValidateOptionsResult Validate(string? name, HubOptions options)
    {
        var wrong = new List<string>();
        CheckPort("Hub:Http:Port", options.Http.Port, wrong);
        CheckPort("Hub:Mllp:Port", options.Mllp.Port, wrong);
        CheckPort("Hub:Management:Port", options.Management.Port ?? 0, wrong);
        CheckAddress("Hub:Management:Address", options.Management.Address, wrong);
        if (options.Management.Port is > 0 and var management && (management == options.Http.Port || management == options.Mllp.Port))
        {
            wrong.Add("Hub:Management:Port: a port of its own is expected; what is known by its port must not be two.");
        }

        CheckAddress("Hub:Http:Address", options.Http.Address, wrong);
        CheckAddress("Hub:Mllp:Address", options.Mllp.Address, wrong);
        CheckFile("Hub:Http:CertificatePath", options.Http.CertificatePath, wrong);
        CheckFile("Hub:Http:CertificateKeyPath", options.Http.CertificateKeyPath, wrong);
        CheckFile("Hub:Mllp:CertificatePath", options.Mllp.CertificatePath, wrong);
        CheckFile("Hub:Mllp:CertificateKeyPath", options.Mllp.CertificateKeyPath, wrong);
        if (!Directory.Exists(options.PartnersDirectory))
        {
            wrong.Add($"Hub:PartnersDirectory: there is no folder {Path.GetFullPath(options.PartnersDirectory)}.");
        }
        else if (!string.IsNullOrEmpty(options.Environment) && !Directory.Exists(Path.Combine(options.PartnersDirectory, "overlays", options.Environment)))
        {
            // Without its overlays a test hub would send to live addresses.
            wrong.Add($"Hub:Environment: there is no folder overlays/{options.Environment} in {Path.GetFullPath(options.PartnersDirectory)}. Create it, empty if nothing differs.");
        }

        if (File.Exists(options.DataDirectory))
        {
            wrong.Add("Hub:DataDirectory: a file stands in this place; a folder is expected.");
        }

        wrong.AddRange(options.Store.Problems());
        wrong.AddRange(options.Bus.Problems());
        if (wrong.Count == 0)
        {
            CheckOpenDoors(options, wrong);
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static void CheckOpenDoors(HubOptions options, List<string> wrong)
    {
        if (!IPAddress.IsLoopback(options.Http.ParsedAddress))
        {
            if (options.Http.CertificatePath is null)
            {
                wrong.Add("Hub:Http:CertificatePath: Hub:Http:Address is beyond loopback, where the hub answers over TLS only. Give a PEM certificate with its key.");
            }

            if (!options.Access.Required)
            {
                wrong.Add("Hub:Access:Required: Hub:Http:Address is beyond loopback, where every partner signs in. Set it to true, and give each partner that calls an access part in its file.");
            }

            if (options.Access.BaseUrl is null)
            {
                wrong.Add("Hub:Access:BaseUrl: Hub:Http:Address is beyond loopback: say where partners reach this hub, such as https://hub.trust.example: what they sign names it.");
            }
        }

        if (options.Access.BaseUrl is { } url && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.Query.Length > 0 || (address.Scheme == "http" && !address.IsLoopback)))
        {
            wrong.Add("Hub:Access:BaseUrl: an address such as https://hub.trust.example is expected.");
        }

        if (!IPAddress.IsLoopback(options.Mllp.ParsedAddress) && options.Mllp is { CertificatePath: null, AllowPlainBeyondLoopback: false })
        {
            wrong.Add("Hub:Mllp:Address: beyond loopback give Hub:Mllp:CertificatePath, or switch plain MLLP on by name with Hub:Mllp:AllowPlainBeyondLoopback=true.");
        }
    }

    private static void CheckAddress(string setting, string value, List<string> wrong)
    {
        if (!IPAddress.TryParse(value, out _))
        {
            wrong.Add($"{setting}: an IP address such as 127.0.0.1 is expected.");
        }
    }

    private static void CheckPort(string setting, int port, List<string> wrong)
    {
        if (port is < 0 or > 65_535)
        {
            wrong.Add($"{setting}: 0 to 65535 is expected; 0 takes a free port.");
        }
    }

    private static void CheckFile(string setting, string? path, List<string> wrong)
    {
        if (path is not null && !File.Exists(path))
        {
            wrong.Add($"{setting}: there is no such file.");
        }
    }
}
