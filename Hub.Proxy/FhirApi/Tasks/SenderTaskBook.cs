using Hub.Adapters.Contract;
using Hub.Fhir.Resources;
using Hub.Proxy.Handovers;
using Hub.Proxy.Handovers.Senders;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>
/// What was asked because of a sender's own messages, as Tasks that say how each stands. They name the sender's message and episode and no person: the
/// sender knows who it is.
/// </summary>
internal sealed class SenderTaskBook(Func<HubDbContext> open, TimeProvider time)
{
    /// <summary>One page, and where the next begins; null where this is the last. Without ids, messages or episodes: what is open.</summary>
    public async Task<(IReadOnlyList<StandingTask> Tasks, Guid? Next)> SearchAsync(PartnerFile sender, TaskQuery query, CancellationToken cancellationToken)
    {
        await using var context = open();
        var rows = context.Obligations.AsNoTracking()
            .Where(o => context.Events.Any(e => e.Id == o.EventId && context.Received.Any(r => r.Id == e.ReceivedId && r.SourceId == sender.Id)));
        rows = query.Ids.Count > 0 ? rows.Where(o => query.Ids.Contains(o.Id) || (o.TaskId != null && query.Ids.Contains(o.TaskId.Value))) : rows;
        rows = query.Messages is { } messages ? rows.Where(o => context.Events.Any(e => e.Id == o.EventId && messages.Contains(e.ReceivedId))) : rows;
        rows = query.Episodes is { } episodes ? rows.Where(o => episodes.Contains(o.EpisodeId)) : rows;
        rows = query is { Ids.Count: 0, Messages: null, Episodes: null } ? rows.Where(o => o.ClosedAt == null) : rows;
        rows = query.States is { } states ? rows.Where(o => states.Contains(o.State)) : rows;
        rows = query.ChangedFrom is { } from ? rows.Where(o => o.ChangedAt >= from) : rows;
        rows = query.ChangedBefore is { } before ? rows.Where(o => o.ChangedAt < before) : rows;
        rows = query.After is { } after ? rows.Where(o => o.Id.CompareTo(after) > 0) : rows;
        var page = await rows.OrderBy(o => o.Id).Take(query.Count + 1).ToListAsync(cancellationToken);
        var shown = page.Take(query.Count).ToList();
        return (await StandAsync(context, shown, sender, cancellationToken), page.Count > query.Count ? shown[^1].Id : null);
    }

    /// <summary>The sender's messages of that id.</summary>
    public async Task<IReadOnlyList<Guid>> MessagesAsync(string sourceId, string key, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Received.Where(r => r.SourceId == sourceId && r.MessageKey == key).Select(r => r.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The episodes of that id: whose they are is asked with the Tasks.</summary>
    public async Task<IReadOnlyList<long>> EpisodesAsync(string organisation, string localId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.EpisodeStates.Where(e => e.EpisodeOrganisation == organisation && e.LocalId == localId).Select(e => e.Id).ToListAsync(cancellationToken);
    }

    /// <summary>What a message told of, in the hub's name for it.</summary>
    public async Task<string> EventTypeAsync(Guid receivedId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Events.Where(e => e.ReceivedId == receivedId).OrderBy(e => e.EventIndex).Select(e => e.Type).FirstAsync(cancellationToken);
    }

    /// <summary>What one message asked, as it stands.</summary>
    public async Task<IReadOnlyList<StandingTask>> OfReceivedAsync(PartnerFile sender, Guid receivedId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var rows = await context.Obligations.AsNoTracking().Where(o => context.Events.Any(e => e.Id == o.EventId && e.ReceivedId == receivedId)).OrderBy(o => o.Id).ToListAsync(cancellationToken);
        return await StandAsync(context, rows, sender, cancellationToken);
    }

    private async Task<IReadOnlyList<StandingTask>> StandAsync(HubDbContext context, List<ObligationRow> rows, PartnerFile sender, CancellationToken cancellationToken)
    {
        var (eventIds, episodeIds) = (rows.ConvertAll(r => r.EventId), rows.ConvertAll(r => r.EpisodeId));
        var steps = await HandoverBook.StepsAsync(context, rows.ConvertAll(r => r.Id), cancellationToken);
        var keys = await context.Events.Where(e => eventIds.Contains(e.Id)).Join(context.Received, e => e.ReceivedId, r => r.Id, (e, r) => new { e.Id, r.MessageKey })
            .ToDictionaryAsync(e => e.Id, e => e.MessageKey, cancellationToken);
        var episodes = await context.EpisodeStates.Where(e => episodeIds.Contains(e.Id)).ToDictionaryAsync(e => e.Id, e => (e.EpisodeOrganisation, e.LocalId), cancellationToken);
        return rows.ConvertAll(row =>
        {
            var view = new ObligationView(HandoverBook.Entry(row), "", [.. steps[row.Id]]);
            return new StandingTask(view.Entry.Obligation, Task(row, view, keys.GetValueOrDefault(row.EventId), episodes[row.EpisodeId], sender));
        });
    }

    private R4.Task Task(ObligationRow row, ObligationView view, string? messageKey, (string Organisation, string LocalId) episode, PartnerFile sender)
    {
        var line = SenderWords.Owed(view, time.GetUtcNow());
        return new R4.Task
        {
            Id = row.Id.ToString("D"),
            Meta = new R4.Meta { VersionId = row.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), LastUpdated = row.ChangedAt },
            Identifier = [new R4.Identifier(CodeSystems.Rfc4122, ResourceIds.Url((row.TaskId ?? row.Id).ToString("D")))],
            GroupIdentifier = new R4.Identifier($"{CodeSystems.EpisodeId}/{episode.Organisation}", episode.LocalId),
            Status = TaskWords.Status(row.State),
            StatusReason = line.Reason is { } why ? new R4.CodeableConcept { Text = why } : null,
            BusinessStatus = TaskWords.BusinessStatus(view.Entry.Obligation, view.Steps) is { } code ? new R4.CodeableConcept(CodeSystems.BusinessStatus, code) : null,
            Intent = R4.Task.TaskIntent.Proposal,
            Code = new R4.CodeableConcept { Text = line.Kind },
            Description = line.Line,
            Focus = messageKey is null ? null : new R4.ResourceReference { Type = "MessageHeader", Identifier = new R4.Identifier(CodeSystems.SourceMessageId, messageKey) },
            AuthoredOn = row.StartsAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            LastModified = row.ChangedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            Requester = new R4.ResourceReference { Display = sender.Name, Identifier = sender.Organisation is { } ods ? new R4.Identifier(CodeSystems.OdsOrganization, ods.Value) : null },
            Owner = new R4.ResourceReference { Display = row.Owner ?? line.AskedOf },
            Restriction = row.DueAt is { } due ? new R4.Task.RestrictionComponent { Period = new R4.Period { End = due.ToString("O", System.Globalization.CultureInfo.InvariantCulture) } } : null,
            Note = line.Question is { } question ? [new R4.Annotation { Text = question }] : [],
        };
    }
}
