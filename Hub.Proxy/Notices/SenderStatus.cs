using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Notices;

/// <summary>What a source is told when something changes: its own ids, states and names of teams and workers, and none of the words that were said.</summary>
public sealed record SenderStatus
{
    public required Guid EventId { get; init; }

    /// <summary>The source's own id of the message; null where it gave none.</summary>
    public string? MessageId { get; init; }
    public required SenderEpisode Episode { get; init; }
    public required Guid ObligationId { get; init; }

    /// <summary>The Task in the message, where the message had one.</summary>
    public Guid? TaskId { get; init; }
    public required string Kind { get; init; }
    public string? AskedOf { get; init; }

    /// <summary>How it stands when this is sent, which may be later than what is told.</summary>
    public required ObligationState State { get; init; }
    public string? Owner { get; init; }
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Grows with every change: of two that come in another order, the greater is the later.</summary>
    public required long Version { get; init; }

    /// <summary>Where the whole is read, with the source's own token.</summary>
    public required string Read { get; init; }
}

/// <summary>An episode by its source's own number.</summary>
public sealed record SenderEpisode(string Organisation, string Id);

/// <summary>Reads how an obligation stands, for its source.</summary>
internal sealed class SenderStatusBook(Func<HubDbContext> open)
{
    /// <summary>Null where the message that asked for it is no longer kept.</summary>
    public async Task<SenderStatus?> FindAsync(Guid obligationId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Obligations.AsNoTracking().Where(o => o.Id == obligationId)
            .Join(context.Events, o => o.EventId, e => e.Id, (o, e) => new { Obligation = o, e.ReceivedId })
            .Join(context.Received, o => o.ReceivedId, r => r.Id, (o, r) => new { o.Obligation, r.MessageKey })
            .Join(context.EpisodeStates, o => o.Obligation.EpisodeId, s => s.Id, (o, s) => new { o.Obligation, o.MessageKey, s.EpisodeOrganisation, s.LocalId })
            .SingleOrDefaultAsync(cancellationToken) is not { } found ? null : new SenderStatus
            {
                EventId = found.Obligation.EventId,
                MessageId = found.MessageKey,
                Episode = new SenderEpisode(found.EpisodeOrganisation, found.LocalId),
                ObligationId = obligationId,
                TaskId = found.Obligation.TaskId,
                Kind = ObligationWords.Name(found.Obligation.Kind),
                AskedOf = found.Obligation.ActorName,
                State = found.Obligation.State,
                Owner = found.Obligation.Owner,
                DueAt = found.Obligation.DueAt,
                Version = found.Obligation.Version,
                Read = $"/events/{found.Obligation.EventId}/handover",
            };
    }
}
