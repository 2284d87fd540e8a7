using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>A referral, its answer, and the decision whether a bed is needed.</summary>
internal static class ReferralRules
{
    public static HeldForPerson? Apply(EpisodeDraft draft)
    {
        switch (draft.Event)
        {
            case ReferralReceived said:
                Keep(draft, "referral", draft.State.Referral, said, (s, e) => s with { Referral = e });
                draft.Put("team:crt", said.Team, (s, t) => s with { Crt = t });
                break;
            case ReferralAnswered said:
                Keep(draft, "referral-answer", draft.State.ReferralAnswer, said, (s, e) => s with { ReferralAnswer = e });
                draft.Put("team:crt", said.Team, (s, t) => s with { Crt = t });
                break;
            case ReferralDeclined said:
                Keep(draft, "referral-decline", draft.State.ReferralDecline, said, (s, e) => s with { ReferralDecline = e });
                break;
            case GatekeepingDecision said:
                Keep(draft, "gatekeeping", draft.State.Gatekeeping, said, (s, e) => s with { Gatekeeping = e });
                draft.Put("legal-status", said.LegalStatus, (s, l) => s with { LegalStatus = l });
                break;
            default:
                throw new ArgumentException("not a referral event", nameof(draft));
        }

        return null;
    }

    /// <summary>Keeps the newest event of its kind; the same facts again change nothing.</summary>
    public static void Keep<T>(EpisodeDraft draft, string fact, T? held, T said, Func<EpisodeState, T, EpisodeState> set) where T : CareEvent
    {
        if (Sameness.SameFacts(held, said))
        {
            draft.Take(fact);
            draft.NothingNew = "The same is held already.";
        }
        else if (draft.Take(fact))
        {
            draft.State = set(draft.State, said);
        }
        else
        {
            draft.NothingNew = "Something newer stands.";
        }
    }
}
