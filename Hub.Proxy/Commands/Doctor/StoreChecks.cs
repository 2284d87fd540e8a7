using System.Net.Sockets;
using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Intake;
using Hub.Proxy.Notices;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.Upkeep;

namespace Hub.Proxy.Commands.Doctor;

/// <summary>The store, the room under it, the bus and the rules. Looks, and changes nothing.</summary>
internal static class StoreChecks
{
    public static async Task<IReadOnlyList<Finding>> FindAsync(HubOptions options, DiskOptions disk, NoticeSettings notices, TimeProvider time, CancellationToken cancellationToken) =>
    [
        await StoreAsync(options, cancellationToken),
        await KeysAsync(options, cancellationToken),
        Disk(options, disk),
        await BusAsync(options.Bus, cancellationToken),
        Rules(options.RulesDirectory, time),
        Notices(notices),
        Rota(options.RulesDirectory, time),
    ];

    private static async Task<Finding> StoreAsync(HubOptions options, CancellationToken cancellationToken)
    {
        const string Check = "store";
        var store = options.Store.ForReading(options.DataDirectory);
        if (store.Provider == StoreProvider.Sqlite && !File.Exists(store.Path))
        {
            return Finding.Good(Check, $"there is none in {Path.GetFullPath(options.DataDirectory)} yet; the first start makes it.");
        }

        try
        {
            var pending = await StoreStart.PendingAsync(store, cancellationToken);
            return pending.Count == 0 ? Finding.Good(Check, $"{store} is reached and is at the schema of this version.")
                : store.Provider == StoreProvider.Sqlite ? Finding.Good(Check, $"{store} is reached; {pending.Count} migration(s) are applied at the next start. Take a backup first.")
                : Finding.Bad(Check, $"{store} is reached, and {pending.Count} migration(s) wait.", "Look at them with hub migrate --plan, take a backup, run hub migrate.");
        }
        catch (Exception ex) when (ex is InvalidOperationException or IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            return Finding.Bad(Check, $"{store} cannot be read: {ex.Message}", "Put right what stands there; without the store nothing is taken in.");
        }
    }

    /// <summary>Whether what is kept about people can be opened here.</summary>
    private static async Task<Finding> KeysAsync(HubOptions options, CancellationToken cancellationToken)
    {
        const string Check = "content keys";
        try
        {
            var store = options.Store.ForReading(options.DataDirectory);
            if ((store.Provider == StoreProvider.Sqlite && !File.Exists(store.Path)) || (await StoreStart.PendingAsync(store, cancellationToken)).Count > 0)
            {
                return Finding.Good(Check, "there are none yet; the first start of this version makes one, and seals under it what the store keeps about people.");
            }

            var keys = ContentKeys.Of(store);
            keys.Require();
            return keys.List() is [.., var newest]
                ? Finding.Good(Check, $"{newest.Id} seals what is kept about people, wrapped by {newest.WrappedBy}{(newest.TakesClear ? "; what is older than the keys is still in clear, and is sealed while the hub runs" : "")}.")
                : Finding.Good(Check, "there are none yet; the next start makes one.");
        }
        catch (Exception ex) when (ex is InvalidOperationException or StorageUnavailableException or System.Data.Common.DbException)
        {
            return Finding.Bad(Check, ex.Message, "Put the key back: without it the hub does not start, and what the store knows about people is lost.");
        }
    }

    private static Finding Disk(HubOptions options, DiskOptions limits)
    {
        const string Check = "disk";
        var folder = new DirectoryInfo(options.DataDirectory);
        while (!folder.Exists && folder.Parent is { } parent)
        {
            folder = parent;
        }

        var free = new DriveInfo(folder.FullName).AvailableFreeSpace / (1024 * 1024);
        return free < limits.StopIntakeBelowMegabytes ? Finding.Bad(Check, $"{free} MB are free under {folder.FullName}: below {limits.StopIntakeBelowMegabytes} MB nothing is taken in.", "Make room.")
            : free < limits.WarnBelowMegabytes ? Finding.Warn(Check, $"{free} MB are free under {folder.FullName}.", "Make room soon.")
            : Finding.Good(Check, $"{free} MB are free under {folder.FullName}.");
    }

