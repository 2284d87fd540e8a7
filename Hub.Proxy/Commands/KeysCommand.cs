using System.CommandLine;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Spectre.Console;

namespace Hub.Proxy.Commands;

/// <summary><c>hub keys list|rotate|retire|verify</c>: the keys under which the store keeps what it knows about people.</summary>
internal static class KeysCommand
{
    // So long every node has known the newer key.
    private static readonly TimeSpan UntilAllKnow = TimeSpan.FromHours(1);

    public static Command Create(TimeProvider time) => new("keys", "The keys under which the store keeps what it knows about people: make a new one, see what lies under which, retire an old one, look whether anything was changed.")
    {
        List(), Rotate(), Retire(time), Verify(),
    };

    private static Command List()
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("list", "Each key with how much lies under it. Counts everything: on a large store this takes a while.") { data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Searching(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var known = ContentKeys.Of(options).List();
            var counts = await new ContentCheck(() => StoreStart.Context(options)).CountAsync(cancellationToken);
            foreach (var key in known)
            {
                var (contents, seals) = (counts.FirstOrDefault(c => c.KeyId == key.Id)?.Contents ?? 0, key == known[^1]);
                if (parsed.GetValue(json))
                {
                    CliJson.Print(new { key = key.Id, key.CreatedAt, seals, contents, key.WrappedBy, everythingSince = key.SweptAt });
                    continue;
                }

                AnsiConsole.MarkupLineInterpolated(System.Globalization.CultureInfo.InvariantCulture, $"[bold]{key.Id}[/] made {key.CreatedAt:yyyy-MM-dd HH:mm} UTC, {(seals ? "seals" : "opens only")}, {contents} contents, wrapped by {key.WrappedBy}{(key.SweptAt is { } at ? $"; everything was under it on {at:yyyy-MM-dd HH:mm} UTC" : "")}");
            }

            if (counts.FirstOrDefault(c => c.KeyId is null) is { } clear && !parsed.GetValue(json))
            {
                Console.WriteLine($"{clear.Contents} contents are in clear, from before there were keys: a hub that runs seals them in a minute or later.");
            }

            return HubCommand.Done;
        });
        return command;
    }

    private static Command Rotate()
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("rotate", "Make a new key. Every node seals under it within a minute; what lies under older ones stays readable and is sealed anew while the hub runs. Keys are wrapped anew by today's Hub:Store:ContentKey.") { data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var made = ContentKeys.Of(options).Rotate();
            await StoreReading.AuditAsync(options, new(AuditKind.Configure, StoreReading.User, $"content-key/{made}") { Result = "made" }, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { key = made }) : $"{made} seals from now on. Take a backup: an older one does not hold it.");
            return HubCommand.Done;
        });
        return command;
    }

    private static Command Retire(TimeProvider time)
    {
        var name = new Argument<string>("key") { Description = "Such as c1." };
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("retire", "Forget a key under which nothing lies any more. This cannot be undone; a backup from before still holds it for itself.") { name, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Audited(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var (keys, id) = (ContentKeys.Of(options), parsed.GetValue(name)!);
            if (await RefusalAsync(options, keys, id, time, cancellationToken) is { } why)
            {
                return CliJson.NotFound(parsed.GetValue(json), why);
            }

            await StoreReading.AuditAsync(options, new(AuditKind.Configure, StoreReading.User, $"content-key/{id}") { Result = "retired" }, cancellationToken);
            keys.Retire(keys.List().Single(k => k.Id == id).Number);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { key = id }) : $"{id} is forgotten.");
            return HubCommand.Done;
        });
        return command;
    }

    private static async Task<string?> RefusalAsync(StoreOptions options, ContentKeys keys, string id, TimeProvider time, CancellationToken cancellationToken)
    {
        var known = keys.List();
        if (known.All(k => k.Id != id))
        {
            return $"There is no key {id}: hub keys list.";
        }

        if (known[^1].Id == id)
        {
            return $"{id} seals. Make another first: hub keys rotate.";
        }

        if (time.GetUtcNow() - known[^1].CreatedAt < UntilAllKnow)
        {
            return $"{known[^1].Id} was made less than an hour ago, and a node may not know of it yet: wait until it has been there for an hour.";
        }

        var counts = await new ContentCheck(() => StoreStart.Context(options)).CountAsync(cancellationToken);
        if (counts.FirstOrDefault(c => c.KeyId == id) is not { Contents: var contents })
        {
            return null;
        }

        keys.NoteSwept(null); // so that a hub goes through everything again
        return $"{contents} contents are still under {id}. A hub that runs seals them anew; look again with hub keys list.";
    }

    private static Command Verify()
    {
        var (data, json) = (CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("verify", "Open everything that is kept about people, and name each row that was changed, cut or moved; never what it says. Status 1 where there is any.") { data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (StoreReading.Searching(parsed.GetValue(data)!) is not { } options)
            {
                return HubCommand.Fault;
            }

            var (looked, wrong) = await new ContentCheck(() => StoreStart.Context(options)).VerifyAsync(cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? CliJson.Text(new { contents = looked, wrong })
                : wrong.Count == 0 ? $"All {looked} contents are as they were written."
                : string.Join(Environment.NewLine, [.. wrong, $"{wrong.Count} of {looked} contents are not as they were written."]));
            return wrong.Count == 0 ? HubCommand.Done : HubCommand.Found;
        });
        return command;
    }
}
