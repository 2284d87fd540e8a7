using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Reports;

/// <summary>Gathers the facts of a month's discharges from the records, as they stood at a time: what was heard or done later does not count.</summary>
internal sealed class ReportBook(Func<HubDbContext> open)
{
    // ITK-ResponseCodes-1 and the routing errors of MESH: the person is not this practice's.
    private static readonly string[] NotOurPatient = ["30002", "30003", "EPL-150", "EPL-151", "EPL-152", "EPL-153", "EPL-154"];

    public async Task<HandoverReport> MakeAsync(ReportMonth month, DateTimeOffset asOf, string? team, CancellationToken cancellationToken)
    {
        await using var context = open();
        var facts = new List<DischargeFacts>();
        var notTheirs = await NotTheirsAsync(context, month, asOf, cancellationToken);
        foreach (var episode in await EpisodesAsync(context, month, asOf, cancellationToken))
        {
            if (await FactsAsync(context, episode, month, asOf, notTheirs, cancellationToken) is { } discharge && (team is null || discharge.Team == team))
            {
                facts.Add(discharge);
            }
        }

        return HandoverReport.Of(month, asOf, facts);
    }

    /// <summary>Episodes with a discharge of the month. A fact is not heard before it happens, so the index of arrival finds them; a day is allowed for clocks that go wrong.</summary>
    private static async Task<List<long>> EpisodesAsync(HubDbContext context, ReportMonth month, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var (from, until, arrived) = (month.From, month.Until, month.From.AddDays(-1));
        return await context.Received.AsNoTracking().Where(r => r.ReceivedAt >= arrived && r.ReceivedAt <= asOf)
            .Join(context.Events.Where(e => e.Type == DischargeType && e.OccurredAt >= from && e.OccurredAt < until && e.EpisodeId != null), r => r.Id, e => e.ReceivedId, (_, e) => e.EpisodeId!.Value)
            .Distinct().OrderBy(id => id).ToListAsync(cancellationToken);
    }

    private static string DischargeType { get; } = CareEventJson.TypeNames[typeof(Discharge)];

    /// <summary>Null where no discharge of the month stands.</summary>
    private static async Task<DischargeFacts?> FactsAsync(
        HubDbContext context, long episodeId, ReportMonth month, DateTimeOffset asOf, IReadOnlySet<Guid> notTheirs, CancellationToken cancellationToken)
    {
        var events = await context.Events.AsNoTracking().Where(e => e.EpisodeId == episodeId && e.ReceivedAt <= asOf && e.EpisodeVersion != null)
            .OrderBy(e => e.EpisodeVersion).ToListAsync(cancellationToken);
        if (events.Count == 0 || await StateAsync(context, episodeId, events[^1].EpisodeVersion!.Value, cancellationToken) is not { Discharge: { } discharge } state
            || !month.Holds(discharge.OccurredAt.Instant) || events.LastOrDefault(e => e.Type == DischargeType) is not { } told)
        {
            return null;
        }

        var duties = await DutiesAsync(context, episodeId, asOf, cancellationToken);
        return new DischargeFacts
        {
            Team = (discharge.Team ?? (state.Kind == EpisodeKind.Ward ? state.Ward : state.Crt))?.Name ?? "team not stated",
            At = discharge.OccurredAt.Instant,
            FollowUpIsDue = discharge.Kind == EpisodeKind.Ward || TakesOver(discharge),
            TeamTakesOver = TakesOver(discharge),
            NamesMedicines = discharge.Medicines is { Count: > 0 } || state.Medicines.Any(m => m.Status == MedicineStatus.Active),
            ListConfirmedAt = discharge is { MedicinesConfirmed: true, Medicines: not null } ? told.ReceivedAt : Answered(duties, ObligationKind.MedicineListConfirmed),
            BookedAt = discharge.FollowUp?.Start is not null ? told.ReceivedAt : Answered(duties, ObligationKind.FollowUpBooked),
            SeenAt = Seen(state, discharge) ?? Answered(duties, ObligationKind.FollowUpDone),
            Copies = await CopiesAsync(context, told.Id, asOf, notTheirs, cancellationToken),
            Duties = duties,
        };
    }

    private static bool TakesOver(Discharge discharge) => !discharge.GpOnly || discharge.DestinationTeams.Count > 0;

    private static DateTimeOffset? Seen(EpisodeState state, Discharge discharge) =>
        state.Contacts.Where(c => c.MissedOutcome is null && c.At.Instant > discharge.OccurredAt.Instant).Select(c => (DateTimeOffset?)c.At.Instant).Min();

