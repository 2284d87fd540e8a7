using Hub.Adapters.Contract;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;

namespace Hub.Proxy.Notices;

/// <summary>Looks ahead two weeks for hours in which a role has nobody: an alert before the hour comes, and not at it (clinical rule 15).</summary>
internal sealed partial class RotaWatch(IMessageStore store, Rota rota, HandoverRules rules, TimeProvider time, ILogger<RotaWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(14);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(1);

    // Told of once a day: an entry that was closed while its hour is still empty comes back, and does not nag.
    private readonly Dictionary<(string Role, DateTimeOffset From), DateTimeOffset> told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (StorageUnavailableException away)
            {
                LogFault(away);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var (role, from, until) in Gaps(rota, rules, now))
        {
            // A gap that has begun moves with the clock; it is one gap.
            var start = from <= now ? DateTimeOffset.MinValue : from;
            if (told.TryGetValue((role, start), out var at) && now - at < TimeSpan.FromDays(1))
            {
                continue;
            }

            await store.AttendAsync(Entry(role, from, until, start, now), cancellationToken);
            told[(role, start)] = now;
        }
    }

    /// <summary>Roles of the rota itself and of the rules, where there is a rota at all.</summary>
    internal static IEnumerable<(string Role, DateTimeOffset From, DateTimeOffset Until)> Gaps(Rota rota, HandoverRules rules, DateTimeOffset now)
    {
        var known = rota.Roles;
        var roles = known.Count == 0 ? [] : known.Concat(rules.Ladder.Where(r => r.Role != "owner").Select(r => r.Role.Replace('-', ' '))).Concat(rules.Duties.Where(d => d.Enabled).Select(d => d.Chaser)).Concat(rules.Overrides.Select(o => o.Chaser).OfType<string>())
            .Distinct(StringComparer.OrdinalIgnoreCase);
        return roles.SelectMany(role => rota.Gaps(role, now, Ahead).Take(1).Select(gap => (role, gap.From, gap.Until)));
    }

    private static PlannedAttention Entry(string role, DateTimeOffset from, DateTimeOffset until, DateTimeOffset start, DateTimeOffset now) => new()
    {
        AttentionId = Guid.CreateVersion7(now),
        Kind = "rota-gap",
        Subject = $"{role.ToUpperInvariant()} {start:O}",
        Reason = $"Nobody is on the rota as {role} from {(from <= now ? "now" : Words.London(from))} until {Words.London(until)}. What falls due then would be told to nobody by name.",
        Owner = "on call manager",
        NextStep = "Put somebody on the rota for these hours (handover/rota.json in the rules directory). The next gap, if there is one, is shown when this one is filled.",
        Urgency = from - now < Soon ? Urgency.Urgent : Urgency.Routine,
        DueAt = from > now ? from : now,
    };

    [LoggerMessage(9004, LogLevel.Error, "The rota's gaps could not be written down; they are looked at again")]
    private partial void LogFault(Exception away);
}
