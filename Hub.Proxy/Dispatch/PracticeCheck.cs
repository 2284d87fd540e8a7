using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Proxy.Intake;
using Hub.Proxy.Replays;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Dispatch;

/// <summary>Why nothing was sent to a practice: the outcome that is written down, and what follows.</summary>
internal sealed record HeldBack(DeliveryOutcome Outcome, Func<AttemptResult, AttemptResult> Follow);

/// <summary>
/// Before a practice is sent a message for the first time, PDS is asked whether the person is registered there, where a trust has it asked (<c>Hub:PdsFile</c>). Where
/// PDS says otherwise nothing leaves, and CRT administration decides: sends it on, or lets it go, after which PDS is not asked about this person at this practice for a month.
/// PDS that cannot answer stops nobody.
/// </summary>
internal sealed class PracticeCheck(PracticeTracer tracer, IPartnerDirectory partners, Func<HubDbContext> open, TimeProvider time)
{
    private const string Kind = "pds-says-otherwise";
    private static readonly TimeSpan WordStands = TimeSpan.FromDays(30);

    /// <summary>Null where it may go.</summary>
    public async Task<HeldBack?> JudgeAsync(LaneLease lease, StartedAttempt attempt, PartnerFile partner, CancellationToken cancellationToken)
    {
        if (!tracer.IsOn || partner.Audience != Audience.Gp || (attempt.Message.Attempt > 1 && !attempt.Interrupted))
        {
            return null;
        }

        await using var context = open();
        var since = time.GetUtcNow() - WordStands;
        if (await context.Deliveries.AsNoTracking().AnyAsync(d => d.Id == attempt.Message.DeliveryId && d.ReplayOf != null, cancellationToken)
            || await context.Attention.AsNoTracking().AnyAsync(a => a.Kind == Kind && a.PersonId == lease.PersonId && a.PartnerId == partner.Id && a.ClosedAt >= since, cancellationToken))
        {
            return null; // a named person has decided
        }

        var person = await context.Persons.AsNoTracking().SingleAsync(p => p.Id == lease.PersonId, cancellationToken);
        var traced = await tracer.TraceAsync(IdentityJson.Read(context.Keys.Read(person)), cancellationToken);
        return traced.Standing switch
        {
            TraceStanding.NotChecked or TraceStanding.Superseded => null,
            TraceStanding.Registered when RecipientMatch.Practice(traced.Practice!, partners.All)?.Id == partner.Id => null,
            TraceStanding.Registered or TraceStanding.NoPractice => NotThere(lease, attempt, partner, traced),
            _ => Held(lease, attempt, partner, traced),
        };
    }

    // As what the practice itself would return (clinical rule 17), before it could read what is not its own.
    private static HeldBack NotThere(LaneLease lease, StartedAttempt attempt, PartnerFile partner, TracedPractice traced) => new(
        new Rejected(traced.Words) { NotOurPatient = true },
        result => result with
        {
            Contradiction = null,
            WaitingBecause = $"Not sent: {traced.Words}.",
            HoldLane = $"PDS does not have the person at {partner.Name}: nothing goes there until a person has decided.",
            Attention = Entry(result.EndedAt, lease, attempt, partner, traced, result.EndedAt.AddHours(1),
                $"Confirm the practice with the person or the record: hub delivery readdress sends it {(traced.Practice is { } other ? $"to {other.Value}" : "on")} as a new message. Is {partner.Name} right after all: hub delivery release."),
        });

    // Clinical rule 21 where it is hidden; a number that is not to be used, or that nobody has, is somebody to look at too.
    private static HeldBack Held(LaneLease lease, StartedAttempt attempt, PartnerFile partner, TracedPractice traced) => new(
        new Unavailable(traced.Words) { NothingSent = true, NotTried = true },
        result => result with
        {
            NextState = DeliveryState.Waiting,
            NextDueAt = result.EndedAt,
            WaitingBecause = $"Not sent: {traced.Words}.",
            HoldLane = $"{traced.Words}: nothing goes to {partner.Name} until a named person has confirmed it.",
            Attention = Entry(result.EndedAt, lease, attempt, partner, traced, result.EndedAt.AddHours(4), "Check who the person is and confirm the route by telephone; then hub delivery release."),
        });

    private static PlannedAttention Entry(DateTimeOffset at, LaneLease lease, StartedAttempt attempt, PartnerFile partner, TracedPractice traced, DateTimeOffset due, string next) => new()
    {
        AttentionId = Guid.CreateVersion7(at), Kind = Kind, Owner = RecipientList.CrtAdministration, Urgency = Urgency.Urgent, DueAt = due,
        Reason = $"A message for {partner.Name} was not sent. {traced.Words}.", NextStep = next, DeliveryId = attempt.Message.DeliveryId, PersonId = lease.PersonId, PartnerId = partner.Id,
    };
}
