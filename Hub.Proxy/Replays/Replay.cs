using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Replays;

/// <summary>One delivery that could be sent again, judged and, where it may be mapped anew, composed.</summary>
internal sealed record Replay
{
    public required StoredMessage Message { get; init; }
    public required StoredEvent Event { get; init; }
    public required DeliveryRow Original { get; init; }
    public required PartnerFile Partner { get; init; }
    public required ReplayJudgement Judgement { get; init; }

    /// <summary>What today's mapping makes of it; null where it may not be mapped anew.</summary>
    public PlannedDelivery? Today { get; init; }

    /// <summary>The words that it is stamped with when it is mapped anew; null for none.</summary>
    public string? Stamp { get; init; }

    /// <summary>What the operator's list is told of it.</summary>
    public IReadOnlyList<PlannedAttention> Attention { get; init; } = [];
    public int Version { get; init; }

    public string? Refused(ReplayForm form) => form == ReplayForm.AsSent ? Judgement.AsSentRefused : Judgement.RemapRefused;
}
