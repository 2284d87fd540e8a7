using Hub.Adapters.Contract;
using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Writes the beginning and the end of attempts. Runs on the writer's thread.</summary>
internal sealed class StoredAttempts(string organisation)
{
    private readonly StoredObligations obligations = new(organisation);

    /// <summary>What was made of a head outside the writer.</summary>
    public sealed record Binding(FrozenMessage Frozen, PreparedPayload Payload, IReadOnlyList<Guid> Carries);

    /// <summary>False when the lane is no longer as <paramref name="seen"/>: read it again.</summary>
    public bool TryStart(StoreSession db, LaneLease lease, Head seen, Binding? binding, DateTimeOffset now)
    {
        db.LockLane(lease.LaneId);
        if (StoredHeads.Read(db, lease, now) != seen)
        {
            return false;
        }

        if (binding is null)
        {
            db.Execute(Sql.StartAgain, ("@id", seen.DeliveryId));
        }
        else
        {
            db.Execute(
                Sql.Freeze,
                ("@id", seen.DeliveryId), ("@payload", StoredPayloads.Keep(db, organisation, binding.Payload, now)),
                ("@mediaType", binding.Frozen.MediaType), ("@messageId", binding.Frozen.ProtocolMessageId));
            if (binding.Payload.Base is { } body && seen.CreatedAt < now.AddHours(-1))
            {
                db.Execute(Sql.TouchPayload, ("@id", body.Id), ("@now", now), ("@yesterday", now.AddDays(-1)));
            }

            foreach (var refused in binding.Carries)
            {
                db.Execute(Sql.CarriedBy, ("@id", refused), ("@carrier", seen.DeliveryId), ("@now", now));
            }
        }

        if (seen.Attempts > 0)
        {
            db.Execute(Sql.InterruptedAttempts, ("@id", seen.DeliveryId));
        }

        db.Execute(
            Sql.InsertAttempt, ("@org", organisation), ("@id", seen.DeliveryId), ("@number", seen.Attempts + 1), ("@token", lease.Token), ("@now", now));
        db.Audited.Add(new(AuditKind.Send, AuditEntry.Hub, $"delivery/{seen.DeliveryId}") { To = lease.PartnerId });
        if (lease.Until < now + (lease.Span * 0.9)) // just claimed, it stands for as long as an attempt may take
        {
            db.Execute(Sql.Renew, ("@lane", lease.LaneId), ("@token", lease.Token), ("@until", now + lease.Span));
        }

        return true;
    }

    /// <summary>False when the lease was lost, or another answer has ended the delivery meanwhile: evidence is kept, no state changes.</summary>
    public bool Complete(StoreSession db, LaneLease lease, OutboundMessage message, AttemptResult result, PreparedPayload? evidence, DateTimeOffset now)
    {
        db.LockLane(lease.LaneId);
        var owns = db.Scalar(Sql.OwnsLane, ("@lane", lease.LaneId), ("@token", lease.Token)) is not null;
        KeepEvidence(db, lease, message, result, evidence, late: !owns);
        db.Audited.Add(new(AuditKind.Answer, message.PartnerId, $"delivery/{message.DeliveryId}") { Result = result.Outcome.Name });
        if (!owns)
        {
            return false;
        }

        if (End(db, Sql.EndDelivery, message, result, now) is not { } ended)
        {
            StoredAnswers.Compare(db, organisation, message, result, now);
            return false;
        }

        var stopped = Follow(db, lease.LaneId, message, result, ended, now);
        SettleAndPassOn(db, lease, stopped, now);
        return true;
    }

    /// <summary>What the recipient said later, by another way: it means what it would have meant at once. False where the delivery had ended.</summary>
    public bool EndByAnswer(StoreSession db, OutboundMessage message, AttemptResult result, DateTimeOffset now)
    {
        if (End(db, Sql.EndByAnswer, message, result, now) is not { } ended)
        {
            return false;
        }

        Follow(db, message.LaneId, message, result, ended, now);
        db.Execute(Sql.SettleLane, ("@lane", message.LaneId)); // and no lease is touched: another message of the lane may be under way
        return true;
    }

    /// <summary>What follows from an outcome once it is written: what it told again, what is owed, holds and entries. True where the lane or the partner stops.</summary>
    private bool Follow(StoreSession db, long lane, OutboundMessage message, AttemptResult result, (bool StopsLane, Guid EventId) ended, DateTimeOffset now)
    {
        if (result.Outcome is Awaited awaited)
        {
            db.Execute(AnswerSql.Await, ("@id", message.DeliveryId), ("@carrier", awaited.CarrierId), ("@now", now), ("@until", now + awaited.Within));
        }

        if (result.NextState == DeliveryState.Delivered)
        {
            db.Execute(Sql.SupersedeCarried, ("@id", message.DeliveryId));
        }

        obligations.AfterAttempt(db, message, ended.EventId, result, now);
        var hold = result.HoldLane ?? (ended.StopsLane && result.NextState == DeliveryState.Refused ? "A message that may not be passed was refused." : null);
        if (hold is not null)
        {
            db.Execute(Sql.HoldLane, ("@lane", lane), ("@reason", hold));
        }

        if (result.HoldPartner is { } refusal)
        {
            db.Audited.Add(new(AuditKind.Act, AuditEntry.Hub, $"partner/{message.PartnerId}") { Result = "held" });
            HoldPartner(db, message.PartnerId, refusal, paused: false, now);
        }

        if (result.Attention is { } attention)
        {
            StoredAttention.Write(db, organisation, attention, receivedId: null, now);
        }

        return hold is not null || result.HoldPartner is not null;
    }

