using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Handovers;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Intake;

/// <summary>
/// Works out all that one received message leads to, without changing anything: whose it is, what it does to the episode, who is told, and
/// what each is told. The store applies the plan only if the versions it was made from still stand.
/// </summary>
internal sealed class IntakePlanner(IMessageStore store, DeliveryPlanner deliveries, ObligationPlanner obligations, TimeProvider time)
{
    /// <summary>An episode that ended less than this long ago still counts as followed: late letters and corrections belong to it.</summary>
    private static readonly TimeSpan RecentEpisode = TimeSpan.FromDays(90);

    public async Task<IntakePlan> PlanAsync(Guid receivedId, ReceivedMessage received, IReadOnlyList<CareEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return await PlanSetAsideAsync(receivedId, received, cancellationToken);
        }

        var draft = new PlanDraft(store);
        foreach (var careEvent in events)
        {
            await PlanEventAsync(draft, received, careEvent, cancellationToken);
        }

        var nothing = draft.Events.Count == 0 && draft.Attention.Count == 0;
        return new IntakePlan
        {
            ReceivedId = receivedId,
            Received = nothing ? received with { SetAsideBecause = string.Join(" ", draft.NothingBecause) } : received,
            Outcome = nothing ? IntakeOutcome.SetAside : IntakeOutcome.Accepted,
            KeepContent = !nothing || await IsFollowedAsync(events[0].Patient, received.ReceivedAt, cancellationToken),
            Events = draft.Events,
            Attention = draft.Attention,
        };
    }

    /// <summary>A refused message is kept whole on the operator's list; one that stops or starts care also alerts our own side at once (clinical rule 4).</summary>
    public static IntakePlan PlanRefusal(Guid receivedId, ReceivedMessage received, Refusal refusal, TimeProvider time)
    {
        var grave = received.Kind is { } kind && (kind.Contains("A03", StringComparison.Ordinal) || kind.Contains("A13", StringComparison.Ordinal)
            || kind.Contains("A40", StringComparison.Ordinal) || kind.StartsWith("RDE", StringComparison.Ordinal)
            || kind is "discharge" or "discharge-cancelled" or "patient-merged" or "medication-change");
        var first = refusal.Problems.Count > 0 ? refusal.Problems[0] : null;
        return new IntakePlan
        {
            ReceivedId = receivedId,
            Received = received,
            Outcome = refusal.Rejected ? IntakeOutcome.Rejected : IntakeOutcome.Parked,
            Problems = refusal.Problems,
            Attention =
            [
                new PlannedAttention
                {
                    AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
                    Kind = "refused-message",
                    Reason = $"{received.Kind ?? "A message"} from {received.SourceId} was refused: {first?.Text ?? "no reason was recorded"} ({first?.Location ?? "-"})",
                    Owner = first?.Owner is ProblemOwner.Hub ? "Hub operator" : "Hub operator, with the sender's integration engineer",
                    NextStep = first?.NextStep ?? "Read the kept bytes and correct the sender.",
                    Urgency = grave ? Urgency.Urgent : Urgency.Routine,
                    DueAt = grave ? received.ReceivedAt.AddMinutes(15) : null,
                },
            ],
        };
    }

    /// <summary>Same key, other content: stored whole, and within 15 minutes a person says "new" or "same" (clinical rule 3).</summary>
    public static IntakePlan PlanConflict(Guid receivedId, ReceivedMessage received, Guid earlier, TimeProvider time) => new()
    {
        ReceivedId = receivedId,
        Received = received,
        Outcome = IntakeOutcome.Conflict,
        Attention =
        [
            new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
                Kind = "conflict",
                Reason = $"{received.Kind ?? "A message"} from {received.SourceId} has the id of an earlier message but other content. Nothing of it has been applied.",
                Owner = "Hub operator",
                NextStep = $"Compare it with received message {earlier} and say whether it is new or the same.",
                Urgency = Urgency.Urgent,
                DueAt = received.ReceivedAt.AddMinutes(15),
            },
        ],
    };

    private async Task<IntakePlan> PlanSetAsideAsync(Guid receivedId, ReceivedMessage received, CancellationToken cancellationToken) => new()
    {
        ReceivedId = receivedId,
        Received = received,
        Outcome = IntakeOutcome.SetAside,
        KeepContent = received.Subject is { } subject && await IsFollowedAsync(subject, received.ReceivedAt, cancellationToken),
    };

    private async Task<bool> IsFollowedAsync(PatientRef subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var person in await store.FindPersonsAsync(subject, cancellationToken))
        {
            var episodes = await store.FindEpisodesAsync(person.PersonId, cancellationToken);
            if (episodes.Any(e => e.State.Status == EpisodeStatus.Open || IsRecent(e, now)))
            {
                return true;
            }
        }

        return false;
    }

    private async Task PlanEventAsync(PlanDraft draft, ReceivedMessage received, CareEvent careEvent, CancellationToken cancellationToken)
    {
        var now = received.ReceivedAt;
        var eventId = Guid.CreateVersion7(now);
        var persons = await draft.FindPersonsAsync(careEvent.Patient, cancellationToken);
        var judgement = PersonMatch.Judge(careEvent.Patient, [.. persons.Select(p => (p.PersonId, p.Identity))],
            [.. persons.Where(p => p.FoundThrough.Count > 0).Select(p => p.PersonId)]);
        if (judgement is Doubt doubt)
        {
            Park(draft, eventId, careEvent, PersonDraft.Of(persons[0]), Attend("identity-doubt", doubt.Reason, "CRT administration", doubt.NextStep, now.AddHours(1)));
            return;
        }

        var person = PersonDraft.From(judgement, persons, now);
        if (careEvent is PatientMerged or PatientUnmerged or PatientLinkReported)
        {
            await PlanIdentityEventAsync(draft, eventId, received, careEvent, person, cancellationToken);
            return;
        }

        IReadOnlyList<KnownEpisode> episodes = person.Known.Version == 0 ? [] : await draft.FindEpisodesAsync(person.PersonId, cancellationToken);
        var keys = careEvent is EpisodeEvent inEpisode ? [inEpisode.Episode] : Concerned(careEvent, episodes, now);
        if (keys.Count == 0)
        {
            draft.NothingBecause.Add("The message changes a person who is in no open crisis-team episode.");
            return;
        }

        // As it stood before this message; the report of a death itself is laid over each episode as it is, so that the recipients of each hear of it.
        var death = careEvent is DeathReported or DeathWithdrawn ? null : DeathStanding.Of(episodes.Select(e => e.State));
        var (events, attention) = (draft.Events.Count, draft.Attention.Count);
        foreach (var key in keys)
        {
            await PlanInEpisodeAsync(draft, keys.Count == 1 ? eventId : Guid.CreateVersion7(now), received, careEvent, key, episodes, person, death, cancellationToken);
        }

        if (keys.Count > 1)
        {
            draft.KeepOneCopyEach(events, attention);
        }
    }

    /// <summary>
    /// The episodes that an event outside one is about: the open ones. A report of death reaches the episode it came with too (a discharge may carry
    /// it), else the last one where none is open; its removal, whichever episode holds a report. That whereabouts are hidden reaches those that ended too.
    /// </summary>
    private static List<EpisodeKey> Concerned(CareEvent careEvent, IReadOnlyList<KnownEpisode> episodes, DateTimeOffset now)
    {
        var open = episodes.Where(e => e.State.Status == EpisodeStatus.Open).ToList();
        var concerned = careEvent switch
        {
            DeathWithdrawn when episodes.Any(e => e.State.Death is not null) => episodes.Where(e => e.State.Death is not null),
            DeathReported death when episodes.Any(e => e.Key == death.Episode) => [.. episodes.Where(e => e.Key == death.Episode), .. open.Where(e => e.Key != death.Episode)],
            DeathReported when open.Count == 0 => episodes.Where(e => IsRecent(e, now)).OrderByDescending(e => e.State.EndedAt?.Instant).Take(1),

            // Clinical rule 21: what was told of an episode that has ended may wait still, and letters follow it.
            PatientUpdated when HoldRules.IsHidden(careEvent.Patient) => episodes.Where(e => e.State.Status == EpisodeStatus.Open || IsRecent(e, now))
                .DefaultIfEmpty(episodes.MaxBy(e => e.State.EndedAt?.Instant)).OfType<KnownEpisode>(),
            _ => open,
        };
        return [.. concerned.Select(e => e.Key)];
    }

    private static bool IsRecent(KnownEpisode episode, DateTimeOffset now) => episode.State.EndedAt is { } ended && now - ended.Instant < RecentEpisode;

    private async Task PlanInEpisodeAsync(
        PlanDraft draft, Guid eventId, ReceivedMessage received, CareEvent careEvent, EpisodeKey key, IReadOnlyList<KnownEpisode> episodes, PersonDraft person,
        DeathStanding? death, CancellationToken cancellationToken)
    {
        var known = await draft.FindEpisodeAsync(key, episodes, cancellationToken);
        if (known is not null && known.PersonId != person.PersonId)
        {
            Park(draft, eventId, careEvent, person, Attend(
                "identity-doubt", "The episode belongs to another person than the one this message names.", "CRT administration",
                "Check in the sending system whose episode this is; nothing of the message has been applied.", received.ReceivedAt.AddHours(1)));
            return;
        }

        switch (EpisodeHistory.Apply(known?.State, careEvent, received.ReceivedAt, death))
        {
            case NoChange { Remember: { } asserted }:
                // Told to nobody, and yet remembered: an older message that arrives later must not win over it.
                Take(draft, eventId, careEvent, person, known, asserted, []);
                break;
            case NoChange same:
                draft.NothingBecause.Add(same.Why);
                break;
            case HeldForPerson held:
                Hold(draft, eventId, careEvent, person, known, held, received.ReceivedAt);
                break;
            case Applied applied:
                applied = await CorrectPracticeAsync(draft, applied, person, received.ReceivedAt, cancellationToken);
                person.TakeDetails(applied.After.Patient, careEvent.Patient.LocationHiding);
                var copies = deliveries.Plan(draft, received, eventId, applied, known?.State, person, careEvent.DataQuality.Count);
                draft.Attention.AddRange(EpisodeAlerts.For(applied, known?.State, eventId, person.PersonId, received.ReceivedAt));
                Take(draft, eventId, applied.Effective, person, known, applied.After, copies.Deliveries, obligations.Plan(
                    applied, copies.Deliveries, copies.Asks, received.SourceId, deathStood: (death?.Death ?? known?.State.Death) is not null, before: known?.State,
                    all: [.. episodes.Select(e => e.State)]));
                if (known?.State.Death is not null && applied.After.Death is null)
                {
                    draft.LiftHold(HoldRules.DeathReported);
                }

                break;
        }
    }

    /// <summary>
    /// The sender's record may still name the practice that said "not ours" after a named person has confirmed another: copies go on to the confirmed one, and somebody is told that the
    /// record wants correcting (clinical rule 17). A third practice is news, and is taken.
    /// </summary>
    private async Task<Applied> CorrectPracticeAsync(PlanDraft draft, Applied applied, PersonDraft person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (person.Known is not { Version: > 0, Identity.GpPractice: { } confirmed } || applied.After.Patient.GpPractice is not { } said || said == confirmed
            || deliveries.PracticeAt(said) is not { } from || deliveries.PracticeAt(confirmed) is not { } to
            || !await store.WasReaddressedAsync(person.PersonId, from.Id, to.Id, cancellationToken))
        {
            return applied;
        }

        draft.Attention.Add(Attend(
            "practice-not-corrected", $"The sender's record still names {from.Name}, which says that the person is not registered there. Copies go to {to.Name}, as was confirmed.", "CRT administration",
            "Correct the practice in the sending system.", now.AddDays(1)) with { PersonId = person.PersonId, Urgency = Urgency.Routine });
        return new Replays.ConfirmedPractice(confirmed, to.Name).Of(applied);
    }

    /// <summary>Nothing leaves and a person decides; a cancel that came first is remembered in its episode.</summary>
    private void Hold(
        PlanDraft draft, Guid eventId, CareEvent careEvent, PersonDraft person, KnownEpisode? known, HeldForPerson held, DateTimeOffset now)
    {
        var entry = Attend(held.Kind, held.Reason, held.Owner, held.NextStep, now.AddMinutes(15));
        if (held.Remember is not { } remembered)
        {
            Park(draft, eventId, careEvent, person, entry);
            return;
        }

        Take(draft, eventId, careEvent, person, known, remembered, []);
        draft.Attention.Add(entry with { EventId = eventId, PersonId = person.PersonId });
    }

    private static void Take(
        PlanDraft draft, Guid eventId, CareEvent careEvent, PersonDraft person, KnownEpisode? known, EpisodeState state, IReadOnlyList<PlannedDelivery> copies,
        ObligationPlan? owed = null)
    {
        draft.Events.Add(new PlannedEvent
        {
            EventId = eventId,
            Event = careEvent,
            Person = person.ToPlan(),
            Episode = new PlannedEpisode { Key = state.Key, ExpectedVersion = known?.Version ?? 0, State = state },
            Deliveries = copies,
            Obligations = owed,
        });
        if (person.Attention(eventId) is { } unverified)
        {
            draft.Attention.Add(unverified);
        }

        draft.Note(person.AfterPlan());
        draft.Note(new KnownEpisode { Key = state.Key, PersonId = person.PersonId, Version = (known?.Version ?? 0) + 1, State = state });
    }

    private async Task PlanIdentityEventAsync(
        PlanDraft draft, Guid eventId, ReceivedMessage received, CareEvent careEvent, PersonDraft person, CancellationToken cancellationToken)
    {
        var other = careEvent switch
        {
            PatientMerged merged => merged.Retired,
            PatientUnmerged unmerged => unmerged.Separated,
            PatientLinkReported link => link.Other,
            _ => throw new InvalidOperationException("not an identity event"),
        };
        var others = await draft.FindPersonsAsync(other, cancellationToken);
        if (person.Known.Version == 0 && others.Count == 0)
        {
            draft.NothingBecause.Add("The hub follows neither of the two records.");
            return;
        }

        // What was merged into the survivor and is found under the other record's identifiers is the merge that an A37 may undo.
        var standing = others.SelectMany(o => o.FoundThrough.Select(retired => new StandingMerge(o.PersonId, retired, other))).ToList();
        switch (MergeRules.Judge(careEvent, person.Known, others, standing))
        {
            case MergeHeld held:
                Park(draft, eventId, careEvent, person, Attend("identity-change", held.Reason, "CRT administration", held.NextStep, received.ReceivedAt.AddMinutes(15)));
                break;
            case MergeNothing { Identity: { } adopted }:
                draft.Events.Add(new PlannedEvent { EventId = eventId, Event = careEvent, Person = person.ToPlan() with { Identity = adopted } });
                break;
            case MergeNothing nothing:
                draft.NothingBecause.Add(nothing.Why);
                break;
            case MergeStands stands:
                draft.Events.Add(new PlannedEvent
                {
                    EventId = eventId,
                    Event = careEvent,
                    Person = person.ToPlan(),
                    Merge = new PersonMerge(stands.Survivor, stands.Retired, stands.Undo),
                    Deliveries = await deliveries.PlanIdentityCorrectedAsync(draft, received, eventId, careEvent, stands, person, cancellationToken),
                });
                break;
        }
    }

    /// <summary>Keeps an event without applying it: nothing leaves, and a person decides. Somebody not known before is kept with it, or it would be lost.</summary>
    private static void Park(PlanDraft draft, Guid eventId, CareEvent careEvent, PersonDraft person, PlannedAttention attention)
    {
        var isNew = person.Known.Version == 0;
        draft.Events.Add(new PlannedEvent
        {
            EventId = eventId,
            Event = careEvent,
            Person = isNew ? person.ToPlan() : new PlannedPerson { PersonId = person.PersonId, ExpectedVersion = person.Known.Version },
        });
        draft.Attention.Add(attention with { EventId = eventId, PersonId = person.PersonId });
        if (isNew)
        {
            draft.Note(person.AfterPlan());
        }
    }

    private PlannedAttention Attend(string kind, string reason, string owner, string nextStep, DateTimeOffset dueAt) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = kind,
        Reason = reason,
        Owner = owner,
        NextStep = nextStep,
        Urgency = Urgency.Urgent,
        DueAt = dueAt,
    };
}
