using System.CommandLine;
using System.Globalization;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands;

/// <summary><c>hub partner hold|release</c>: running state, kept in the store and apart from the files. A running hub sees it at its next claim.</summary>
internal static class PartnerSwitch
{
    /// <summary>Slower than this, nobody would wait for it; faster, it is no limit.</summary>
    private static readonly (double Least, double Most) PerSecond = (1.0 / 3600, 1000);

    public static Command Hold()
    {
        var reason = new Option<string>("--reason") { Description = "Why, for whoever looks.", Required = true };
        return Switch("hold", "Stop sending to a partner. What is due waits; nothing is lost.", reason, async (store, id, parsed, token) =>
        {
            await store.HoldPartnerAsync(id, parsed.GetValue(reason)!, StoreReading.User, token);
            return new { partner = id, held = true, perSecond = (double?)null };
        });
    }

    public static Command Release()
    {
        var rate = new Option<string?>("--rate") { Description = "How fast the backlog may go: 5/s, 30/min, 100/h. Without it as fast as the partner answers." };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && ParseRate(text) is null)
            {
                result.AddError("--rate: a number with /s, /min or /h is expected, from 1/h to 1000/s.");
            }
        });
        return Switch("release", "Send to a partner again. What waited is first gathered, for each person, into the newest message.", rate, async (store, id, parsed, token) =>
        {
            var perSecond = parsed.GetValue(rate) is { } text ? ParseRate(text) : null;
            await store.ReleasePartnerAsync(id, perSecond, StoreReading.User, token);
            return new { partner = id, held = false, perSecond };
        });
    }

    /// <returns>Messages a second; null where the text is no rate.</returns>
    internal static double? ParseRate(string text)
    {
        var parts = text.Split('/');
        var seconds = parts.Length == 2 ? parts[1] switch { "s" => 1, "min" => 60, "h" => 3600, _ => 0 } : 0;
        return seconds > 0 && double.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number / seconds >= PerSecond.Least && number / seconds <= PerSecond.Most ? number / seconds : null;
    }

    private static Command Switch<T>(string verb, string description, Option option, Func<IMessageStore, string, ParseResult, CancellationToken, Task<T>> act)
    {
        var id = new Argument<string>("id") { Description = "Id of the partner." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command(verb, description) { id, option, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            using var store = StoreStart.Open(options, TimeProvider.System);
            var done = await act(store, parsed.GetValue(id)!, parsed, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(done) : "Done.");
            return HubCommand.Done;
        });
        return command;
    }
}
