using System.Diagnostics.Metrics;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Upkeep;

namespace Hub.Proxy.Telemetry;

/// <summary>What stands in the store, read every few seconds and told when asked: a scrape must not wait for a database, nor several scrapers read it several times.</summary>
internal sealed partial class StoreGauges : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private readonly PartnerStatus partners;
    private readonly HandoverBook handovers;
    private readonly Timeline timeline;
    private readonly DiskWatch disk;
    private readonly StoreOptions store;
    private readonly TimeProvider time;
    private readonly ILogger<StoreGauges> logger;
    private readonly Meter meter;
    private volatile Reading? last;

    public StoreGauges(PartnerStatus partners, HandoverBook handovers, Timeline timeline, DiskWatch disk, StoreOptions store, IMeterFactory meters, TimeProvider time, ILogger<StoreGauges> logger)
    {
        (this.partners, this.handovers, this.timeline, this.disk, this.store, this.time, this.logger) = (partners, handovers, timeline, disk, store, time, logger);
        meter = meters.Create(HubMeters.MeterName);
        OfPartners("hub.partner.oldest_waiting", "s", "Age of the oldest message that waits for a partner; 0 where none does.", p => p.OldestWaitingSince is { } since ? (time.GetUtcNow() - since).TotalSeconds : 0);
        OfPartners("hub.partner.last_good_send", "s", "When a partner last took a message, in seconds since 1970.", p => p.LastGoodSend is { } sent ? sent.ToUnixTimeMilliseconds() / 1000.0 : null);
        OfPartners("hub.partner.lanes_waiting", "{lane}", "Persons with something unfinished at a partner.", p => p.LanesWaiting);
        OfPartners("hub.partner.deliveries_waiting", "{delivery}", "Messages unfinished at a partner: the depth of its lanes.", p => p.DeliveriesWaiting);
        OfPartners("hub.partner.deliveries_awaited", "{delivery}", "Messages that a partner has taken and is to answer later.", p => p.DeliveriesAwaited);
        OfPartners("hub.partner.held", "{partner}", "1 while nothing is sent to a partner until a person decides.", p => p.HeldReason is null ? 0 : 1);
        OfPartners("hub.partner.left_alone", "{partner}", "1 while a partner is left alone after failures (its breaker is not closed).", p => p.Breaker is BreakerState.Closed or null ? 0 : 1);
        OfStore("hub.obligations.open", "{obligation}", "Obligations that nobody has closed.", r => r.Obligations.Open);
        OfStore("hub.obligations.overdue", "{obligation}", "Obligations whose clock has run out.", r => r.Obligations.Overdue);
        OfStore("hub.attention.open", "{entry}", "Open entries of the operator's list.", r => r.Attention);
        OfStore("hub.deliveries.refused", "{delivery}", "Messages that a recipient has refused and nothing has told again.", r => r.Open.Refused);
        OfStore("hub.deliveries.held", "{delivery}", "Messages that wait for a person's word.", r => r.Open.Held);
        OfStore("hub.deliveries.unroutable", "{delivery}", "Messages whose recipient has no partner file.", r => r.Open.Unroutable);
        OfStore("hub.deliveries.unknown", "{delivery}", "Messages that were sent and nobody can tell what became of.", r => r.Open.Unknown);
        OfStore("hub.store.size", "By", "The store: SQLite's file and log, or PostgreSQL's database.", r => r.StoreBytes);
        OfStore("hub.store.reading_age", "s", "Age of these readings: rising, the store cannot be read.", r => (time.GetUtcNow() - r.At).TotalSeconds);
        OfDisk("hub.disk.free", "By", "Room for the store on its disk, and inside its file.", d => d.FreeBytes);
        OfDisk("hub.disk.intake_stopped", "{hub}", "1 while the disk is too full for intake.", d => d.IntakeStopped ? 1 : 0);
        OfDisk("hub.disk.until_full", "s", "Until intake must stop at the present rate; absent where that cannot be said.", d => d.UntilStop?.TotalSeconds);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                last = await ReadAsync(stoppingToken);
            }
#pragma warning disable CA1031 // A store that is away is told by readings that grow old; the next look may find it.
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogUnread(fault.GetType().Name);
            }

            await Task.Delay(Every, time, stoppingToken);
        }
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    private async Task<Reading> ReadAsync(CancellationToken cancellationToken) => new(
        time.GetUtcNow(), await partners.ReadAsync(cancellationToken), await handovers.CountAsync(time.GetUtcNow(), cancellationToken),
        await timeline.CountAttentionAsync(cancellationToken), await timeline.CountOpenAsync(cancellationToken), await StoreSize.ReadAsync(store, cancellationToken));

    private void OfPartners(string name, string unit, string says, Func<PartnerStatusView, double?> value) => meter.CreateObservableGauge(
        name,
        () => (last?.Partners ?? []).Select(p => (p.Id, Value: value(p))).Where(p => p.Value is not null)
            .Select(p => new Measurement<double>(p.Value!.Value, new KeyValuePair<string, object?>("partner", p.Id))),
        unit, says);

    private void OfStore(string name, string unit, string says, Func<Reading, double> value) =>
        meter.CreateObservableGauge<double>(name, () => last is { } read ? [new Measurement<double>(value(read))] : [], unit, says);

    private void OfDisk(string name, string unit, string says, Func<DiskState, double?> value) =>
        meter.CreateObservableGauge<double>(name, () => disk.State is { } state && value(state) is { } now ? [new Measurement<double>(now)] : [], unit, says);

    [LoggerMessage(10001, LogLevel.Warning, "Gauges could not be read from the store ({Fault}); the last readings grow old")]
    private partial void LogUnread(string fault);

    private sealed record Reading(DateTimeOffset At, IReadOnlyList<PartnerStatusView> Partners, ObligationCounts Obligations, int Attention, OpenCounts Open, long StoreBytes);
}
