using System.Text.Json;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Writes answers that came later, and tells where none came. Runs on the writer's thread.</summary>
internal sealed class StoredAnswers(string organisation, StoredAttempts attempts)
{
    /// <summary>How an answer that belongs to nothing is kept: as a message of its own that nobody could take.</summary>
    private const string StrayKind = "answer";

    private static readonly string StrayProblems = JsonSerializer.Serialize<Problem[]>(
    [
        new()
        {
            Code = "answers-nothing", Location = "", Text = "It answers no message that this partner was sent and that had no answer yet.",
            NextStep = "Compare the id that it names with what was sent to this partner.",
        },
    ]);

    public AnswerTaking Take(StoreSession db, LateAnswer answer, PreparedPayload evidence, AnswerRules rules, DateTimeOffset now)
    {
        if (Find(db, answer) is not { } found)
        {
            KeepStray(db, answer, evidence, rules, now);
            return AnswerTaking.NotOurs;
        }

        db.LockLane(found.Lane);
        var delivery = Read(db, found.Id);
        var said = Said.Of(answer);
        if (IsRepeat(db, found.Id, said, evidence, delivery.Ended))
        {
            return AnswerTaking.Repeated;
        }

        Keep(db, found.Id, delivery, said, evidence, now);
        db.Audited.Add(new(AuditKind.Answer, answer.PartnerId, $"delivery/{found.Id}") { Result = said.Name });
        if (delivery.Ended)
        {
            if (!Agree(said.Outcome, delivery.State))
            {
                StoredAttention.Write(db, organisation, rules.Contradiction(found.Id, now), receivedId: null, now);
            }

            return AnswerTaking.TooLate;
        }

        db.Execute(AnswerSql.NoteStage, ("@id", found.Id), ("@stage", said.Stage));
        if (said.Outcome is { } outcome)
        {
            End(db, answer, found, delivery, outcome, rules, now);
        }

        return AnswerTaking.Taken;
    }

    /// <summary>Puts an entry on the operator's list for each delivery that should have been answered by now, once.</summary>
    public int TellSilence(StoreSession db, Func<SilentDelivery, DateTimeOffset, PlannedAttention> entry, int max, DateTimeOffset now)
    {
        var silent = db.All(
            AnswerSql.TellSilence,
            row => new SilentDelivery(
                row.GetGuid(0), row.GetString(1), row.Time(2), (AnswerStage?)row.Number(3), row.Text(4), row.Text(5), row.GetGuid(6)),
            ("@now", now), ("@max", max));
        foreach (var one in silent)
        {
            StoredAttention.Write(db, organisation, entry(one, now), receivedId: null, now);
        }

        return silent.Count;
    }

    /// <summary>
    /// What an attempt heard after the delivery was answered by another way. That answer stands; a person is told where they disagree. An attempt whose end
    /// is written a second time agrees with itself.
    /// </summary>
    public static void Compare(StoreSession db, string organisation, OutboundMessage message, AttemptResult result, DateTimeOffset now)
    {
        if (result.Contradiction is { } entry && db.Number(AnswerSql.StateOf, ("@id", message.DeliveryId)) is { } state && !Agree(result.Outcome, (DeliveryState)state))
        {
            StoredAttention.Write(db, organisation, entry, receivedId: null, now);
        }
    }

    /// <summary>True where a delivery that ended so did not end otherwise than this says.</summary>
    private static bool Agree(DeliveryOutcome? said, DeliveryState ended) => said switch
    {
        Delivered => ended == DeliveryState.Delivered,
        Rejected => ended is DeliveryState.Refused or DeliveryState.Superseded,
        Unavailable or PartnerRefusesUs => false,
        _ => true,
    };

    private void End(
        StoreSession db, LateAnswer answer, (Guid Id, long Lane) found, Stored delivery, DeliveryOutcome outcome, AnswerRules rules, DateTimeOffset now)
    {
        var attempt = new StartedAttempt
        {
            Message = new OutboundMessage
            {
                DeliveryId = found.Id, PartnerId = answer.PartnerId, LaneId = found.Lane, ProtocolMessageId = delivery.MessageId, Bytes = default,
                MediaType = delivery.MediaType, Attempt = delivery.Attempts,
            },
            Failures = delivery.Failures,
            Unknowns = delivery.Unknowns,
        };
        if (attempts.EndByAnswer(db, attempt.Message, rules.Follow(outcome, attempt, now), now))
        {
            db.Execute(AnswerSql.CloseSilence, ("@id", found.Id), ("@kind", SilentDelivery.EntryKind), ("@now", now), ("@note", "The answer has come."));
        }
    }

