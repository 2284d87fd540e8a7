using System.Text.Json;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Handovers;

/// <summary>What is asked for in a list of open obligations.</summary>
/// <param name="PartnerId">Only what was asked of one partner; null for all.</param>
/// <param name="EpisodeId">Only of one episode; null for all.</param>
/// <param name="OverdueAt">Only what is overdue then; null for all.</param>
/// <param name="After">The last one seen, for the page that follows; null for the first.</param>
public sealed record WorklistRequest(string? PartnerId, long? EpisodeId, DateTimeOffset? OverdueAt, (DateTimeOffset DueAt, Guid Id)? After, int Max);

/// <summary>An obligation in a list: nothing of the person, the words are on its own page.</summary>
/// <param name="TaskId">The Task by which its partner answers it; null where no message asks.</param>
public sealed record WorklistEntry(Obligation Obligation, long EpisodeId, Guid EventId, string? PartnerId, Guid? TaskId);

/// <summary>How many obligations with a clock are open, and how many of those overdue.</summary>
public sealed record ObligationCounts(int Open, int Overdue);

/// <summary>One step with what was said.</summary>
public sealed record StepView(DateTimeOffset At, string Act, ActChannel Channel, string By, string? Role, ObligationState State, StepNote? Note);

/// <summary>An obligation with its words and its story.</summary>
public sealed record ObligationView(WorklistEntry Entry, string Text, IReadOnlyList<StepView> Steps);

/// <summary>One copy of one event's message, as its recipient has it.</summary>
public sealed record CopyLine(Guid DeliveryId, Guid EventId, string EventType, string Recipient, string? PartnerId, string State, string Line);

/// <summary>A handover: the episode, who holds the person, what is owed and by whom, what it amounts to.</summary>
public sealed record HandoverView
{
    public required long EpisodeId { get; init; }
    public required string Organisation { get; init; }
    public required string LocalId { get; init; }
    public required EpisodeStatus Status { get; init; }
    public required IReadOnlyList<string> Holder { get; init; }

    /// <summary>Later handovers under which the person is in care again: the first lines of <see cref="Holder"/> name them.</summary>
    public IReadOnlyList<long> BackInCareAs { get; init; } = [];
    public required IReadOnlyList<HandoverCheck> Checks { get; init; }
    public required IReadOnlyList<CopyLine> Copies { get; init; }
    public required IReadOnlyList<ObligationView> Obligations { get; init; }
}

/// <summary>Reads handovers from the store, for people and systems that ask how one stands.</summary>
/// <param name="open">Opens the store.</param>
/// <param name="rules">Who answers in a gap, as the trust decided.</param>
internal sealed class HandoverBook(Func<HubDbContext> open, HandoverRules rules)
{
    /// <summary>Open obligations, what is due first first; those without a date last. Paged by what was seen, so that a page costs the same wherever it is.</summary>
    public async Task<IReadOnlyList<WorklistEntry>> WorklistAsync(WorklistRequest request, CancellationToken cancellationToken)
    {
        await using var context = open();
        return [.. (await Worklist(context, request).ToListAsync(cancellationToken)).Select(Entry)];
    }

    /// <summary>The query of one page, as it is sent: its plan is looked at by a test.</summary>
    internal static IQueryable<ObligationRow> Worklist(HubDbContext context, WorklistRequest request)
    {
        var rows = context.Obligations.AsNoTracking().Where(o => o.ClosedAt == null && o.DueAt != null);
        rows = request.PartnerId is { } partner ? rows.Where(o => o.PartnerId == partner) : rows;
        rows = request.EpisodeId is { } episode ? rows.Where(o => o.EpisodeId == episode) : rows;
        rows = request.OverdueAt is { } now ? rows.Where(o => o.DueAt <= now) : rows;
        rows = request is { EpisodeId: not null, OverdueAt: null } ? rows : NotAnswered(rows); // of one episode all that stands is shown
        if (request.After is { } after)
        {
            rows = rows.Where(o => o.DueAt > after.DueAt || (o.DueAt == after.DueAt && o.Id.CompareTo(after.Id) > 0));
        }

        return rows.OrderBy(o => o.DueAt).ThenBy(o => o.Id).Take(request.Max);
    }

    /// <summary>What somebody with a name has taken on, where no more was asked than that, waits for nobody: it is no work and never late.</summary>
    private static IQueryable<ObligationRow> NotAnswered(IQueryable<ObligationRow> rows) =>
        rows.Where(o => o.State != ObligationState.Accepted
            || (o.Kind != ObligationKind.CmhtAccepts && o.Kind != ObligationKind.MedicineResponsibility && o.Kind != ObligationKind.GapConfirmed));

