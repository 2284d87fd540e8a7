using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Writes everything that one received message leads to. Runs on the writer's thread, inside a savepoint of its own.</summary>
internal sealed class StoredIntake(string organisation, IdentifierHasher hasher)
{
    private readonly StoredObligations obligations = new(organisation);

    public CommitResult Apply(StoreSession db, PreparedPlan prepared, DateTimeOffset now)
    {
        var plan = prepared.Plan;
        if (prepared.DedupeKey is not null && FindEarlier(db, plan.Received) is { } earlier && Answers(earlier, plan))
        {
            return new LostRace(earlier);
        }

        if (!InsertReceived(db, prepared, now))
        {
            return new LostRace(FindEarlier(db, plan.Received) ?? throw new InvalidOperationException("A message lost a race that nobody won."));
        }

        var persons = new StoredPersons(db, organisation, hasher.KeyId, now);
        var lanes = new StoredLanes(db, organisation, now);
        var written = new List<(PreparedEvent Event, string? PersonHeld)>(prepared.Events.Count);
        foreach (var one in prepared.Events)
        {
            if (!persons.TryApply(one, lanes) || !TryMerge(db, one.Planned.Merge, lanes, now))
            {
                return new StateMoved();
            }

            if (!TryWriteEvent(db, prepared, one, written.Count, persons, now))
            {
                return new StateMoved();
            }

            written.Add((one, persons.HeldReason(one.Planned.Person.PersonId)));
        }

        lanes.WriteDeliveries(written);
        lanes.Settle();
        foreach (var attention in plan.Attention)
        {
            StoredAttention.Write(db, organisation, attention, plan.ReceivedId, now);
        }

        db.Audited.Add(new(AuditKind.Receive, plan.Received.SourceId, $"message/{plan.ReceivedId}") { Result = plan.Received.SetAsideBecause is null ? plan.Outcome.ToString() : "set aside" });
        return new Committed(new IntakeReceipt
        {
            ReceivedId = plan.ReceivedId,
            Outcome = plan.Outcome,
            EventIds = [.. plan.Events.Select(e => e.EventId)],
            Problems = plan.Problems,
        });
    }

    public static EarlierMessage? FindEarlier(StoreSession db, ReceivedMessage received)
    {
        if (received.MessageKey is null)
        {
            return null;
        }

        var found = db.First(
            Sql.FindEarlier,
            row => (Id: row.GetGuid(0), Outcome: Enum.Parse<IntakeOutcome>(row.GetString(1)), Hash: row.Bytes(2), Problems: row.Text(3)),
            ("@source", received.SourceId), ("@key", received.MessageKey), ("@hash", received.ContentHash.ToArray()), ("@date", received.KeyDate),
            ("@from", received.KeyDate?.AddDays(-7)), ("@to", received.KeyDate?.AddDays(7)));
        return found == default ? null : new EarlierMessage(
            new IntakeReceipt
            {
                ReceivedId = found.Id,
                Outcome = found.Outcome,
                EventIds = db.All(Sql.EventIdsOfMessage, row => row.GetGuid(0), ("@received", found.Id)),
                Problems = found.Problems is null ? [] : JsonSerializer.Deserialize<List<Problem>>(found.Problems) ?? [],
            },
            found.Hash);
    }

    // A conflict is answered only by a copy of itself; an acceptance by whatever stands under its key.
    private static bool Answers(EarlierMessage earlier, IntakePlan plan) =>
        plan.Outcome is not IntakeOutcome.Conflict || earlier.ContentHash.Span.SequenceEqual(plan.Received.ContentHash.Span);

    private bool InsertReceived(StoreSession db, PreparedPlan prepared, DateTimeOffset now)
    {
        var plan = prepared.Plan;
        var received = plan.Received;
        return db.Scalar(
            Sql.InsertReceived,
            ("@id", plan.ReceivedId), ("@org", organisation), ("@source", received.SourceId), ("@protocol", received.Protocol),
            ("@key", received.MessageKey), ("@date", received.KeyDate), ("@hash", received.ContentHash.ToArray()), ("@dedupe", prepared.DedupeKey),
            ("@payload", prepared.Original is { } original ? StoredPayloads.Keep(db, organisation, original, now) : null),
            ("@mediaType", received.MediaType), ("@now", received.ReceivedAt), ("@kind", received.Kind), ("@outcome", plan.Outcome.ToString()),
            ("@aside", received.SetAsideBecause), ("@problems", prepared.Problems), ("@fileHash", plan.SourceFileHash),
            ("@mapping", plan.MappingVersion), ("@trace", plan.TraceParent)) is not null;
    }