    public void Postpone(StoreSession db, LaneLease lease, TimeSpan wait, string because, PlannedAttention? attention, DateTimeOffset now)
    {
        db.LockLane(lease.LaneId);
        if (StoredHeads.Read(db, lease, now) is { } head)
        {
            db.Execute(Sql.Postpone, ("@id", head.DeliveryId), ("@next", now + wait), ("@because", because));
            db.Execute(Sql.SettleLane, ("@lane", lease.LaneId));
        }

        if (attention is not null)
        {
            StoredAttention.Write(db, organisation, attention, receivedId: null, now);
        }

        db.Execute(Sql.Release, ("@lane", lease.LaneId), ("@token", lease.Token));
    }

    public void HoldPartner(StoreSession db, string partnerId, string? reason, bool paused, DateTimeOffset now) => db.Execute(
        Sql.HoldPartner, ("@partner", partnerId), ("@org", organisation), ("@reason", reason), ("@now", reason is null ? null : now), ("@paused", paused));

    /// <summary>Lets a partner go on, each of its lanes first gathered into its newest message.</summary>
    public void ReleasePartner(StoreSession db, string partnerId, double? perSecond, DateTimeOffset now)
    {
        db.All(Sql.LockLanesOfPartner, row => row.GetInt64(0), ("@partner", partnerId));
        var held = db.Scalar(Sql.ReadPartner, ("@partner", partnerId)) is not null;
        db.Execute(Sql.ReleasePartner, ("@partner", partnerId), ("@org", organisation), ("@rate", perSecond is { } rate ? (int)Math.Ceiling(rate * 3600) : null));

        // Only what a hold has kept: elsewhere a worker may be about to begin the message that would be gathered.
        if (held && db.All(Sql.CollapseLanesOfPartner, row => row.GetGuid(0), ("@partner", partnerId), ("@now", now)).Count > 0)
        {
            db.Execute(Sql.CarriersAreAsUrgent, ("@partner", partnerId));
            db.Execute(Sql.SettleLanesOfPartner, ("@partner", partnerId));
        }
    }

    private static (bool StopsLane, Guid EventId)? End(StoreSession db, string sql, OutboundMessage message, AttemptResult result, DateTimeOffset now) => db.First<(bool, Guid)?>(
        sql,
        row => (row.GetBoolean(0), row.GetGuid(1)),
        ("@id", message.DeliveryId), ("@state", result.NextState), ("@uncounted", result.Outcome is Unavailable { NothingSent: true }),
        ("@untried", result.Outcome is Unavailable { NotTried: true }),
        ("@answered", result.Outcome is Delivered or Rejected or PartnerRefusesUs or Awaited), ("@unknown", result.Outcome is Unknown), ("@returned", result.Returned),
        ("@next", now + (result.NextDueAt - result.EndedAt)), ("@because", result.WaitingBecause),
        ("@finished", result.NextState is DeliveryState.Delivered or DeliveryState.Refused or DeliveryState.Superseded ? now : null));

    // A lane with nothing more to do now is given back with the completion, which saves a commit.
    private static void SettleAndPassOn(StoreSession db, LaneLease lease, bool stopped, DateTimeOffset now)
    {
        db.Execute(Sql.SettleAndPassOn, ("@lane", lease.LaneId), ("@stopped", stopped), ("@now", now), ("@until", now + lease.Span));
    }

    private void KeepEvidence(StoreSession db, LaneLease lease, OutboundMessage message, AttemptResult result, PreparedPayload? evidence, bool late)
    {
        db.Execute(
            Sql.EndAttempt,
            ("@id", message.DeliveryId), ("@number", message.Attempt), ("@token", lease.Token), ("@ended", result.EndedAt),
            ("@outcome", result.Outcome.Name), ("@reason", db.Keys.Seal(ReasonOf(result.Outcome), ContentPlace.Attempt(message.DeliveryId, message.Attempt))), ("@late", late));
        var answer = (result.Outcome as Delivered)?.Answer;
        var code = answer?.SentCode ?? (result.Outcome as Rejected)?.Code;
        if (evidence is null && code is null)
        {
            return;
        }

        db.Execute(
            Sql.InsertAcknowledgement,
            ("@org", organisation), ("@id", message.DeliveryId), ("@attempt", message.Attempt), ("@outcome", result.Outcome.Name),
            ("@code", code), ("@answers", answer?.AnswersMessageId),
            ("@evidence", evidence is null ? null : StoredPayloads.Keep(db, organisation, evidence, result.EndedAt)), ("@late", late), ("@now", result.EndedAt));
    }

    private static string? ReasonOf(DeliveryOutcome outcome) => outcome switch
    {
        Unknown unknown => unknown.Reason,
        Rejected rejected => rejected.Reason,
        Unavailable unavailable => unavailable.Reason,
        PartnerRefusesUs refuses => refuses.Reason,
        _ => null,
    };
}
