using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Microsoft.Data.Sqlite;

namespace Hub.Proxy.Store.Sqlite;

/// <summary>The message store on one SQLite file: one writer that commits in groups, and readers that never wait for it.</summary>
internal sealed class SqliteMessageStore : IMessageStore, IDisposable
{
    // A head that keeps changing while it is bound means a fault; the sweeper comes again.
    private const int MostReadings = 10;

    private readonly string organisation;
    private readonly TimeProvider time;
    private readonly IdentifierHasher hasher;
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private readonly SqliteIntake intake;
    private readonly SqliteAttempts attempts;

    public SqliteMessageStore(StoreOptions options, TimeProvider time)
    {
        var connectionString = ConnectionString(options);
        organisation = options.Organisation;
        this.time = time;
        hasher = new IdentifierHasher(options);
        intake = new SqliteIntake(organisation, hasher);
        attempts = new SqliteAttempts(organisation);
        readers = new SqliteReaders(connectionString);
        writer = new SqliteWriter(connectionString, options.MostWaiting);
    }

    /// <summary>Own connections are kept by the store, not by the driver's pool, so that closing the store closes the file.</summary>
    public static string ConnectionString(StoreOptions options) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Pooling = false,
            Cache = SqliteCacheMode.Private,
            ForeignKeys = true,
            DefaultTimeout = options.BusySeconds, // the driver retries a locked file for as long
        }.ToString();

    public Task<EarlierMessage?> FindEarlierAsync(ReceivedMessage received, CancellationToken cancellationToken) =>
        ReadAsync(db => SqliteIntake.FindEarlier(db, received), cancellationToken);

    public Task NoteRepeatAsync(Guid receivedId, CancellationToken cancellationToken) =>
        WriteAsync(db => db.Execute(Sql.NoteRepeat, ("@id", receivedId), ("@now", time.GetUtcNow())), cancellationToken);

    public Task<bool> ReleaseDeliveryAsync(Guid deliveryId, string by, string note, CancellationToken cancellationToken) => writer.WriteAsync(
        db =>
        {
            var now = time.GetUtcNow();
            var released = db.Scalar(Sql.ReleaseDelivery, ("@id", deliveryId), ("@now", now)) is not null;
            released |= db.Scalar(Sql.ReleaseLaneOf, ("@id", deliveryId)) is not null;
            if (released)
            {
                db.Execute(Sql.CloseAttentionOfDelivery, ("@id", deliveryId), ("@now", now), ("@by", by), ("@note", note));
                var lanes = new SqliteLanes(db, organisation, now);
                lanes.TouchAllOf(db.First(Sql.PersonOfDelivery, row => row.GetGuid(0), ("@id", deliveryId)));
                lanes.Settle();
            }

            return released;
        },
        keep: null, cancellationToken);

    public Task<bool> CloseAttentionAsync(Guid attentionId, string by, string note, CancellationToken cancellationToken) => writer.WriteAsync(
        db => db.Scalar(Sql.CloseAttention, ("@id", attentionId), ("@now", time.GetUtcNow()), ("@by", by), ("@note", note)) is not null,
        keep: null, cancellationToken);

    public Task<IReadOnlyList<KnownPerson>> FindPersonsAsync(PatientRef patient, CancellationToken cancellationToken)
    {
        var hashes = hasher.ToFind(patient);
        return ReadAsync<IReadOnlyList<KnownPerson>>(db => SqliteLookups.Persons(db, hashes), cancellationToken);
    }

    public Task<KnownEpisode?> FindEpisodeAsync(EpisodeKey key, CancellationToken cancellationToken) =>
        ReadAsync(db => SqliteLookups.Episode(db, key), cancellationToken);

    public Task<IReadOnlyList<KnownEpisode>> FindEpisodesAsync(Guid personId, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<KnownEpisode>>(db => SqliteLookups.Episodes(db, personId), cancellationToken);

    public Task<CommitResult> CommitAsync(IntakePlan plan, CancellationToken cancellationToken)
    {
        var prepared = PreparedPlan.Of(plan, hasher);
        return writer.WriteAsync(db => intake.Apply(db, prepared, time.GetUtcNow()), result => result is Committed, cancellationToken);
    }

    public async Task<IReadOnlyList<LaneLease>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        if (request.Max <= 0)
        {
            return [];
        }

        return await writer.WriteAsync(db => SqliteLookups.Claim(db, request, time.GetUtcNow()), keep: null, cancellationToken);
    }

    public async Task<StartedAttempt?> FreezeHeadAsync(LaneLease lease, Func<LaneHead, FrozenMessage> freeze, CancellationToken cancellationToken)
    {
        for (var readings = 0; readings < MostReadings; readings++)
        {
            if (await ReadAsync(db => SqliteHeads.Read(db, lease, time.GetUtcNow()), cancellationToken) is not { } head)
            {
                return null;
            }

            // Outside the writer: composing takes longer than a commit.
            var binding = head.FrozenPayloadId is null ? await BindAsync(lease, head, freeze, cancellationToken) : null;
            var bytes = head.FrozenPayloadId is { } frozen
                ? await ReadAsync(db => SqlitePayloads.Read(db, frozen), cancellationToken)
                : binding!.Frozen.Bytes;
            if (await writer.WriteAsync(db => attempts.TryStart(db, lease, head, binding, time.GetUtcNow()), keep: null, cancellationToken))
            {
                return Started(lease, head, binding, bytes);
            }
        }

        return null;
    }

    public Task<bool> CompleteAsync(LaneLease lease, OutboundMessage message, AttemptResult result, CancellationToken cancellationToken)
    {
        var evidence = result.Outcome.Evidence.IsEmpty ? null : PreparedPayload.Of(result.Outcome.Evidence.Span);
        return writer.WriteAsync(db => attempts.Complete(db, lease, message, result, evidence, time.GetUtcNow()), keep: null, cancellationToken);
    }

    public Task ReleaseAsync(LaneLease lease, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => db.Execute(Sql.Release, ("@lane", lease.LaneId), ("@token", lease.Token)), keep: null, cancellationToken);

    public Task PostponeAsync(LaneLease lease, DateTimeOffset until, string because, PlannedAttention? attention, CancellationToken cancellationToken) =>
        WriteAsync(db => attempts.Postpone(db, lease, until, because, attention, time.GetUtcNow()), cancellationToken);

    public Task AttendAsync(PlannedAttention attention, CancellationToken cancellationToken) =>
        WriteAsync(db => SqliteAttention.Write(db, organisation, attention, receivedId: null, time.GetUtcNow()), cancellationToken);

    public Task<IReadOnlyList<string>> PartnersWithWorkDueAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(db => db.All(Sql.PartnersDue, row => row.GetString(0), ("@now", time.GetUtcNow())), cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => ReadAsync(
        db => db.Scalar(Sql.NextDue, ("@now", time.GetUtcNow())) is long due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : (DateTimeOffset?)null,
        cancellationToken);

    public Task HoldPartnerAsync(string partnerId, string? reason, CancellationToken cancellationToken) =>
        WriteAsync(db => attempts.HoldPartner(db, partnerId, reason, paused: true, time.GetUtcNow()), cancellationToken);

    public void Dispose()
    {
        writer.Dispose();
        readers.Dispose();
    }

    private async Task<SqliteAttempts.Binding> BindAsync(
        LaneLease lease, Head head, Func<LaneHead, FrozenMessage> freeze, CancellationToken cancellationToken)
    {
        var loaded = await ReadAsync(db => SqliteHeads.Load(db, lease, head), cancellationToken);
        var frozen = freeze(loaded.Lane);
        return new SqliteAttempts.Binding(frozen, PreparedPayload.Of(frozen.Bytes.Span), loaded.Carries);
    }

    private static StartedAttempt Started(LaneLease lease, Head head, SqliteAttempts.Binding? binding, ReadOnlyMemory<byte> bytes) => new()
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
    };

    private async Task WriteAsync(Action<SqliteSession> work, CancellationToken cancellationToken) => await writer.WriteAsync(
        db =>
        {
            work(db);
            return true;
        },
        keep: null,
        cancellationToken);

    // SQLite reads are synchronous and short; a thread of the pool does them without a hop.
    private Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(readers.Read(read));
    }
}
