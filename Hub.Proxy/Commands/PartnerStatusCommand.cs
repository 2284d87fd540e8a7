using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner status</c>: from a running hub with its breakers, or from the store alone.</summary>
internal static class PartnerStatusCommand
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static Command Create()
    {
        var id = new Argument<string?>("id") { Description = "Id of one partner; all where it is left out.", Arity = ArgumentArity.ZeroOrOne };
        var hub = CommonOptions.Hub("Address of a running hub, such as http://127.0.0.1:8080: circuit breakers and the versions of files that run are known only there.");
        var (data, folder, json) = (CommonOptions.Data(), CommonOptions.Partners(), CommonOptions.Json());
        var command = new Command("status", "How sending to each partner stands: held, breaker, what waits and since when, last good send; which version of its file runs and why. Status 1 if one is not sending or runs an old version.") { id, hub, data, folder, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var all = parsed.GetValue(hub) is { } address
                ? await AskAsync(address, cancellationToken)
                : await ReadAsync(parsed.GetValue(data)!, parsed.GetValue(folder)!, cancellationToken);
            var wanted = parsed.GetValue(id) is { } one ? all?.Where(p => p.Id == one).ToList() : all;
            if (wanted is null or { Count: 0 })
            {
                return CliJson.Fault(parsed.GetValue(json), "There is nothing to tell of such a partner: name the hub, its store or its partner files (--hub, --data, --partners).");
            }

            Print(wanted, parsed.GetValue(json));
            return wanted.All(p => p.IsWell) ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }

    private static async Task<IReadOnlyList<PartnerStatusView>?> AskAsync(Uri hub, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = hub, Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            return await http.GetFromJsonAsync<List<PartnerStatusView>>(PartnerStatusEndpoint.Path, Json, cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw new IOException($"No hub answers at {hub}.");
        }
    }

    private static async Task<IReadOnlyList<PartnerStatusView>?> ReadAsync(DirectoryInfo data, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        if (StoreReading.Options(data) is not { } options)
        {
            return null;
        }

        using var store = StoreStart.Open(options, TimeProvider.System);
        var views = new List<PartnerStatusView>();
        foreach (var partner in PartnerCommand.Load(folder).All.Where(p => p.Role == PartnerRole.Recipient))
        {
            views.Add(await PartnerStatus.ReadAsync(store, partner, cancellationToken));
        }

        return views;
    }

    private static void Print(IReadOnlyList<PartnerStatusView> partners, bool json)
    {
        if (json)
        {
            foreach (var partner in partners)
            {
                CliJson.Print(partner);
            }

            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("id", "state", "people waiting", "messages waiting", "answers awaited", "oldest since", "last good send", "file", "codes in no table");
        foreach (var p in partners)
        {
            table.AddRow(new[] { p.Id, p.Words, $"{p.LanesWaiting}", $"{p.DeliveriesWaiting}", p.DeliveriesAwaited > 0 ? $"{p.DeliveriesAwaited}" : "", $"{p.OldestWaitingSince:u}", $"{p.LastGoodSend:u}", File(p), p.UnmappedCodes is > 0 ? $"{p.UnmappedCodes}" : "" }.Select(Markup.Escape).ToArray());
        }

        AnsiConsole.Write(table);
        foreach (var p in partners.Where(p => p.File is { State: not PartnerFileState.Current }))
        {
            Console.WriteLine($"{p.Id}: {p.File!.Words}");
        }
    }

    private static string File(PartnerStatusView partner) => partner.File switch
    {
        null => "ask a running hub: --hub",
        { State: PartnerFileState.Current } file => $"current {PartnerVersion.Short(file.RunningHash)}",
        { State: PartnerFileState.RunningOldVersion } => "OLD VERSION, see below",
        _ => "FAULTY, see below",
    };
}
