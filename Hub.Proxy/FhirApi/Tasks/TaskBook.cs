using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>A Task as it stands, with the obligation behind it.</summary>
internal sealed record StandingTask(Obligation Obligation, R4.Task Task);

/// <summary>
/// The Tasks that one partner was asked, read from the store: its own, in messages that its system has taken. What is held back from it, for whatever
/// reason, cannot be read around the hold.
/// </summary>
internal sealed class TaskBook(Func<HubDbContext> open)
{
    /// <summary>Null where this partner has no such Task.</summary>
    public async Task<StandingTask?> FindAsync(PartnerFile partner, Guid taskId, CancellationToken cancellationToken)
    {
        await using var context = open();
        var row = await AskedOf(context, partner.Id).Where(o => o.TaskId == taskId).FirstOrDefaultAsync(cancellationToken);
        return row is not null && await StandAsync(context, [row], partner, cancellationToken) is [var found] ? found : null;
    }

    /// <summary>One page, and where the next begins; null where this is the last.</summary>
    public async Task<(IReadOnlyList<StandingTask> Tasks, Guid? Next)> SearchAsync(PartnerFile partner, TaskQuery query, CancellationToken cancellationToken)
    {
        await using var context = open();
        var rows = AskedOf(context, partner.Id);
        rows = query.Ids.Count > 0 ? rows.Where(o => query.Ids.Contains(o.TaskId!.Value)) : rows;
        rows = query.States is { } states ? rows.Where(o => states.Contains(o.State)) : rows;
        rows = query.Persons is { } persons ? rows.Where(o => persons.Contains(o.PersonId) || context.Persons.Any(p => p.Id == o.PersonId && p.MergedInto != null && persons.Contains(p.MergedInto.Value))) : rows;
        rows = query.ChangedFrom is { } from ? rows.Where(o => o.ChangedAt >= from) : rows;
        rows = query.ChangedBefore is { } before ? rows.Where(o => o.ChangedAt < before) : rows;
        rows = query.After is { } after ? rows.Where(o => o.TaskId!.Value.CompareTo(after) > 0) : rows;
        var page = await rows.OrderBy(o => o.TaskId).Take(query.Count + 1).ToListAsync(cancellationToken);
        var shown = page.Take(query.Count).ToList();
        return (await StandAsync(context, shown, partner, cancellationToken), page.Count > query.Count ? shown[^1].TaskId : null);
    }

    private static IQueryable<ObligationRow> AskedOf(HubDbContext context, string partnerId) => context.Obligations.AsNoTracking()
        .Where(o => o.PartnerId == partnerId && o.TaskId != null && context.Deliveries.Any(d => d.EventId == o.EventId && d.PartnerId == partnerId
            && (d.State == DeliveryState.Delivered || (d.State == DeliveryState.Superseded && context.Deliveries.Any(c => c.Id == d.CarriedBy && c.State == DeliveryState.Delivered)))));

    private static async Task<IReadOnlyList<StandingTask>> StandAsync(HubDbContext context, IReadOnlyList<ObligationRow> rows, PartnerFile partner, CancellationToken cancellationToken)
    {
        var steps = await HandoverBook.StepsAsync(context, [.. rows.Select(r => r.Id)], cancellationToken);
        var messages = new Dictionary<(long, long, Guid), R4.Bundle?>();
        var tasks = new List<StandingTask>();
        foreach (var row in rows)
        {
            var key = (row.EpisodeId, row.EpisodeVersion, row.EventId);
            if (!messages.TryGetValue(key, out var message))
            {
                message = await HandoverBook.ComposeAgainAsync(context, row.EpisodeId, row.EpisodeVersion, row.EventId, partner.Audience ?? Audience.Cmht, cancellationToken) is ({ } _, { } _, { } composed)
                    ? SentTask.Open(composed) : null;
                messages[key] = message;
            }

            if (message is not null && SentTask.Find(message, row.TaskId!.Value.ToString("D")) is { } sent)
            {
                var now = HandoverBook.Entry(row).Obligation;
                tasks.Add(new StandingTask(now, TaskWords.Stand(sent, now, row.ChangedAt, steps[row.Id], partner)));
            }
        }

        return tasks;
    }
}
