using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Dispatch;

/// <summary>How sending to one partner stands, without a word about any patient.</summary>
public sealed record PartnerStatusView
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Protocol { get; init; }

    public PartnerMode Mode { get; init; }

    /// <summary>Messages composed in shadow mode, of now and of before; none of them was or will be sent.</summary>
    public long ShadowKept { get; init; }

    /// <summary>How many of those a rule or a person would have held back.</summary>
    public long ShadowWouldWait { get; init; }

    /// <summary>Null while sending; else why nothing goes.</summary>
    public string? HeldReason { get; init; }
    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>Messages a second while the backlog of a hold is worked off.</summary>
    public double? PerSecond { get; init; }

    /// <summary>Null where nobody can tell: the running hub was not asked.</summary>
    public BreakerState? Breaker { get; init; }
    public DateTimeOffset? BreakerOpenUntil { get; init; }

    /// <summary>Until when the partner has asked to be left alone (Retry-After).</summary>
    public DateTimeOffset? AskedToWaitUntil { get; init; }

    /// <summary>When a partner that fetches its messages last asked for them.</summary>
    public DateTimeOffset? LastAskedAt { get; init; }

    /// <summary>Persons with something unfinished.</summary>
    public required long LanesWaiting { get; init; }
    public required long DeliveriesWaiting { get; init; }

    /// <summary>What it has taken and is to answer later.</summary>
    public long DeliveriesAwaited { get; init; }
    public DateTimeOffset? OldestWaitingSince { get; init; }
    public DateTimeOffset? LastGoodSend { get; init; }

    /// <summary>Which version of its file runs, since when, and why not the one in the folder; null where nobody can tell.</summary>
    public PartnerVersion? File { get; init; }

    /// <summary>For a source: codes of its messages that stood in no table since the hub started; null where the running hub was not asked.</summary>
    public long? UnmappedCodes { get; init; }

    /// <summary>In one sentence: what keeps messages from going, or that nothing does.</summary>
    public string Words => File is { State: PartnerFileState.NotRunning } ? "not running"
        : File is { Role: "source" } ? "taking"
        : Mode == PartnerMode.Shadow ? $"shadow: nothing is sent; {ShadowKept} composed, {ShadowWouldWait} of them would have waited for a person"
        : HeldReason is { } held ? $"held: {held}"
        : Breaker is BreakerState.Open ? $"left alone after failures until {BreakerOpenUntil:HH:mm:ss}"
        : Breaker is BreakerState.TrialDue ? "left alone after failures; the next message is the trial"
        : AskedToWaitUntil is { } until ? $"asked to be left alone until {until:HH:mm:ss}"
        : PerSecond is { } rate ? $"sending its backlog at {rate:0.###} a second"
        : Protocol != "pull" ? "sending"
        : LastAskedAt is { } asked ? $"fetches by itself, last asked {asked:u}"
        : LanesWaiting == 0 ? "fetches by itself" : "fetches by itself, and has never asked";

    /// <summary>True where nothing keeps messages from going.</summary>
    public bool IsWell => File is null or { State: PartnerFileState.Current } && (Words is "sending" or "taking" || (HeldReason is null && Protocol == "pull" && (LastAskedAt is not null || LanesWaiting == 0)));
}

/// <summary>Reads how partners stand, for <c>hub partner status</c>, health and the console.</summary>
internal sealed class PartnerStatus(IPartnerDirectory partners, IMessageStore store, PartnerBreakers breakers, DispatchPump pump)
{
    public async Task<IReadOnlyList<PartnerStatusView>> ReadAsync(CancellationToken cancellationToken)
    {
        var views = new List<PartnerStatusView>();
        foreach (var partner in partners.All.Where(p => p.Role == PartnerRole.Recipient))
        {
            var breaker = breakers.StateOf(partner.Id);
            views.Add(await ReadAsync(store, partner, cancellationToken) with
            {
                Breaker = breaker.State,
                BreakerOpenUntil = breaker.OpenUntil,
                AskedToWaitUntil = pump.AskedToWaitUntil(partner.Id),
            });
        }

        return views;
    }

    /// <summary>What the store alone knows.</summary>
    public static async Task<PartnerStatusView> ReadAsync(IMessageStore store, PartnerFile partner, CancellationToken cancellationToken)
    {
        var standing = await store.FindPartnerAsync(partner.Id, cancellationToken);
        var backlog = await store.FindBacklogAsync(partner.Id, cancellationToken);
        var shadow = await store.CountShadowAsync(partner.Id, cancellationToken);
        return new PartnerStatusView
        {
            Id = partner.Id,
            Name = partner.Name,
            Protocol = partner.Protocol,
            Mode = partner.Mode,
            ShadowKept = shadow.Kept,
            ShadowWouldWait = shadow.WouldWait,
            HeldReason = standing.HeldReason,
            HeldAt = standing.HeldAt,
            PerSecond = standing.PerSecond,
            LastAskedAt = standing.LastAskedAt,
            LanesWaiting = backlog.LanesWaiting,
            DeliveriesWaiting = backlog.DeliveriesWaiting,
            DeliveriesAwaited = backlog.DeliveriesAwaited,
            OldestWaitingSince = backlog.OldestWaitingSince,
            LastGoodSend = backlog.LastGoodSend,
        };
    }
}
