using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.Handovers;
using Hub.Proxy.Notices;
using Hub.Proxy.Store.AtRest;
using System.Data.Common;

namespace Hub.Proxy.Store.HotPath;

/// <summary>The message store on any of its databases: one writer a node that commits in groups, and readers that never wait for it.</summary>
internal sealed class MessageStore : IMessageStore, IDisposable
{
    // A head that keeps changing while it is bound means a fault; the sweeper comes again.
    private const int MostReadings = 10;

    private readonly string organisation;
    private readonly TimeProvider time;
    private readonly IdentifierHasher hasher;
    private readonly ContentKeys keys;
    private readonly StoredSealing sealing;
    private readonly StoredAudit audit;
    private readonly GroupWriter writer;
    private readonly StoreReaders readers;
    private readonly StoredIntake intake;
    private readonly StoredAttempts attempts;
    private readonly StoredAnswers answers;
    private readonly StoredObligations obligations;
    private readonly StoredNotices notices;
    private readonly StoredResponsePosts posts;
    private readonly StoredClaims claims = new();
    private readonly bool keepsTime;

    /// <param name="time">This node's clock, from which callers reckon; what is due is decided by the store's.</param>
    public MessageStore(StoreDatabase database, StoreOptions options, TimeProvider time)
    {
        this.time = time;
        organisation = options.Organisation;
        keepsTime = database.KeepsTime;
        hasher = new IdentifierHasher(options);
        keys = ContentKeys.Of(options);
        sealing = new StoredSealing(keys);
        intake = new StoredIntake(organisation, hasher);
        attempts = new StoredAttempts(organisation);
        answers = new StoredAnswers(organisation, attempts);
        obligations = new StoredObligations(organisation);
        notices = new StoredNotices(organisation);
        posts = new StoredResponsePosts(organisation);
        readers = new StoreReaders(database);
        audit = new StoredAudit(organisation, options.KeyFor(StoreOptions.AuditPurpose));
        writer = new GroupWriter(database, audit, options.MostWaiting);
    }

    public Task<EarlierMessage?> FindEarlierAsync(ReceivedMessage received, CancellationToken cancellationToken) =>
        ReadAsync(db => StoredIntake.FindEarlier(db, received), cancellationToken);

    public Task NoteRepeatAsync(Guid receivedId, CancellationToken cancellationToken) =>
        WriteAsync(
            db =>
            {
                db.Execute(Sql.NoteRepeat, ("@id", receivedId), ("@now", db.Now));
                db.Audited.Add(new(AuditKind.Receive, AuditEntry.Hub, $"message/{receivedId}") { Result = "repeat" });
            },
            cancellationToken);

    public Task<bool> UseOnceAsync(string key, DateTimeOffset until, CancellationToken cancellationToken) => writer.WriteAsync(
        db =>
        {
            db.Execute(AccessSql.ForgetUsed, ("@now", db.Now));
            return db.Scalar(AccessSql.UseOnce, ("@key", key), ("@org", organisation), ("@until", until)) is not null;
        },
        keep: null, cancellationToken);