    /// <summary>How many obligations are open, and how many of them overdue.</summary>
    public async Task<ObligationCounts> CountAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = open();
        var owed = NotAnswered(context.Obligations.Where(o => o.ClosedAt == null && o.DueAt != null));
        return new ObligationCounts(await owed.CountAsync(cancellationToken), await owed.CountAsync(o => o.DueAt <= now, cancellationToken));
    }

    /// <summary>The internal id of an episode, by the sender's own; null where there is none.</summary>
    public async Task<long?> FindEpisodeAsync(string organisation, string localId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.EpisodeStates.Where(e => e.EpisodeOrganisation == organisation && e.LocalId == localId).Select(e => (long?)e.Id).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Null where there is no such episode.</summary>
    public async Task<EpisodeState?> EpisodeAsync(long episodeId, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await StateAsync(context, episodeId, null, cancellationToken);
    }

    /// <summary>Null where there is no such episode.</summary>
    public async Task<HandoverView?> HandoverAsync(long episodeId, CancellationToken cancellationToken)
    {
        await using var context = open();
        if (await context.EpisodeStates.AsNoTracking().SingleOrDefaultAsync(e => e.Id == episodeId, cancellationToken) is not { } row
            || await StateAsync(context, episodeId, null, cancellationToken) is not { } state)
        {
            return null;
        }

        var rows = await context.Obligations.AsNoTracking().Where(o => o.EpisodeId == episodeId).OrderBy(o => o.ClosedAt != null).ThenBy(o => o.DueAt).ThenBy(o => o.Id).ToListAsync(cancellationToken);
        var obligations = rows.ConvertAll(r => Entry(r).Obligation);
        var back = await BackInCareAsync(context, row, cancellationToken);
        return new HandoverView
        {
            EpisodeId = row.Id,
            Organisation = row.EpisodeOrganisation,
            LocalId = row.LocalId,
            Status = row.Status,
            BackInCareAs = back,
            Holder = [.. back.Select(id => HandoverStatus.BackInCare(id)), .. HandoverStatus.Holder(state, obligations, rules)],
            Checks = HandoverStatus.Of(state, obligations),
            Copies = await CopiesAsync(context, episodeId, cancellationToken),
            Obligations = await ViewsAsync(context, rows, cancellationToken),
        };
    }

    /// <summary>Null where there is no such obligation.</summary>
    public async Task<ObligationView?> ObligationAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = open();
        var row = await context.Obligations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellationToken);
        return row is null ? null : (await ViewsAsync(context, [row], cancellationToken))[0];
    }

    /// <summary>Who holds the person now is not told by an episode that has ended where another has begun since.</summary>
    private static async Task<IReadOnlyList<long>> BackInCareAsync(HubDbContext context, EpisodeStateRow ended, CancellationToken cancellationToken) =>
        ended.Status != EpisodeStatus.Discharged ? []
        : await context.EpisodeStates.AsNoTracking().Where(e => e.PersonId == ended.PersonId && e.Status == EpisodeStatus.Open && e.Id > ended.Id).Select(e => e.Id).Order().ToListAsync(cancellationToken);

    private static async Task<IReadOnlyList<CopyLine>> CopiesAsync(HubDbContext context, long episodeId, CancellationToken cancellationToken)
    {
        var copies = await context.Deliveries.AsNoTracking()
            .Join(context.Events.Where(e => e.EpisodeId == episodeId), d => d.EventId, e => e.Id, (d, e) => new { Delivery = d, e.Type })
            .OrderBy(c => c.Delivery.CreatedAt).ThenBy(c => c.Delivery.Id).ToListAsync(cancellationToken);
        var ids = copies.ConvertAll(c => c.Delivery.Id);
        var matched = await context.Acknowledgements.AsNoTracking().Where(k => ids.Contains(k.DeliveryId) && k.SentCode == Hub.Fhir.Itk3.ItkResponseCodes.PatientKnown)
            .Select(k => k.DeliveryId).ToListAsync(cancellationToken);
        return [.. copies.Select(c => new CopyLine(
            c.Delivery.Id, c.Delivery.EventId, c.Type, c.Delivery.RecipientName, c.Delivery.PartnerId, c.Delivery.Stands.ToLowerInvariant(), RecipientWords.Of(c.Delivery, matched.Contains(c.Delivery.Id))))];
    }

    private static async Task<IReadOnlyList<ObligationView>> ViewsAsync(HubDbContext context, IReadOnlyList<ObligationRow> rows, CancellationToken cancellationToken)
    {
        var steps = await StepsAsync(context, [.. rows.Select(r => r.Id)], cancellationToken);
        var texts = new Dictionary<Guid, string>();
        foreach (var group in rows.GroupBy(r => (r.EpisodeId, r.EpisodeVersion, r.EventId)))
        {
            foreach (var (id, text) in await TextsAsync(context, group.Key.EpisodeId, group.Key.EpisodeVersion, group.Key.EventId, cancellationToken))
            {
                texts[id] = text;
            }
        }

        return [.. rows.Select(r => new ObligationView(Entry(r), texts.GetValueOrDefault(r.Id) ?? Fallback(r), [.. steps[r.Id]]))];
    }

    /// <summary>The steps of obligations, oldest first, with what was said.</summary>
    internal static async Task<ILookup<Guid, StepView>> StepsAsync(HubDbContext context, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var steps = await context.ObligationSteps.AsNoTracking().Where(s => ids.Contains(s.ObligationId)).OrderBy(s => s.Id).ToListAsync(cancellationToken);
        var noteIds = steps.Select(s => s.NotePayloadId).OfType<long>().Distinct().ToList();
        var notes = await context.Payloads.AsNoTracking().Where(p => noteIds.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => ReadNote(context.Keys, p), cancellationToken);
        return steps.ToLookup(s => s.ObligationId, s => new StepView(s.At, s.Act, s.Channel, s.By, s.Role, s.State, s.NotePayloadId is { } n ? notes.GetValueOrDefault(n) : null));
    }

    /// <summary>The words of what an event asked, made again from the event and its episode as they were told: text and demand come from one model.</summary>
    private static async Task<IReadOnlyDictionary<Guid, string>> TextsAsync(HubDbContext context, long episodeId, long version, Guid eventId, CancellationToken cancellationToken) =>
        await ComposeAgainAsync(context, episodeId, version, eventId, Audience.Cmht, cancellationToken) is ({ } happened, { } after, { } composed)
            ? Duties.Of(happened, after, composed.Asks).GroupBy(d => d.IdIn(after.Key)).ToDictionary(g => g.Key, g => g.First().Text)
            : new Dictionary<Guid, string>();

    /// <summary>The message of an event made again, from the event and its episode as they were told; null where they are no longer kept.</summary>
    internal static async Task<(CareEvent Happened, EpisodeState After, ComposedBody Composed)?> ComposeAgainAsync(
        HubDbContext context, long episodeId, long version, Guid eventId, Audience audience, CancellationToken cancellationToken)
    {
        var stored = await context.Events.AsNoTracking().Where(e => e.Id == eventId)
            .Join(context.Payloads, e => e.PayloadId, p => p.Id, (e, p) => new { e.ReceivedAt, Payload = p }).SingleOrDefaultAsync(cancellationToken);
        if (stored is null or { Payload.Encoding: StoredContent.Gone } || await StateAsync(context, episodeId, version, cancellationToken) is not { } after)
        {
            return null;
        }

        var happened = CareEventJson.ReadEvent(context.Keys.Read(stored.Payload));
        var composed = BundleComposer.Compose(new ComposeRequest
        {
            Event = happened, Episode = after, Before = await StateAsync(context, episodeId, version - 1, cancellationToken), ReceivedAt = stored.ReceivedAt, Audience = audience,
        });
        return (happened, after, composed);
    }

    private static async Task<EpisodeState?> StateAsync(HubDbContext context, long episodeId, long? version, CancellationToken cancellationToken)
    {
        var versions = context.EpisodeVersions.AsNoTracking().Where(v => v.EpisodeId == episodeId);
        var row = await (version is { } exactly ? versions.Where(v => v.Version == exactly) : versions.OrderByDescending(v => v.Version)).FirstOrDefaultAsync(cancellationToken);
        return row is null ? null : CareEventJson.ReadState(context.Keys.Read(row));
    }

    private static StepNote? ReadNote(ContentKeys keys, PayloadRow payload) =>
        payload.Encoding == StoredContent.Gone ? null : JsonSerializer.Deserialize<StepNote>(keys.Read(payload));

    private static string Fallback(ObligationRow row) => $"{ObligationWords.Name(row.Kind)} ({row.Subject}); the message that asked for it is no longer kept.";

    internal static WorklistEntry Entry(ObligationRow row) => new(
        new Obligation
        {
            Id = row.Id, Kind = row.Kind, Subject = row.Subject, Actor = row.Actor, ActorName = row.ActorName, Chaser = row.Chaser, State = row.State, Owner = row.Owner,
            OwnerToldBy = row.OwnerToldBy, StartsAt = row.StartsAt, DueAt = row.DueAt, Clock = row.Clock, Urgent = row.Urgent, RungsTold = row.RungsTold,
            NextClockAt = row.HeldClockAt ?? row.NextClockAt, HeldSince = row.HeldSince, NeverPaused = row.NeverPaused, Version = row.Version,
        },
        row.EpisodeId, row.EventId, row.PartnerId, row.TaskId);
}