    private static DateTimeOffset? Answered(IReadOnlyList<DutyFacts> duties, ObligationKind kind) => duties.Where(d => d.Kind == kind).Select(d => d.AnsweredAt).Min();

    /// <summary>Copies whose partner's table read the answer as "not our patient", whatever its code; by their entries, once a report.</summary>
    private static async Task<HashSet<Guid>> NotTheirsAsync(HubDbContext context, ReportMonth month, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var from = month.From.AddDays(-1);
        return [.. await context.Attention.AsNoTracking().Where(a => a.Kind == "not-our-patient" && a.DeliveryId != null && a.CreatedAt >= from && a.CreatedAt <= asOf)
            .Select(a => a.DeliveryId!.Value).ToListAsync(cancellationToken)];
    }

    private static async Task<IReadOnlyList<CopyFacts>> CopiesAsync(
        HubDbContext context, Guid eventId, DateTimeOffset asOf, IReadOnlySet<Guid> notTheirs, CancellationToken cancellationToken)
    {
        var copies = await context.Deliveries.AsNoTracking()
            .Where(d => d.EventId == eventId && d.Part == DocumentPart.Shareable && d.ReplayOf == null && d.State != DeliveryState.Shadow).ToListAsync(cancellationToken);
        var ids = copies.ConvertAll(c => c.Id);
        var carriers = copies.Select(c => c.CarriedBy).OfType<Guid>().ToList();
        var later = await context.Deliveries.AsNoTracking().Where(d => carriers.Contains(d.Id)).ToDictionaryAsync(d => d.Id, cancellationToken);
        var refused = (await context.Acknowledgements.AsNoTracking().Where(k => ids.Contains(k.DeliveryId) && k.ReceivedAt <= asOf && k.SentCode != null).ToListAsync(cancellationToken))
            .Where(k => NotOurPatient.Contains(k.SentCode)).Select(k => k.DeliveryId).ToHashSet();
        return [.. copies.OrderBy(c => c.Id).Select(c => new CopyFacts(c.Audience, TakenAt(c, later, asOf), refused.Contains(c.Id) || notTheirs.Contains(c.Id)))];
    }

    private static DateTimeOffset? TakenAt(DeliveryRow copy, Dictionary<Guid, DeliveryRow> later, DateTimeOffset asOf) =>
        copy is { State: DeliveryState.Delivered, FinishedAt: { } at } ? at <= asOf ? at : null
        : copy.CarriedBy is { } carrier && later.TryGetValue(carrier, out var other) && other is { State: DeliveryState.Delivered, FinishedAt: { } then } && then <= asOf ? then : null;

    private static async Task<IReadOnlyList<DutyFacts>> DutiesAsync(HubDbContext context, long episodeId, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var rows = await context.Obligations.AsNoTracking().Where(o => o.EpisodeId == episodeId && o.OpenedAt <= asOf).OrderBy(o => o.Id).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(r => r.Id);
        var steps = (await context.ObligationSteps.AsNoTracking().Where(s => ids.Contains(s.ObligationId) && s.At <= asOf).OrderBy(s => s.Id).ToListAsync(cancellationToken))
            .ToLookup(s => s.ObligationId);
        return [.. rows.Where(r => Stood(steps[r.Id])).Select(r => new DutyFacts(r.Kind, r.StartsAt, r.DueAt, AnsweredAt(r.Kind, steps[r.Id])))];
    }

    /// <summary>What was withdrawn or waived is in no figure.</summary>
    private static bool Stood(IEnumerable<ObligationStepRow> steps) => steps.LastOrDefault()?.State is not (ObligationState.Waived or ObligationState.Cancelled);

    /// <summary>The steps are the record: the last asking counts, so that what was answered and then asked anew is open.</summary>
    private static DateTimeOffset? AnsweredAt(ObligationKind kind, IEnumerable<ObligationStepRow> steps)
    {
        DateTimeOffset? answered = null;
        foreach (var step in steps)
        {
            var isAnswer = step.State == ObligationState.Done || (step.State == ObligationState.Accepted && ObligationMachine.AnswersIt(kind));
            answered = isAnswer ? answered ?? step.At : step.State is ObligationState.Proposed or ObligationState.Requested or ObligationState.Rejected ? null : answered;
        }

        return answered;
    }

    private static async Task<EpisodeState?> StateAsync(HubDbContext context, long episodeId, long version, CancellationToken cancellationToken)
    {
        var row = await context.EpisodeVersions.AsNoTracking().SingleOrDefaultAsync(v => v.EpisodeId == episodeId && v.Version == version, cancellationToken);
        return row is null ? null : CareEventJson.ReadState(context.Keys.Read(row));
    }
}