    // By both names where both are given: one of them may be told differently on the way.
    private static (Guid Id, long Lane)? Find(StoreSession db, LateAnswer answer) =>
        (answer.ProtocolMessageId is { } message ? Find(db, AnswerSql.FindByMessage, answer.PartnerId, "@message", message) : null)
        ?? (answer.CarrierId is { } carrier ? Find(db, AnswerSql.FindByCarrier, answer.PartnerId, "@carrier", carrier) : null);

    private static (Guid Id, long Lane)? Find(StoreSession db, string sql, string partnerId, string name, string value) =>
        db.First<(Guid, long)?>(sql, row => (row.GetGuid(0), row.GetInt64(1)), ("@partner", partnerId), (name, value));

    private static Stored Read(StoreSession db, Guid id) => db.First(
        AnswerSql.Read,
        row => new Stored((DeliveryState)row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.Text(4) ?? "", row.Text(5) ?? "", !row.IsDBNull(6)),
        ("@id", id)) ?? throw new InvalidOperationException("A delivery is gone that was found a moment ago.");

    /// <summary>The same bytes are the same answer; so is the same word once more where it could change nothing.</summary>
    private static bool IsRepeat(StoreSession db, Guid id, Said said, PreparedPayload evidence, bool ended) => db.All(
        AnswerSql.Earlier,
        row => (Stage: (AnswerStage)row.GetInt32(0), Outcome: row.GetString(1), Code: row.Text(2), Hash: row.IsDBNull(3) ? [] : row.Bytes(3)),
        ("@id", id)).Exists(e => e.Stage == said.Stage && e.Outcome == said.Name && e.Code == said.Code
            && (ended || said.Outcome is null || e.Hash.AsSpan().SequenceEqual(evidence.Hash)));

    private void Keep(StoreSession db, Guid id, Stored delivery, Said said, PreparedPayload evidence, DateTimeOffset now) => db.Execute(
        AnswerSql.Keep,
        ("@org", organisation), ("@id", id), ("@attempt", delivery.Attempts), ("@outcome", said.Name), ("@code", said.Code), ("@answers", delivery.MessageId),
        ("@evidence", StoredPayloads.Keep(db, organisation, evidence, now)), ("@late", delivery.Ended), ("@stage", said.Stage), ("@now", now));

    // Once for the same bytes; each time it comes again the entry counts.
    private void KeepStray(StoreSession db, LateAnswer answer, PreparedPayload evidence, AnswerRules rules, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var kept = db.Scalar(
            Sql.InsertReceived,
            ("@id", id), ("@org", organisation), ("@source", answer.PartnerId), ("@protocol", StrayKind), ("@key", null), ("@date", null), ("@hash", evidence.Hash),
            ("@dedupe", $"{StrayKind}\n{answer.PartnerId}\n{Convert.ToHexString(evidence.Hash)}"), ("@payload", StoredPayloads.Keep(db, organisation, evidence, now)),
            ("@mediaType", answer.MediaType), ("@now", now), ("@kind", StrayKind), ("@outcome", nameof(IntakeOutcome.Parked)), ("@aside", null),
            ("@problems", StrayProblems), ("@fileHash", null), ("@mapping", null), ("@trace", null)) is not null;
        db.Audited.Add(new(AuditKind.Receive, answer.PartnerId, kept ? $"message/{id}" : "answer") { Result = "answers nothing" });
        StoredAttention.Write(db, organisation, rules.Stray(now), kept ? id : null, now);
    }

    private sealed record Stored(DeliveryState State, int Attempts, int Failures, int Unknowns, string MessageId, string MediaType, bool Ended);

    /// <summary>What an answer says, as it is written down.</summary>
    private sealed record Said(AnswerStage Stage, DeliveryOutcome? Outcome, string Name, string? Code)
    {
        public static Said Of(LateAnswer answer)
        {
            var outcome = answer.Outcome is Unknown or Awaited ? null : answer.Outcome;
            return new Said(answer.Stage, outcome, outcome?.Name ?? answer.Stage.ToString(), (outcome as Delivered)?.Answer.SentCode ?? (outcome as Rejected)?.Code);
        }
    }
}
