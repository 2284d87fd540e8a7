using Hub.Adapters.Contract;

namespace Hub.Proxy.Store.Sqlite;

/// <summary>Writes the beginning and the end of attempts. Runs on the writer's thread.</summary>
internal sealed class SqliteAttempts(string organisation)
{
    /// <summary>What was made of a head outside the writer.</summary>
    public sealed record Binding(FrozenMessage Frozen, PreparedPayload Payload, IReadOnlyList<Guid> Carries);

    /// <summary>False when the lane is no longer as <paramref name="seen"/>: read it again.</summary>
    public bool TryStart(SqliteSession db, LaneLease lease, Head seen, Binding? binding, DateTimeOffset now)
    {
        if (SqliteHeads.Read(db, lease, now) != seen)
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
                ("@id", seen.DeliveryId), ("@payload", SqlitePayloads.Keep(db, organisation, binding.Payload, now)),
                ("@mediaType", binding.Frozen.MediaType), ("@messageId", binding.Frozen.ProtocolMessageId));
            foreach (var refused in binding.Carries)
            {
                db.Execute(Sql.CarriedBy, ("@id", refused), ("@carrier", seen.DeliveryId));
            }
        }

        db.Execute(Sql.InterruptedAttempts, ("@id", seen.DeliveryId));
        db.Execute(
            Sql.InsertAttempt, ("@org", organisation), ("@id", seen.DeliveryId), ("@number", seen.Attempts + 1), ("@token", lease.Token), ("@now", now));
        db.Execute(Sql.Renew, ("@lane", lease.LaneId), ("@token", lease.Token), ("@until", now + lease.Span));
        return true;
    }

    /// <summary>False when the lease was lost: evidence is kept, no state changes.</summary>
    public bool Complete(SqliteSession db, LaneLease lease, OutboundMessage message, AttemptResult result, PreparedPayload? evidence, DateTimeOffset now)
    {
        var owns = db.Scalar(Sql.OwnsLane, ("@lane", lease.LaneId), ("@token", lease.Token)) is not null;
        KeepEvidence(db, lease, message, result, evidence, late: !owns);
        if (!owns || EndDelivery(db, message, result, now) is not { } stopsLane)
        {
            return false;
        }

        if (result.NextState == DeliveryState.Delivered)
        {
            db.Execute(Sql.SupersedeCarried, ("@id", message.DeliveryId));
        }

        var hold = result.HoldLane ?? (stopsLane && result.NextState == DeliveryState.Refused ? "A message that may not be passed was refused." : null);
        if (hold is not null)
        {
            db.Execute(Sql.HoldLane, ("@lane", lease.LaneId), ("@reason", hold));
        }

        if (result.HoldPartner is { } refusal)
        {
            HoldPartner(db, message.PartnerId, refusal, paused: false, now);
        }

        if (result.Attention is { } attention)
        {
            SqliteAttention.Write(db, organisation, attention, receivedId: null, now);
        }

        SettleAndPassOn(db, lease, stopped: hold is not null || result.HoldPartner is not null, now);
        return true;
    }

    public void Postpone(SqliteSession db, LaneLease lease, DateTimeOffset until, string because, PlannedAttention? attention, DateTimeOffset now)
    {
        if (SqliteHeads.Read(db, lease, now) is { } head)
        {
            db.Execute(Sql.Postpone, ("@id", head.DeliveryId), ("@next", until), ("@because", because));
            db.Execute(Sql.SettleLane, ("@lane", lease.LaneId));
        }

        if (attention is not null)
        {
            SqliteAttention.Write(db, organisation, attention, receivedId: null, now);
        }

        db.Execute(Sql.Release, ("@lane", lease.LaneId), ("@token", lease.Token));
    }

    public void HoldPartner(SqliteSession db, string partnerId, string? reason, bool paused, DateTimeOffset now) => db.Execute(
        Sql.HoldPartner, ("@partner", partnerId), ("@org", organisation), ("@reason", reason), ("@now", reason is null ? null : now), ("@paused", paused));

    private static bool? EndDelivery(SqliteSession db, OutboundMessage message, AttemptResult result, DateTimeOffset now) => db.First<bool?>(
        Sql.EndDelivery,
        row => row.GetBoolean(0),
        ("@id", message.DeliveryId), ("@state", result.NextState), ("@uncounted", result.Outcome is Unavailable { NothingSent: true }),
        ("@answered", result.Outcome is Delivered or Rejected or PartnerRefusesUs), ("@unknown", result.Outcome is Unknown),
        ("@next", result.NextDueAt), ("@because", result.WaitingBecause),
        ("@finished", result.NextState is DeliveryState.Delivered or DeliveryState.Refused or DeliveryState.Superseded ? now : null));

    // A lane with nothing more to do now is given back with the completion, which saves a commit.
    private static void SettleAndPassOn(SqliteSession db, LaneLease lease, bool stopped, DateTimeOffset now)
    {
        var due = db.Scalar(Sql.SettleLane, ("@lane", lease.LaneId)) as long?;
        if (stopped || due is null || due > now.ToUnixTimeMilliseconds())
        {
            db.Execute(Sql.Release, ("@lane", lease.LaneId), ("@token", lease.Token));
        }
        else
        {
            db.Execute(Sql.Renew, ("@lane", lease.LaneId), ("@token", lease.Token), ("@until", now + lease.Span));
        }
    }

    private void KeepEvidence(SqliteSession db, LaneLease lease, OutboundMessage message, AttemptResult result, PreparedPayload? evidence, bool late)
    {
        db.Execute(
            Sql.EndAttempt,
            ("@id", message.DeliveryId), ("@number", message.Attempt), ("@token", lease.Token), ("@ended", result.EndedAt),
            ("@outcome", result.Outcome.Name), ("@reason", ReasonOf(result.Outcome)), ("@late", late));
        var answer = (result.Outcome as Delivered)?.Answer;
        if (evidence is null && answer is null)
        {
            return;
        }

        db.Execute(
            Sql.InsertAcknowledgement,
            ("@org", organisation), ("@id", message.DeliveryId), ("@attempt", message.Attempt), ("@outcome", result.Outcome.Name),
            ("@code", answer?.SentCode), ("@answers", answer?.AnswersMessageId),
            ("@evidence", evidence is null ? null : SqlitePayloads.Keep(db, organisation, evidence, result.EndedAt)), ("@late", late), ("@now", result.EndedAt));
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