    public Task AuditAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken) => WriteAsync(db => db.Audited.AddRange(entries), cancellationToken);

    public Task<bool> ReleaseDeliveryAsync(Guid deliveryId, string by, string note, CancellationToken cancellationToken) => writer.WriteAsync(
        db =>
        {
            var now = db.Now;
            var released = db.Scalar(Sql.ReleaseLaneOf, ("@id", deliveryId)) is not null;
            released |= db.Scalar(Sql.ReleaseDelivery, ("@id", deliveryId), ("@now", now)) is not null;
            if (released)
            {
                db.Execute(Sql.CloseAttentionOfDelivery, ("@id", deliveryId), ("@now", now), ("@by", by), ("@note", note));
                var lanes = new StoredLanes(db, organisation, now);
                lanes.TouchAllOf(db.First(Sql.PersonOfDelivery, row => row.GetGuid(0), ("@id", deliveryId)));
                lanes.Settle();
                db.Audited.Add(new(AuditKind.Act, by, $"delivery/{deliveryId}") { Result = "released", Reason = note });
            }

            return released;
        },
        keep: null, cancellationToken);

    public Task<bool> ReplayAsync(ReplayOrder order, CancellationToken cancellationToken)
    {
        var prepared = PreparedReplay.Of(order, keys);
        return writer.WriteAsync(
            db =>
            {
                db.Audited.Add(new(AuditKind.Act, order.By, $"delivery/{order.OriginalId}") { To = order.PartnerId, Result = order.Readdress is null ? "replayed" : "readdressed", Reason = order.Note });
                return StoredReplays.TryWrite(db, order, prepared, db.Now);
            },
            keep: written => written, cancellationToken);
    }

    public Task<bool> LeaseMailboxAsync(string mailbox, Guid holder, TimeSpan lease, CancellationToken cancellationToken) => writer.WriteAsync(
        db => db.Scalar(MailboxSql.Lease, ("@mailbox", mailbox), ("@org", organisation), ("@holder", holder), ("@until", db.Now + lease), ("@now", db.Now)) is not null, keep: null, cancellationToken);

    public Task GiveBackMailboxAsync(string mailbox, Guid holder, CancellationToken cancellationToken) => writer.WriteAsync(
        db =>
        {
            db.Execute(MailboxSql.GiveBack, ("@mailbox", mailbox), ("@holder", holder));
            return true;
        },
        keep: null, cancellationToken);

    public Task<bool> WasReaddressedAsync(Guid personId, string fromPartnerId, string toPartnerId, CancellationToken cancellationToken) =>
        ReadAsync(db => db.Scalar(Sql.WasReaddressed, ("@person", personId), ("@from", fromPartnerId), ("@to", toPartnerId)) is not null, cancellationToken);

    public Task<bool> CloseAttentionAsync(Guid attentionId, string by, string note, CancellationToken cancellationToken) => writer.WriteAsync(
        db =>
        {
            db.Audited.Add(new(AuditKind.Act, by, $"entry/{attentionId}") { Result = "closed", Reason = note });
            return db.Scalar(Sql.CloseAttention, ("@id", attentionId), ("@now", db.Now), ("@by", by), ("@note", note)) is not null;
        },
        keep: closed => closed, cancellationToken);

    public Task<IReadOnlyList<KnownPerson>> FindPersonsAsync(PatientRef patient, CancellationToken cancellationToken)
    {
        var hashes = hasher.ToFind(patient);
        return ReadAsync<IReadOnlyList<KnownPerson>>(db => StoredLookups.Persons(db, hashes), cancellationToken);
    }

    public Task<KnownEpisode?> FindEpisodeAsync(EpisodeKey key, CancellationToken cancellationToken) =>
        ReadAsync(db => StoredLookups.Episode(db, key), cancellationToken);

    public Task<IReadOnlyList<KnownEpisode>> FindEpisodesAsync(Guid personId, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<KnownEpisode>>(db => StoredLookups.Episodes(db, personId), cancellationToken);

    public async Task<CommitResult> CommitAsync(IntakePlan plan, CancellationToken cancellationToken)
    {
        var prepared = Prepare(plan);
        using var step = HubSteps.Start(HubSteps.Commit);
        return await writer.WriteAsync(db => intake.Apply(db, prepared, db.Now), result => result is Committed, cancellationToken);
    }

    public async Task<IReadOnlyList<LaneLease>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        if (request.Max <= 0)
        {
            return [];
        }

        using var step = HubSteps.Start(HubSteps.Claim);
        return await writer.WriteAsync(db => claims.Claim(db, request, db.Now), keep: null, cancellationToken);
    }

    public async Task<StartedAttempt?> FreezeHeadAsync(LaneLease lease, Func<LaneHead, FrozenMessage> freeze, CancellationToken cancellationToken)
    {
        for (var readings = 0; readings < MostReadings; readings++)
        {
            if (await ReadHeadAsync(lease, cancellationToken) is not { } head)
            {
                return null;
            }

            // Outside the writer: composing takes longer than a commit.
            var binding = head.FrozenPayloadId is null ? await BindAsync(lease, head, freeze, cancellationToken) : null;
            var bytes = head.FrozenPayloadId is { } frozen
                ? await ReadAsync(db => StoredPayloads.Read(db, frozen), cancellationToken)
                : binding!.Frozen.Bytes;
            if (await TryStartAsync(lease, head, binding, cancellationToken))
            {
                return Started(lease, head, binding, bytes);
            }
        }

        return null;
    }

    public async Task<bool> CompleteAsync(LaneLease lease, OutboundMessage message, AttemptResult result, CancellationToken cancellationToken)
    {
        using var step = HubSteps.Start(HubSteps.Complete);
        var evidence = result.Outcome.Evidence.IsEmpty ? null : PreparedPayload.Of(result.Outcome.Evidence.Span, keys);
        return await writer.WriteAsync(db => attempts.Complete(db, lease, message, result, evidence, db.Now), keep: null, cancellationToken);
    }

    public async Task<AnswerTaking> AnswerAsync(LateAnswer answer, AnswerRules rules, CancellationToken cancellationToken)
    {
        var evidence = PreparedPayload.Of(answer.Evidence.Span, keys);
        return await writer.WriteAsync(db => answers.Take(db, answer, evidence, rules, db.Now), keep: null, cancellationToken);
    }

    public Task<int> TellSilenceAsync(Func<SilentDelivery, DateTimeOffset, PlannedAttention> entry, int max, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => answers.TellSilence(db, entry, max, db.Now), keep: null, cancellationToken);

    public Task<DateTimeOffset?> NextSilenceAsync(CancellationToken cancellationToken) => ReadAsync(
        db => db.Number(AnswerSql.NextSilence) is { } due ? time.GetUtcNow() + (DateTimeOffset.FromUnixTimeMilliseconds(due) - db.Now) : (DateTimeOffset?)null, cancellationToken);

    public Task AskForPostAsync(Guid receivedId, string sourceId, string url, CancellationToken cancellationToken) =>
        WriteAsync(db => posts.Ask(db, receivedId, sourceId, url, db.Now), cancellationToken);

    public Task<IReadOnlyList<ResponsePost>> ClaimPostsAsync(int max, TimeSpan lease, CancellationToken cancellationToken) =>
        writer.WriteAsync<IReadOnlyList<ResponsePost>>(db => StoredResponsePosts.Claim(db, max, lease, db.Now), keep: null, cancellationToken);

    public Task CompletePostAsync(ResponsePost post, string? fault, TimeSpan? again, PlannedAttention? entry, CancellationToken cancellationToken) =>
        WriteAsync(db => posts.Complete(db, post, fault, again, entry, db.Now), cancellationToken);

    public Task<DateTimeOffset?> NextPostAsync(CancellationToken cancellationToken) => ReadAsync(
        db => db.Number(ResponsePostSql.Next) is { } due ? time.GetUtcNow() + (DateTimeOffset.FromUnixTimeMilliseconds(due) - db.Now) : (DateTimeOffset?)null, cancellationToken);

    public Task ReleaseAsync(LaneLease lease, CancellationToken cancellationToken) =>
        WriteAsync(db => db.Execute(Sql.Release, ("@lane", lease.LaneId), ("@token", lease.Token)), cancellationToken);

    public Task PostponeAsync(LaneLease lease, DateTimeOffset until, string because, PlannedAttention? attention, CancellationToken cancellationToken)
    {
        var wait = until - time.GetUtcNow();
        return WriteAsync(db => attempts.Postpone(db, lease, wait, because, attention, db.Now), cancellationToken);
    }

    public Task AttendAsync(PlannedAttention attention, CancellationToken cancellationToken) =>
        WriteAsync(db => StoredAttention.Write(db, organisation, attention, receivedId: null, db.Now), cancellationToken);

    public Task<ActResult?> ActAsync(
        Guid obligationId, ObligationAct act, long? expectedVersion, Func<DateTimeOffset, (DateTimeOffset Due, string Chaser)> oneLead, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => obligations.Act(db, obligationId, act, expectedVersion, oneLead, db.Now), keep: null, cancellationToken);

    public Task<int> TellOverdueAsync(Func<Obligation, DateTimeOffset, Escalation> escalate, int max, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => obligations.Tell(db, escalate, max, db.Now), keep: null, cancellationToken);

    public Task<DateTimeOffset?> NextClockAsync(CancellationToken cancellationToken) => ReadAsync(
        db => db.Number(ObligationSql.NextClock) is { } due ? time.GetUtcNow() + (DateTimeOffset.FromUnixTimeMilliseconds(due) - db.Now) : (DateTimeOffset?)null, cancellationToken);

    public Task<IReadOnlyList<NoticeLease>> ClaimNoticesAsync(int max, TimeSpan lease, Func<int, TimeSpan> untilNextRung, CancellationToken cancellationToken) =>
        writer.WriteAsync<IReadOnlyList<NoticeLease>>(db => StoredNotices.Claim(db, max, lease, untilNextRung, db.Now), keep: null, cancellationToken);

    public Task CompleteNoticeAsync(
        NoticeLease lease, IReadOnlyList<string> taken, string? fault, TimeSpan? tryAgainIn, PlannedAttention? alarm, CancellationToken cancellationToken) =>
        WriteAsync(db => notices.Complete(db, lease, taken, fault, tryAgainIn, alarm, db.Now), cancellationToken);

    public Task<int> RaiseNoticesAsync(Func<int, NextRung> next, int max, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => notices.Raise(db, next, max, db.Now), keep: null, cancellationToken);

    public Task<NoticeHad?> HaveNoticeAsync(long id, string by, TimeSpan silent, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            db =>
            {
                db.Audited.Add(new(AuditKind.Act, by, $"notice/{id}") { Result = "had" });
                return StoredNotices.Have(db, id, by, silent, db.Now);
            },
            keep: had => had is not null, cancellationToken);

    public Task<IReadOnlyList<string>> PartnersWithWorkDueAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(db => db.All(Sql.PartnersDue, row => row.GetString(0), ("@now", db.Now)), cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => ReadAsync(
        db =>
        {
            var now = db.Now;
            return db.Number(Sql.NextDue, ("@now", now)) is { } due ? time.GetUtcNow() + (DateTimeOffset.FromUnixTimeMilliseconds(due) - now) : (DateTimeOffset?)null;
        },
        cancellationToken);

    public Task ClockSetBackAsync(TimeSpan by, CancellationToken cancellationToken) =>
        keepsTime ? Task.CompletedTask : WriteAsync(db => StoredClock.SetBack(db, by, db.Now), cancellationToken);

    public Task HoldPartnerAsync(string partnerId, string reason, string by, CancellationToken cancellationToken) => WriteAsync(
        db =>
        {
            attempts.HoldPartner(db, partnerId, reason, paused: true, db.Now);
            db.Audited.Add(new(AuditKind.Act, by, $"partner/{partnerId}") { Result = "held", Reason = reason });
        },
        cancellationToken);

    public Task ReleasePartnerAsync(string partnerId, double? perSecond, string by, CancellationToken cancellationToken) => WriteAsync(
        db =>
        {
            attempts.ReleasePartner(db, partnerId, perSecond, db.Now);
            db.Audited.Add(new(AuditKind.Act, by, $"partner/{partnerId}") { Result = "let go" });
        },
        cancellationToken);

    public Task EndReleaseRateAsync(string partnerId, CancellationToken cancellationToken) =>
        WriteAsync(db => db.Execute(Sql.EndReleaseRate, ("@partner", partnerId)), cancellationToken);

    public Task<PartnerStanding> FindPartnerAsync(string partnerId, CancellationToken cancellationToken) => ReadAsync(
        db => db.First<PartnerStanding?>(
            Sql.ReadPartner,
            row => new PartnerStanding(row.Text(0), row.IsDBNull(1) ? null : row.Time(1), row.GetBoolean(2), row.Number(3) / 3600.0, row.IsDBNull(4) ? null : row.Time(4)),
            ("@partner", partnerId)) ?? PartnerStanding.Sending,
        cancellationToken);

    public Task<ShadowCount> CountShadowAsync(string partnerId, CancellationToken cancellationToken) => ReadAsync(
        db => db.First(Sql.CountShadow, row => new ShadowCount(row.GetInt64(0), row.GetInt64(1)), ("@partner", partnerId)), cancellationToken);

    public Task<PartnerBacklog> FindBacklogAsync(string partnerId, CancellationToken cancellationToken) => ReadAsync(
        db => db.First<PartnerBacklog?>(
            Sql.PartnerBacklog,
            row => new PartnerBacklog(row.GetInt64(0), row.GetInt64(2), row.IsDBNull(1) ? null : row.Time(1), row.IsDBNull(3) ? null : row.Time(3), row.GetInt64(4)),
            ("@partner", partnerId)) ?? new PartnerBacklog(0, 0, null, null),
        cancellationToken);

    public Task NoteAskedAsync(string partnerId, IReadOnlyList<Guid> offered, string waitingBecause, CancellationToken cancellationToken) => WriteAsync(
        db =>
        {
            db.Execute(Sql.NoteAsked, ("@partner", partnerId), ("@org", organisation), ("@now", db.Now));
            foreach (var delivery in offered)
            {
                db.Execute(Sql.NoteOffered, ("@id", delivery), ("@because", waitingBecause));
                db.Audited.Add(new(AuditKind.Read, partnerId, $"delivery/{delivery}"));
            }
        },
        cancellationToken);

    public Task NoteGatewayCallsAsync(IReadOnlyList<GatewayCall> calls, CancellationToken cancellationToken) => WriteAsync(
        db =>
        {
            foreach (var call in calls)
            {
                db.Execute(
                    Sql.InsertGatewayCall,
                    ("@id", call.Id), ("@org", organisation), ("@at", call.At), ("@caller", call.Caller), ("@target", call.Target), ("@method", call.Method),
                    ("@resource", call.Resource), ("@status", call.Status), ("@code", call.Code), ("@took", (int)call.Took.TotalMilliseconds), ("@request", call.RequestId));
                db.Audited.Add(new(call.Code is null ? AuditKind.Pass : AuditKind.Refuse, call.Caller ?? "nobody known", $"call/{call.RequestId}")
                {
                    To = call.Target, Result = call.Code ?? call.Status.ToString(System.Globalization.CultureInfo.InvariantCulture),
                });
            }
        },
        cancellationToken);

    public Task<Forgotten> EmptyContentAsync(TimeSpan age, int max, CancellationToken cancellationToken) =>
        ForgetAsync(db => StoredRetention.EmptyContent(db, db.Now - age, max), "content", cancellationToken);

    public Task<Forgotten> DeleteRecordsAsync(TimeSpan age, int max, CancellationToken cancellationToken) =>
        ForgetAsync(db => StoredRetention.DeleteRecords(db, db.Now - age, max), "records", cancellationToken);

    public async Task<Sealing> SealAnewAsync(SealingPlace at, int max, CancellationToken cancellationToken)
    {
        var (next, writes, unreadable) = await ReadAsync(db => sealing.Read(db, at, max), cancellationToken);
        if (writes.Count > 0)
        {
            await WriteAsync(
                db =>
                {
                    foreach (var write in writes)
                    {
                        write(db);
                    }
                },
                cancellationToken);
        }

        return new Sealing(next, writes.Count, unreadable);
    }

    public void Dispose()
    {
        writer.Dispose();
        audit.Dispose();
        readers.Dispose();
    }

    private Task<Forgotten> ForgetAsync(Func<StoreSession, Forgotten> forget, string what, CancellationToken cancellationToken) => writer.WriteAsync(
        db =>
        {
            var forgotten = forget(db);
            if (!forgotten.Nothing)
            {
                db.Audited.Add(new(AuditKind.Forget, AuditEntry.Hub, what)
                {
                    Result = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{forgotten.Contents} contents, {forgotten.Messages} messages, {forgotten.Entries} entries, {forgotten.Persons} persons, {forgotten.Calls} calls"),
                });
            }

            return forgotten;
        },
        keep: null, cancellationToken);

    private PreparedPlan Prepare(IntakePlan plan)
    {
        using var step = HubSteps.Start(HubSteps.Prepare);
        return PreparedPlan.Of(plan, hasher, keys);
    }

    private async Task<Head?> ReadHeadAsync(LaneLease lease, CancellationToken cancellationToken)
    {
        using var step = HubSteps.Start(HubSteps.ReadHead);
        return await ReadAsync(db => StoredHeads.Read(db, lease, db.Now), cancellationToken);
    }

    private async Task<bool> TryStartAsync(LaneLease lease, Head head, StoredAttempts.Binding? binding, CancellationToken cancellationToken)
    {
        using var step = HubSteps.Start(HubSteps.StartAttempt, MessageTrace.ContextOf(head.TraceParent));
        return await writer.WriteAsync(db => attempts.TryStart(db, lease, head, binding, db.Now), keep: null, cancellationToken);
    }

    private async Task<StoredAttempts.Binding> BindAsync(
        LaneLease lease, Head head, Func<LaneHead, FrozenMessage> freeze, CancellationToken cancellationToken)
    {
        using var step = HubSteps.Start(HubSteps.Bind, MessageTrace.ContextOf(head.TraceParent));
        var loaded = await ReadAsync(db => StoredHeads.Load(db, lease, head), cancellationToken);
        var frozen = freeze(loaded.Lane);
        return new StoredAttempts.Binding(frozen, PreparedPayload.Over(head.BodyPayloadId, loaded.Lane.Body.Span, frozen.Bytes.Span, keys), loaded.Carries);
    }

    private static StartedAttempt Started(LaneLease lease, Head head, StoredAttempts.Binding? binding, ReadOnlyMemory<byte> bytes) => new()
    {
        Message = new OutboundMessage
        {
            DeliveryId = head.DeliveryId,
            PartnerId = lease.PartnerId,
            LaneId = lease.LaneId,
            ProtocolMessageId = binding?.Frozen.ProtocolMessageId ?? head.ProtocolMessageId!,
            Bytes = bytes,
            MediaType = binding?.Frozen.MediaType ?? head.MediaType!,
            Attempt = head.Attempts + 1,
        },
        Failures = head.Failures,
        Unknowns = head.Unknowns,
        Interrupted = head.State == DeliveryState.Sending,
        TraceParent = head.TraceParent,
    };

    private async Task WriteAsync(Action<StoreSession> work, CancellationToken cancellationToken) => await writer.WriteAsync(
        db =>
        {
            work(db);
            return true;
        },
        keep: null,
        cancellationToken);

    private Task<T> ReadAsync<T>(Func<StoreSession, T> read, CancellationToken cancellationToken) => readers.ReadAsync(read, cancellationToken);
}