    private bool TryMerge(StoreSession db, PersonMerge? merge, StoredLanes lanes, DateTimeOffset now)
    {
        if (merge is null)
        {
            return true;
        }

        if (!StoredMerges.TryApply(db, merge, lanes, now))
        {
            return false;
        }

        if (merge.Undo)
        {
            new StoredDeaths(obligations).Separate(db, merge.Retired, now);
        }

        return true;
    }

    private bool TryWriteEvent(StoreSession db, PreparedPlan prepared, PreparedEvent one, int index, StoredPersons persons, DateTimeOffset now)
    {
        var planned = one.Planned;
        if (!persons.TryApplyEpisode(one, out var episode))
        {
            return false;
        }

        db.Execute(
            Sql.InsertEvent,
            ("@id", planned.EventId), ("@org", organisation), ("@received", prepared.Plan.ReceivedId), ("@index", index), ("@type", one.Type),
            ("@person", planned.Person.PersonId), ("@episode", episode?.Id), ("@version", episode?.Version),
            ("@payload", StoredPayloads.Keep(db, organisation, one.Event, now)), ("@occurred", planned.Event.OccurredAt.Instant),
            ("@now", prepared.Plan.Received.ReceivedAt));
        if (episode is { } of)
        {
            obligations.Apply(db, planned, of, now);
        }

        return true;
    }
}

/// <summary>Keeps and reads content under its hash.</summary>
internal static class StoredPayloads
{
    public static long Keep(StoreSession db, string organisation, PreparedPayload payload, DateTimeOffset now) =>
        db.Number(
            Sql.InsertPayload,
            ("@org", organisation), ("@hash", payload.Hash), ("@encoding", payload.Stored.Encoding), ("@length", payload.Length),
            ("@content", payload.Stored.Content), ("@key", payload.Stored.KeyId), ("@base", payload.Base?.Id), ("@tail", payload.Base?.Tail), ("@now", now), ("@yesterday", now.AddDays(-1)))
        ?? db.Number(Sql.FindPayload, ("@hash", payload.Hash))
        ?? throw new InvalidOperationException("Content was neither kept nor found.");

    public static byte[] Read(StoreSession db, long id) =>
        db.First(
            Sql.ReadPayload,
            row => row.Number(6) is { } tail
                ? db.Keys.ReadOver(
                    row.Content(0), ContentPlace.Payload(row.Bytes(4), (row.GetInt64(5), (int)tail)), (int)tail,
                    db.Keys.Read(row.Content(7), ContentPlace.Payload(row.Bytes(11), null), row.GetInt32(10)))
                : db.Keys.Read(row.Content(0), ContentPlace.Payload(row.Bytes(4), null), row.GetInt32(3)),
            ("@id", id))
        ?? throw new InvalidOperationException($"Payload {id} is missing.");
}

/// <summary>Writes the operator's list: one open entry a cause, and a notice when an urgent one opens.</summary>
internal static class StoredAttention
{
    public static void Write(StoreSession db, string organisation, PlannedAttention entry, Guid? receivedId, DateTimeOffset now)
    {
        var subject = entry.ObligationId ?? entry.DeliveryId ?? entry.EventId ?? entry.PersonId ?? (entry.PartnerId is null ? receivedId ?? entry.AttentionId : null);
        var count = db.Number(
            Sql.InsertAttention,
            ("@id", entry.AttentionId), ("@org", organisation), ("@kind", entry.Kind), ("@reason", entry.Reason), ("@owner", entry.Owner),
            ("@next", entry.NextStep), ("@urgency", entry.Urgency), ("@due", entry.DueAt), ("@received", receivedId), ("@event", entry.EventId),
            ("@delivery", entry.DeliveryId), ("@person", entry.PersonId), ("@partner", entry.PartnerId), ("@obligation", entry.ObligationId),
            ("@dedupe", $"{entry.Kind}|{entry.PartnerId}|{entry.Subject ?? subject?.ToString()}"), ("@now", now));
        if (count is 1 && entry.Urgency == Urgency.Urgent)
        {
            db.Execute(Sql.InsertNotice, ("@org", organisation), ("@attention", entry.AttentionId), ("@obligation", entry.ObligationId), ("@now", now));
        }
    }
}
