using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>A02, A12, A21 and A22: moves between teams and leave from a ward.</summary>
internal static class MovementRules
{
    // MHSDS "SERVICE OR TEAM TYPE REFERRED TO (MENTAL HEALTH)": A02 crisis resolution, A06 community mental health, A10 general psychiatry (a ward's).
    private const string CrisisTeam = "A02";
    private const string CommunityTeam = "A06";
    private const string WardTeam = "A10";

    public static HeldForPerson? Apply(EpisodeDraft draft, Transfer said)
    {
        var state = draft.State;
        var transfer = said with { Direction = DirectionOf(said, state) };
        if (state.Transfers.Any(t => t.Transfer.OccurredAt.Instant == transfer.OccurredAt.Instant && Sameness.SameFacts(t.Transfer, transfer)))
        {
            return Nothing(draft, "The same move is held already.");
        }

        if (state.Transfers.Count == 0 && draft.IsOvertaken("transfer"))
        {
            return EpisodeHistory.Overtaken("A move");
        }

        if (state.Status == EpisodeStatus.Discharged && !draft.IsStale("discharge"))
        {
            return AfterDischarge("A move");
        }

        if (state.Status == EpisodeStatus.Discharged || !draft.Take("transfer"))
        {
            return Nothing(draft, "Something newer stands: a later move, its cancel, or the discharge.");
        }

        draft.Effective = transfer;
        draft.State = Move(state, transfer) with
        {
            Transfers = [.. state.Transfers, new StandingTransfer
            {
                Transfer = transfer, KindBefore = state.Kind, CrtBefore = state.Crt, CmhtBefore = state.Cmht, WardBefore = state.Ward,
            }],
        };
        Claim(draft);
        return null;
    }

    public static HeldForPerson? Cancel(EpisodeDraft draft, TransferCancelled cancel)
    {
        var state = draft.State;
        if (state.Transfers.Count == 0)
        {
            if (draft.Asserted.ContainsKey("transfer"))
            {
                return Nothing(draft, "That move is cancelled already.");
            }

            draft.TakeUnmatched("transfer");
            return EpisodeHistory.Unmatched("A cancelled transfer came for an episode without a move.");
        }

        var last = state.Transfers[^1];
        // The same cancel once more, whenever it arrives, must not take away the move before it.
        if (draft.Asserted.TryGetValue("transfer-cancelled", out var cancelled) && (draft.Order with { ArrivedAt = cancelled.ArrivedAt }).CompareTo(cancelled) <= 0)
        {
            return Nothing(draft, "That move is cancelled already.");
        }

        if (!draft.Take("transfer"))
        {
            return Nothing(draft, "The move that stands was recorded after this cancel.");
        }

        draft.Take("transfer-cancelled");
        draft.State = state with
        {
            Kind = last.KindBefore,
            Crt = last.KindBefore == EpisodeKind.Crt ? cancel.BackTo ?? last.CrtBefore : last.CrtBefore,
            Ward = last.KindBefore == EpisodeKind.Ward ? cancel.BackTo ?? last.WardBefore : last.WardBefore,
            Cmht = last.CmhtBefore,
            Transfers = [.. state.Transfers.SkipLast(1)],
        };
        Claim(draft);
        return null;
    }

    public static HeldForPerson? Apply(EpisodeDraft draft, Leave leave)
    {
        var state = draft.State;
        if (state.Leave is { } held && held.OccurredAt.Instant == leave.OccurredAt.Instant && Sameness.SameFacts(held, leave))
        {
            draft.Take("leave");
            return Nothing(draft, "The same leave is held already.");
        }

        if (state.Status == EpisodeStatus.Discharged && !draft.IsStale("discharge"))
        {
            return AfterDischarge("Leave");
        }

        if (state.Status == EpisodeStatus.Discharged || !draft.Take("leave"))
        {
            return Nothing(draft, "Something newer stands: a later leave or return, or the discharge.");
        }

        draft.State = state with { Leave = leave, OnLeave = !leave.Returned };
        draft.Put("team:ward", leave.Ward, (s, ward) => s with { Ward = ward });
        return null;
    }

    private static EpisodeState Move(EpisodeState state, Transfer transfer) => transfer.Direction switch
    {
        TransferDirection.WardToCrt => state with { Kind = EpisodeKind.Crt, Crt = transfer.To, Ward = transfer.From ?? state.Ward, OnLeave = false },
        TransferDirection.CrtToWard => state with { Kind = EpisodeKind.Ward, Ward = transfer.To, Crt = transfer.From ?? state.Crt },
        _ when transfer.To.TypeCode == CommunityTeam => state with { Cmht = transfer.To },
        _ when state.Kind == EpisodeKind.Crt => state with { Crt = transfer.To },
        _ => state with { Ward = transfer.To },
    };

    private static TransferDirection DirectionOf(Transfer transfer, EpisodeState state)
    {
        if (transfer.Direction != TransferDirection.Team)
        {
            return transfer.Direction;
        }

        var fromWard = transfer.From?.TypeCode == WardTeam || (transfer.From?.TypeCode is null && state.Kind == EpisodeKind.Ward);
        var fromCrisis = transfer.From?.TypeCode == CrisisTeam || (transfer.From?.TypeCode is null && state.Kind == EpisodeKind.Crt);
        return transfer.To.TypeCode switch
        {
            CrisisTeam when fromWard => TransferDirection.WardToCrt,
            WardTeam when fromCrisis => TransferDirection.CrtToWard,
            _ => TransferDirection.Team,
        };
    }

    // A move names teams as surely as an admission does: an older message must not put the old ones back.
    private static void Claim(EpisodeDraft draft)
    {
        draft.Take("team:crt");
        draft.Take("team:ward");
        draft.Take("team:cmht");
    }

    private static HeldForPerson AfterDischarge(string what) => new(
        "movement-after-discharge", $"{what} came for an episode that is already discharged, and was recorded after that discharge.",
        "Ask the sender whether the discharge is to be withdrawn.", EpisodeHistory.ShiftLead);

    private static HeldForPerson? Nothing(EpisodeDraft draft, string why)
    {
        draft.NothingNew = why;
        return null;
    }
}
