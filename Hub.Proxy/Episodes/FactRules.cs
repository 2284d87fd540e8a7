using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>Facts that many events carry besides their own subject: each is kept under its own name, and silence never overwrites a statement.</summary>
internal static class FactRules
{
    public static void Patient(EpisodeDraft draft) => draft.State = draft.State with
    {
        Patient = PatientIdentity.Merge(draft.State.Patient, draft.Event.Patient, fact => draft.Take("patient:" + fact)),
    };

    public static void Shared(EpisodeDraft draft)
    {
        Allergies(draft, AllergiesOf(draft.Event));
        if (DiagnosesOf(draft.Event) is { Count: > 0 } diagnoses && draft.Take("diagnoses"))
        {
            draft.State = draft.State with { Diagnoses = diagnoses };
        }

        Risks(draft, RisksOf(draft.Event));
        CarerRules.Merge(draft, CarersOf(draft.Event));
        Teams(draft);
        UsualTeams(draft);
        Remarks(draft);
    }

    public static AllergyRecord? AllergiesOf(CareEvent value) => value switch
    {
        Admission e => e.Allergies,
        Discharge e => e.Allergies,
        EpisodeUpdated e => e.Allergies,
        MedicationChange e => e.Allergies,
        PatientUpdated e => e.Allergies,
        _ => null,
    };

    public static IReadOnlyList<Diagnosis> DiagnosesOf(CareEvent value) => value switch
    {
        Admission e => e.Diagnoses,
        Discharge e => e.Diagnoses,
        EpisodeUpdated e => e.Diagnoses,
        _ => [],
    };

    public static IReadOnlyList<Risk> RisksOf(CareEvent value) => value switch
    {
        Admission e => e.Risks,
        Discharge e => e.Risks,
        EpisodeUpdated e => e.Risks,
        ReferralReceived e => e.Risks,
        _ => [],
    };

    public static IReadOnlyList<Carer> CarersOf(CareEvent value) => value switch
    {
        Admission e => e.Carers,
        Discharge e => e.Carers,
        EpisodeUpdated e => e.Carers,
        PatientUpdated e => e.Carers,
        _ => [],
    };

    // Clinical rule 6: "allergies not sent" is no statement. "Not known" takes nothing away from a list that somebody made.
    private static void Allergies(EpisodeDraft draft, AllergyRecord? said)
    {
        if (said is null or { Status: AllergyStatus.NotSent } || Sameness.Same(said, draft.State.Allergies))
        {
            if (said is not null and not { Status: AllergyStatus.NotSent })
            {
                draft.Take("allergies");
            }

            return;
        }

        var held = draft.State.Allergies;
        if (said.Status == AllergyStatus.NotKnown && held.Status is AllergyStatus.Listed or AllergyStatus.NoneKnown)
        {
            draft.Note("allergies-not-known", "allergies", "The sender says that allergies are not known; what was reported earlier is kept.");
            return;
        }

        if (!draft.Take("allergies"))
        {
            return;
        }

        if (said.Status == AllergyStatus.NoneKnown && held.Status == AllergyStatus.Listed)
        {
            draft.Note("allergies-withdrawn", "allergies", "Allergies were listed earlier; the sender now says that none are known. Check before prescribing.");
        }

        if (draft.State.AllergiesAsOf is { } asOf && draft.Event.OccurredAt.LatestInstant() <= asOf.Instant)
        {
            draft.Note("allergies-recorded-late", "allergies", "Recorded late: the allergies are dated before what was last reported.");
        }

        draft.State = draft.State with { Allergies = said, AllergiesAsOf = draft.Event.RecordedAt ?? draft.Event.SentAt ?? draft.Event.OccurredAt };
    }

    // Not stated is never read as none, and never takes a stated risk away.
    private static void Risks(EpisodeDraft draft, IReadOnlyList<Risk> said)
    {
        foreach (var kind in said.GroupBy(r => r.Kind))
        {
            var stated = kind.Where(r => r.Statement != RiskStatement.NotStated).ToList();
            var known = draft.State.Risks.Any(r => r.Kind == kind.Key);
            var taken = stated.Count > 0 ? stated : known ? [] : kind.ToList();
            if (taken.Count > 0 && draft.Take($"risk:{kind.Key}"))
            {
                draft.State = draft.State with { Risks = [.. draft.State.Risks.Where(r => r.Kind != kind.Key).Concat(taken).OrderBy(r => r.Kind)] };
            }
        }
    }

