using System.CommandLine;

namespace Hub.Proxy.Commands;

/// <summary><c>hub run</c>: the service, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var partners = new Option<string?>("--partners") { Description = "The folder of partner files (Hub:PartnersDirectory)." };
        var data = new Option<string?>("--data") { Description = "Where the store and the hub's keys live (Hub:DataDirectory)." };
        var httpPort = new Option<int?>("--http-port") { Description = "Port for HTTP on the configured address; 0 takes a free one (Hub:Http:Port)." };
        var mllpPort = new Option<int?>("--mllp-port") { Description = "Port for MLLP on the configured address; 0 takes a free one (Hub:Mllp:Port)." };
        var json = CommonOptions.Json();
        var command = new Command("run", "Run the hub: listen, store, deliver. Settings come from appsettings.json and Hub__... variables; options win.")
        {
            partners, data, httpPort, mllpPort, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new Dictionary<string, string?>
            {
                ["Hub:PartnersDirectory"] = parsed.GetValue(partners),
                ["Hub:DataDirectory"] = parsed.GetValue(data),
                ["Hub:Http:Port"] = parsed.GetValue(httpPort)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["Hub:Mllp:Port"] = parsed.GetValue(mllpPort)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            await using var hub = await HubHost.StartAsync(settings, cancellationToken);
            hub.Announce(parsed.GetValue(json));
            await hub.WaitForShutdownAsync(cancellationToken);
            return HubCommand.Done;
        });
        return command;
    }
}
