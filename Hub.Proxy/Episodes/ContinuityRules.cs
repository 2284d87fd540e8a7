using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>The daily work of an episode: visits, workers, checks, side effects, the crisis plan.</summary>
internal static class ContinuityRules
{
    public static HeldForPerson? Apply(EpisodeDraft draft)
    {
        switch (draft.Event)
        {
            case ContactRecorded said: Contact(draft, said); break;
            case ContactMissed said: Missed(draft, said); break;
            case NextVisit said: ReferralRules.Keep(draft, "next-visit", draft.State.NextVisit, said, (s, e) => s with { NextVisit = e }); break;
            case WorkerChange said: Worker(draft, said); break;
            case PhysicalHealthCheck said: Check(draft, said.Check); break;
            case SideEffectReported said: SideEffect(draft, said); break;
            case CrisisPlanPublished said: draft.Put("crisis-plan", said.Plan, (s, p) => s with { CrisisPlan = p }); break;
            default: throw new ArgumentException("not a continuity event", nameof(draft));
        }

        return null;
    }

    public static void Contact(EpisodeDraft draft, ContactRecorded said)
    {
        DeathRules.SeenAlive(draft, said);
        Add(draft, new EpisodeContact { At = said.OccurredAt, Channel = said.Channel, Staff = said.Staff, From = said.SourceMessageId });
    }

    public static void Check(EpisodeDraft draft, MonitoringCheck said)
    {
        var name = NameOf(said);
        if (!draft.Take("check:" + name))
        {
            return;
        }

        var held = draft.State.PhysicalHealth.FirstOrDefault(c => NameOf(c) == name);
        var joined = held is null ? said : said with
        {
            LastDoneAt = said.LastDoneAt ?? held.LastDoneAt,
            LastResult = said.LastDoneAt is null ? said.LastResult ?? held.LastResult : said.LastResult,
            NextDueOn = said.NextDueOn ?? held.NextDueOn,
            Owner = said.Owner ?? held.Owner,
            OwnerName = said.OwnerName ?? (said.Owner is null || said.Owner == held.Owner ? held.OwnerName : null),
            OwnerAccepted = said.OwnerAccepted || (held.OwnerAccepted && (said.Owner is null || said.Owner == held.Owner)),
        };
        draft.State = draft.State with
        {
            PhysicalHealth = held is null
                ? [.. draft.State.PhysicalHealth, joined]
                : [.. draft.State.PhysicalHealth.Select(c => NameOf(c) == name ? joined : c)],
        };
    }

    private static void Missed(EpisodeDraft draft, ContactMissed said) => Add(draft, new EpisodeContact
    {
        At = said.PlannedAt ?? said.OccurredAt,
        MissedOutcome = said.Outcome,
        RebookedFor = said.RebookedFor,
        From = said.SourceMessageId,
    });

    // Two visits at one minute by the same people are one visit, sent twice.
    private static void Add(EpisodeDraft draft, EpisodeContact said)
    {
        var told = draft.State.Contacts.Any(c => c.At.Instant == said.At.Instant && Sameness.Same(c with { At = said.At, From = said.From }, said));
        if (told)
        {
            draft.NothingNew = "The same contact is held already.";
            return;
        }

        draft.State = draft.State with { Contacts = [.. draft.State.Contacts, said] };
    }

    private static void Worker(EpisodeDraft draft, WorkerChange said)
    {
        switch (said.Role)
        {
            case WorkerRole.Lead: draft.Put("worker:Lead", said.To, (s, w) => s with { LeadWorker = w }); break;
            case WorkerRole.KeyWorker: draft.Put("worker:KeyWorker", said.To, (s, w) => s with { KeyWorker = w }); break;
            case WorkerRole.Consultant: draft.Put("worker:Consultant", said.To, (s, w) => s with { Consultant = w }); break;
            default: FactRules.Coordinator(draft, new CareCoordinator { Status = CareCoordinatorStatus.Named, Person = said.To }); break;
        }
    }

    // Seen and answered are never taken back by a copy that does not speak of them.
    private static void SideEffect(EpisodeDraft draft, SideEffectReported said)
    {
        var held = draft.State.SideEffects.FirstOrDefault(s => s.SideEffectId == said.SideEffectId);
        var isNewer = draft.Take("side-effect:" + said.SideEffectId);
        var (over, under) = isNewer || held is null ? (said, held) : (held, said);
        var joined = under is null ? over : over with
        {
            OccurredAt = held!.OccurredAt, // when it was first reported; the later messages only say what became of it
            SeenAt = over.SeenAt ?? under.SeenAt,
            AnsweredAt = over.AnsweredAt ?? under.AnsweredAt,
            Outcome = over.Outcome ?? under.Outcome,
            LineIds = [.. under.LineIds.Union(over.LineIds)],
        };
        if (held is not null && Sameness.SameFacts(held, joined))
        {
            draft.NothingNew = "The same is held already.";
            return;
        }

        draft.State = draft.State with { SideEffects = [.. draft.State.SideEffects.Where(s => s.SideEffectId != said.SideEffectId), joined] };
    }

    private static string NameOf(MonitoringCheck check) => check.Check.Code ?? check.Check.Text;
}