    // Where nothing was said yet: a default is no assertion, and whatever names a team wins over it, older or newer.
    private static void UsualTeams(EpisodeDraft draft)
    {
        if (draft.Event is EpisodeEvent { UsualTeams: { } usual })
        {
            draft.State = draft.State with
            {
                Crt = draft.State.Crt ?? usual.Crt, Cmht = draft.State.Cmht ?? usual.Cmht, Ward = draft.State.Ward ?? usual.Ward,
            };
        }
    }

    private static void Teams(EpisodeDraft draft)
    {
        if (draft.Event is Admission a)
        {
            draft.Put(a.Kind == EpisodeKind.Crt ? "team:crt" : "team:ward", a.Team, (s, t) => a.Kind == EpisodeKind.Crt ? s with { Crt = t } : s with { Ward = t });
            draft.Put("team:ward", a.Ward ?? (a.Kind == EpisodeKind.Crt ? a.ReferringWard : null), (s, t) => s with { Ward = t });
            draft.Put("team:cmht", a.Cmht, (s, t) => s with { Cmht = t });
            draft.Put("worker:Lead", a.LeadWorker, (s, w) => s with { LeadWorker = w });
            draft.Put("worker:KeyWorker", a.KeyWorker, (s, w) => s with { KeyWorker = w });
            draft.Put("worker:Consultant", a.Consultant, (s, w) => s with { Consultant = w });
            draft.Put("legal-status", a.LegalStatus, (s, l) => s with { LegalStatus = l });
            Coordinator(draft, a.CareCoordinator);
        }
        else if (draft.Event is EpisodeUpdated u)
        {
            draft.Put(draft.State.Kind == EpisodeKind.Crt ? "team:crt" : "team:ward", u.Team, (s, t) => s.Kind == EpisodeKind.Crt ? s with { Crt = t } : s with { Ward = t });
            draft.Put("team:ward", u.Ward, (s, t) => s with { Ward = t });
            draft.Put("team:cmht", u.Cmht, (s, t) => s with { Cmht = t });
            draft.Put("worker:Consultant", u.Consultant, (s, w) => s with { Consultant = w });
            draft.Put("legal-status", u.LegalStatus, (s, l) => s with { LegalStatus = l });
        }
        else if (draft.Event is Discharge d)
        {
            draft.Put(draft.State.Kind == EpisodeKind.Crt ? "team:crt" : "team:ward", d.Team, (s, t) => s.Kind == EpisodeKind.Crt ? s with { Crt = t } : s with { Ward = t });
            draft.Put("team:ward", d.Ward, (s, t) => s with { Ward = t });
            draft.Put("legal-status", d.LegalStatus, (s, l) => s with { LegalStatus = l });
            draft.Put("crisis-plan", d.CrisisPlan, (s, p) => s with { CrisisPlan = p });
            Coordinator(draft, d.CareCoordinator);
            foreach (var check in d.PhysicalHealth)
            {
                ContinuityRules.Check(draft, check);
            }
        }
    }

    public static void Coordinator(EpisodeDraft draft, CareCoordinator said)
    {
        if (said.Status != CareCoordinatorStatus.Unknown && draft.Take("care-coordinator"))
        {
            draft.State = draft.State with { CareCoordinator = said };
        }
    }

    private static void Remarks(EpisodeDraft draft)
    {
        var (remarks, given) = draft.Event switch
        {
            Admission e => (e.Remarks, e.InformationGiven),
            Discharge e => (e.Remarks, e.InformationGiven),
            EpisodeUpdated e => (e.Remarks, []),
            CrisisPlanPublished e => ([], e.GivenTo),
            _ => ((IReadOnlyList<Remark>)[], (IReadOnlyList<GivenCopy>)[]),
        };
        draft.State = draft.State with { Remarks = Union(draft.State.Remarks, remarks), Given = Union(draft.State.Given, given) };
    }

    public static IReadOnlyList<T> Union<T>(IReadOnlyList<T> held, IEnumerable<T> said) =>
        said.Aggregate(held, (all, one) => all.Any(h => Sameness.Same(h, one)) ? all : [.. all, one]);
}
