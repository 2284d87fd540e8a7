using System.CommandLine;

namespace Hub.Proxy.Commands;

/// <summary><c>hub health</c>: asks a running hub how it is, for containers that have no shell to ask with.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    public static Command Create(TimeProvider time)
    {
        var url = new Option<string>("--url") { Description = "Where it listens for machines that watch (Hub:Management), or for all.", DefaultValueFactory = _ => "http://127.0.0.1:9090" };
        url.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                result.AddError("--url: an address such as http://127.0.0.1:9090 is expected.");
            }
        });
        var which = new Option<string>("--of") { Description = "live: the process answers. ready: it takes messages in. working: they also go where they should.", DefaultValueFactory = _ => "ready" };
        which.AcceptOnlyFromAmong("live", "ready", "working");
        var wait = new Option<int>("--wait") { Description = "Ask again for so many seconds.", DefaultValueFactory = _ => 0 };
        var json = CommonOptions.Json();
        var command = new Command("health", "Ask a running hub how it is. Status 0: as it should be; 1: not.") { url, which, wait, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = new Uri(new Uri(parsed.GetValue(url)!), "/health/" + parsed.GetValue(which));
            using var http = new HttpClient { Timeout = OneTry };
            var began = time.GetTimestamp();
            while (true)
            {
                var (well, said) = await AskAsync(http, address, cancellationToken);
                if (well || time.GetElapsedTime(began) >= TimeSpan.FromSeconds(parsed.GetValue(wait)))
                {
                    Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { well, said }) : said);
                    return well ? HubCommand.Done : HubCommand.Found;
                }

                await Task.Delay(Between, time, cancellationToken);
            }
        });
        return command;
    }

    /// <summary>Degraded is no cause to stop a container: something is to be looked at, and what runs goes on.</summary>
    private static async Task<(bool Well, string Said)> AskAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException fault)
        {
            return (false, $"No answer from {address}: {fault.HttpRequestError}.");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, $"No answer from {address} within {OneTry.TotalSeconds:0} s.");
        }
    }
}
