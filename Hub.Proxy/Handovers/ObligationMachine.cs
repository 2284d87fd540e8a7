namespace Hub.Proxy.Handovers;

/// <summary>What came of an act: the obligation as it now stands, or why it cannot be.</summary>
public abstract record ActResult
{
    private protected ActResult() { }
}

public sealed record Acted(Obligation Obligation) : ActResult;

/// <summary>Repeating what already stands changes nothing, and is no fault.</summary>
public sealed record AlreadySo(Obligation Obligation) : ActResult;

public sealed record NotPossible(string Why) : ActResult
{
    /// <summary>True where it would be, had it not changed since it was read.</summary>
    public bool IsStale { get; init; }
}

/// <summary>
/// What may follow what. Pure. One rule stands above the rest: a transport fact reaches at most Received; only a person, the receiving system's own answer
/// or the crisis team's record accepts or completes.
/// </summary>
public static class ObligationMachine
{
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromHours(24);

    // Who asked is told of a decline at once by an entry of its own: the ladder speaks when that was left for an hour, so that there is one alert and not two.
    private static readonly TimeSpan DeclineAnsweredWithin = TimeSpan.FromHours(1);

    public static ActResult Apply(Obligation before, ObligationAct act)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(act);
        if (!before.IsOpen)
        {
            return Repeats(before, act) ? new AlreadySo(before) : new NotPossible($"It is closed: {before.State}.");
        }

        if (act.Evidence.Channel == ActChannel.Transport && act is not Receive)
        {
            return new NotPossible("A message that arrived says nothing of what somebody decided.");
        }

        if (act is not (Receive or Cancel) && string.IsNullOrWhiteSpace(act.Evidence.By))
        {
            return new NotPossible("Who says so must have a name.");
        }

        if (act.Evidence is { Channel: ActChannel.Phone, Call: null })
        {
            return new NotPossible("A phone call is kept with the number rung, who answered, and whether it was read back.");
        }

        return Step(before, act) switch
        {
            Acted acted => new Acted(acted.Obligation with { Version = before.Version + 1 }),
            var other => other,
        };
    }

    private static ActResult Step(Obligation before, ObligationAct act) => act switch
    {
        Receive => before.State is ObligationState.Proposed or ObligationState.Requested ? To(before, ObligationState.Received) : new AlreadySo(before),
        Accept accept => Taken(before, accept.Owner, act, ObligationState.Accepted),
        AcceptForAssessmentOnly accept => Taken(before, accept.Owner, act, ObligationState.InProgress),
        AskMore => before.State is ObligationState.Rejected ? new NotPossible("It was declined: ask for it anew first.") : new Acted(before),
        Remark => new Acted(before),
        Decline => before.State == ObligationState.Rejected
            ? new AlreadySo(before)
            : new Acted(before with { State = ObligationState.Rejected, Owner = null, OwnerToldBy = null, Urgent = true, NextClockAt = act.Evidence.At + DeclineAnsweredWithin, RungsTold = 0 }),
        Reassign reassign => new Acted(before with
        {
            State = ObligationState.Requested, ActorName = reassign.To, Owner = null, OwnerToldBy = null, RungsTold = 0, NextClockAt = before.DueAt,
        }),
        Start => before.Owner is null ? new NotPossible("Somebody with a name accepts it first.")
            : before.State == ObligationState.InProgress ? new AlreadySo(before) : To(before, ObligationState.InProgress),
        Complete => Closed(before, ObligationState.Done),
        Waive => before.Kind == ObligationKind.DeathConfirmed
            ? new NotPossible("A reported death is confirmed (done), declined as not so, or removed by its sender; it is never waived (clinical rule 18).")
            : Closed(before, ObligationState.Waived),
        Cancel => Closed(before, ObligationState.Cancelled),
        Quieten quieten => Quiet(before, quieten),
        _ => throw new InvalidOperationException("the family is closed"),
    };

    private static ActResult Taken(Obligation before, string owner, ObligationAct act, ObligationState state)
    {
        if (string.IsNullOrWhiteSpace(owner))
        {
            return new NotPossible("Whoever takes it on must have a name.");
        }

        if (before.Owner is not null)
        {
            return before.Owner == owner && before.State == state ? new AlreadySo(before) : new NotPossible($"{before.Owner} has taken it on. Agree one lead; then reassign it.");
        }

        // Who accepts answers for it: the clock that asked for an answer stops, unless the answer is still to come.
        return new Acted(before with
        {
            State = state,
            Owner = owner,
            OwnerToldBy = act.Evidence.Channel,
            NextClockAt = state == ObligationState.Accepted && AnswersIt(before.Kind) ? null : before.NextClockAt,
        });
    }

    /// <summary>Kinds where an acceptance is all that is asked; elsewhere the deed is, and its clock runs on.</summary>
    internal static bool AnswersIt(ObligationKind kind) => kind is ObligationKind.CmhtAccepts or ObligationKind.MedicineResponsibility or ObligationKind.GapConfirmed;

    private static ActResult Quiet(Obligation before, Quieten act) =>
        NeverQuiet(before) ? new NotPossible("This clock is never paused: follow-up, depot, supply and clozapine do not wait (clinical rule 15).")
        : string.IsNullOrWhiteSpace(act.Evidence.Note) ? new NotPossible("A pause is kept with its reason: write it as the note.")
        : act.Until <= act.Evidence.At || act.Until - act.Evidence.At > LongestQuiet ? new NotPossible("A pause has an end, within 24 hours.")
        : before.NextClockAt is null || before.NextClockAt >= act.Until ? new AlreadySo(before) // silent until then anyway; a pause brings no clock forward and starts none
        : new Acted(before with { NextClockAt = act.Until });

    private static bool NeverQuiet(Obligation one) => one.NeverPaused
        || one.Kind is ObligationKind.FollowUpBooked or ObligationKind.FollowUpDone or ObligationKind.DepotNextDose or ObligationKind.MedicineSupply or ObligationKind.DeathConfirmed;

    private static Acted To(Obligation before, ObligationState state) => new(before with { State = state });

    private static Acted Closed(Obligation before, ObligationState state) => new(before with { State = state, NextClockAt = null });

    private static bool Repeats(Obligation before, ObligationAct act) => (before.State, act) switch
    {
        (ObligationState.Done, Complete or Receive or Accept or Start) => true,
        (ObligationState.Waived, Waive or Receive) => true,
        (ObligationState.Cancelled, Cancel or Receive) => true,
        _ => false,
    };
}
