using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store.HotPath;

/// <summary>The lowest unfinished delivery of a leased lane, as a worker is about to begin an attempt at it.</summary>
internal sealed record Head
{
    public required Guid DeliveryId { get; init; }
    public required long Seq { get; init; }
    public required DeliveryState State { get; init; }
    public required int Attempts { get; init; }
    public required int Failures { get; init; }
    public required int Unknowns { get; init; }
    public required bool ComposeAnew { get; init; }
    public required long? FrozenPayloadId { get; init; }
    public required string? MediaType { get; init; }
    public required string? ProtocolMessageId { get; init; }
    public required long BodyPayloadId { get; init; }
    public required Audience Audience { get; init; }
    public required int Version { get; init; }
    public required Guid EventId { get; init; }
    public required DocumentPart Part { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The trace that its message came in by.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What a message is bound from at its first claim, and which refused deliveries it tells again.</summary>
internal sealed record LoadedHead(LaneHead Lane, IReadOnlyList<Guid> Carries);

/// <summary>Reads heads of lanes.</summary>
internal static class StoredHeads
{
    /// <summary>Null when the lease is lost, the lane or its partner is held, or nothing is due.</summary>
    public static Head? Read(StoreSession db, LaneLease lease, DateTimeOffset now) => db.First<Head?>(
        Sql.ReadHead,
        row => new Head
        {
            DeliveryId = row.GetGuid(0),
            Seq = row.GetInt64(1),
            State = (DeliveryState)row.GetInt32(2),
            Attempts = row.GetInt32(3),
            Failures = row.GetInt32(4),
            Unknowns = row.GetInt32(5),
            ComposeAnew = row.GetBoolean(6),
            FrozenPayloadId = row.Number(7),
            MediaType = row.Text(8),
            ProtocolMessageId = row.Text(9),
            BodyPayloadId = row.GetInt64(10),
            Audience = Enum.Parse<Audience>(row.GetString(11)),
            Version = row.GetInt32(12),
            EventId = row.GetGuid(13),
            Part = (DocumentPart)row.GetInt32(14),
            CreatedAt = row.Time(15),
            TraceParent = row.Text(16),
        },
        ("@lane", lease.LaneId), ("@token", lease.Token), ("@now", now));

    public static LoadedHead Load(StoreSession db, LaneLease lease, Head head)
    {
        var of = db.First<EventOfHead?>(
            Sql.ReadEventOfHead,
            row => new EventOfHead(
                row.GetInt64(0), row.GetInt32(1), row.Number(2), row.Number(3), row.Time(4),
                row.Text(6) is { } key ? $"{row.GetString(5)}|{key}|{row.Day(7)}" : $"{row.GetString(5)}|{row.GetGuid(8)}", row.GetString(9)),
            ("@event", head.EventId)) ?? throw new InvalidOperationException("A delivery has no event.");
        var refused = db.All(Sql.NotAccepted, row => (Id: row.GetGuid(0), Payload: row.GetInt64(1), Event: row.GetGuid(2)), ("@lane", lease.LaneId), ("@seq", head.Seq), ("@event", head.EventId), ("@part", head.Part));
        return new LoadedHead(
            new LaneHead
            {
                DeliveryId = head.DeliveryId,
                Body = StoredPayloads.Read(db, head.BodyPayloadId),
                Audience = head.Audience,
                Part = head.Part,
                ReceivedAt = of.ReceivedAt,
                SourceKey = of.SourceKey,
                Version = head.Version,
                EventType = of.Type,
                EventIndex = of.Index,
                // A message and its replays tell of one event, which is told again once, and never by itself.
                Anew = head.ComposeAnew || refused.Count > 0
                    ? Anew(db, lease, head, of, [.. refused.Where(r => r.Event != head.EventId).DistinctBy(r => r.Event).Select(r => CareEventJson.ReadEvent(StoredPayloads.Read(db, r.Payload)))])
                    : null,
            },
            [.. refused.Select(r => r.Id)]);
    }

    private static ComposeAnew Anew(StoreSession db, LaneLease lease, Head head, EventOfHead of, IReadOnlyList<CareEvent> notAccepted) => new()
    {
        Event = CareEventJson.ReadEvent(StoredPayloads.Read(db, of.PayloadId)),
        Person = db.First(Sql.ReadPerson, row => IdentityJson.Read(db.Keys.Read(row.Content(1), ContentPlace.Person(lease.PersonId))), ("@id", lease.PersonId))
            ?? throw new InvalidOperationException("A lane has no person."),
        PersonMoved = head.ComposeAnew,
        Episode = State(db, of.EpisodeId, of.EpisodeVersion),
        Before = State(db, of.EpisodeId, of.EpisodeVersion - 1),
        NotAccepted = notAccepted,
    };

    private static EpisodeState? State(StoreSession db, long? episode, long? version) => episode is null || version is null or 0 ? null : db.First(
        Sql.ReadEpisodeVersion, row => CareEventJson.ReadState(db.Keys.Read(row.Content(0), ContentPlace.EpisodeVersion(episode.Value, version.Value))), ("@episode", episode), ("@version", version));

    private sealed record EventOfHead(
        long PayloadId, int Index, long? EpisodeId, long? EpisodeVersion, DateTimeOffset ReceivedAt, string SourceKey, string Type);
}