    private static async Task<Finding> BusAsync(BusSettings bus, CancellationToken cancellationToken)
    {
        const string Check = "bus";
        if (bus.Provider == BusProvider.Memory)
        {
            return Finding.Good(Check, "in memory: right for one hub; several need RabbitMQ to wake each other.");
        }

        if (bus.Address(out var why) is not { } address)
        {
            return Finding.Bad(Check, $"RabbitMQ's address is not known: {why}.", "Set Hub:Bus:Connection by reference.");
        }

        var port = address.Port > 0 ? address.Port : address.Scheme == "amqps" ? 5671 : 5672;
        try
        {
            using var socket = new TcpClient();
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            enough.CancelAfter(TimeSpan.FromSeconds(5));
            await socket.ConnectAsync(address.Host, port, enough.Token);
            return Finding.Good(Check, $"RabbitMQ's port {address.Host}:{port} is reached; the password was not tried.");
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException)
        {
            return Finding.Warn(Check, $"{address.Host}:{port} is not reached.", "Nothing is lost without it; other nodes are woken later. Start RabbitMQ or correct the address.");
        }
    }

    private static Finding Notices(NoticeSettings settings)
    {
        const string Check = "notices";
        var missing = new[] { settings.Email?.Password, settings.Webhook?.Secret }.OfType<Hub.Adapters.Contract.SecretRef>().Select(s => s.TryRead(out _, out var why) ? null : why).OfType<string>().FirstOrDefault();
        return settings is { Email: null, Webhook: null, Fhir: null }
            ? Finding.Warn(Check, "no channel is set: nobody is told by e-mail or webhook, and notices stay in the list.", "Set Hub:Notices:Email or Hub:Notices:Webhook, or look regularly: hub notice list.")
            : missing is not null ? Finding.Bad(Check, missing, "Without it nobody is told.")
            : Finding.Good(Check, $"told by {string.Join(" and ", new[] { settings.Email is null ? null : "e-mail", settings.Webhook is null ? null : "webhook", settings.Fhir is { } fhir ? $"{fhir.As} at {fhir.Partner}" : null }.OfType<string>())}; nothing was sent to try.");
    }

    private static Finding Rota(string? folder, TimeProvider time)
    {
        const string Check = "rota";
        var rota = Hub.Proxy.Handovers.Rota.Open(folder);
        if (rota.Roles.Count == 0)
        {
            return rota.Fault is { } fault ? Finding.Bad(Check, fault, "Correct the file.") : Finding.Good(Check, "there is none (handover/rota.json in the rules directory): roles are told without a person's name.");
        }

        try
        {
            var gaps = RotaWatch.Gaps(rota, Hub.Proxy.Handovers.HandoverRules.Open(folder), time.GetUtcNow()).ToList();
            return gaps.Count == 0 ? Finding.Good(Check, "every role has somebody at every hour of the next 14 days.")
                : Finding.Warn(Check, $"{gaps.Count} role(s) have nobody at some hour of the next 14 days; {gaps[0].Role} from {Hub.Proxy.Handovers.Words.London(gaps[0].From)}.", "Fill the hours.");
        }
        catch (System.Text.Json.JsonException wrong)
        {
            return Finding.Bad(Check, wrong.Message, "Correct the file.");
        }
    }

    private static Finding Rules(string? folder, TimeProvider time)
    {
        const string Check = "monitoring rules";
        if (folder is null)
        {
            return Finding.Good(Check, "none are set (Hub:RulesDirectory).");
        }

        if (!Directory.Exists(folder))
        {
            return Finding.Bad(Check, $"there is no folder {Path.GetFullPath(folder)}.", "Create it, or leave Hub:RulesDirectory out.");
        }

        var book = MonitoringRuleBook.Open(folder, time);
        return book.Problems is [var first, ..]
            ? Finding.Bad(Check, $"{book.Problems.Count} problem(s); the first: {first.File}, line {first.Line}, {first.Field}: {first.Text}", first.Expected)
            : Finding.Good(Check, $"{book.All.Count} right, {book.Enabled.Count} of them signed and enabled.");
    }
}
