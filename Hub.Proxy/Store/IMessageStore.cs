using Hub.Adapters.Contract;
using Hub.Fhir.Events;

namespace Hub.Proxy.Store;

/// <summary>
/// The hub's truth: what was received, what it means, and what is owed to whom. Accept, claim, freeze and complete are plain SQL behind a
/// single writer that commits in groups; everything else reads through <c>HubDbContext</c>.
/// </summary>
public interface IMessageStore
{
    /// <summary>
    /// An earlier copy of the message: the same key and key date, or the same key on another date with the same content within seven days.
    /// Only committed acceptances and conflicts are found; a refused message is judged afresh.
    /// </summary>
    Task<EarlierMessage?> FindEarlierAsync(ReceivedMessage received, CancellationToken cancellationToken);

    /// <summary>Writes down that a message came again and is answered as before: evidence, and a sign of a sender that misses its acknowledgements.</summary>
    Task NoteRepeatAsync(Guid receivedId, CancellationToken cancellationToken);

    /// <summary>Who the hub knows under any identifier of this reference. Merged persons are followed to the survivor.</summary>
    Task<IReadOnlyList<KnownPerson>> FindPersonsAsync(PatientRef patient, CancellationToken cancellationToken);

    Task<KnownEpisode?> FindEpisodeAsync(EpisodeKey key, CancellationToken cancellationToken);

    /// <summary>Episodes of a person, newest first.</summary>
    Task<IReadOnlyList<KnownEpisode>> FindEpisodesAsync(Guid personId, CancellationToken cancellationToken);

    /// <summary>Everything of one message in one commit, perhaps together with its neighbours'. Returns after the commit.</summary>
    /// <exception cref="StorageUnavailableException">Nothing of the plan was stored.</exception>
    Task<CommitResult> CommitAsync(IntakePlan plan, CancellationToken cancellationToken);

    /// <summary>Leases up to <paramref name="max"/> lanes that have work due, urgent first. Of any number of callers one wins each lane.</summary>
    Task<IReadOnlyList<LaneLease>> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The message at the head of a leased lane, its bytes fixed: on the first attempt <paramref name="freeze"/> makes them and they are stored in the
    /// transaction that starts attempt 1; later attempts get those bytes. Renews the lease. Null when nothing is due or the lease is lost.
    /// </summary>
    Task<StartedAttempt?> FreezeHeadAsync(LaneLease lease, Func<LaneHead, FrozenMessage> freeze, CancellationToken cancellationToken);

    /// <summary>Records what an attempt came to. False when the lease was lost: the answer is then kept as evidence and changes no state.</summary>
    Task<bool> CompleteAsync(LaneLease lease, OutboundMessage message, AttemptResult result, CancellationToken cancellationToken);

    /// <summary>Gives a lease back untouched: at shutdown, or when nothing more is due.</summary>
    Task ReleaseAsync(LaneLease lease, CancellationToken cancellationToken);

    /// <summary>Puts the head of a leased lane off, says why, and gives the lease back: for what went wrong on our side before anything was sent.</summary>
    Task PostponeAsync(LaneLease lease, DateTimeOffset until, string because, PlannedAttention? attention, CancellationToken cancellationToken);

    /// <summary>
    /// A person's word that a delivery may go: held, it waits again; unknown, it is sent again; its lane, if stopped, goes on. Its entries on the
    /// operator's list are closed with the name and note. False where there was nothing to release.
    /// </summary>
    Task<bool> ReleaseDeliveryAsync(Guid deliveryId, string by, string note, CancellationToken cancellationToken);

    /// <summary>Closes an entry of the operator's list. False where it is not open.</summary>
    Task<bool> CloseAttentionAsync(Guid attentionId, string by, string note, CancellationToken cancellationToken);

    /// <summary>Puts an entry on the operator's list, outside any message or attempt.</summary>
    Task AttendAsync(PlannedAttention attention, CancellationToken cancellationToken);

    /// <summary>Partners that have a lane due now, for the sweeper's bell.</summary>
    Task<IReadOnlyList<string>> PartnersWithWorkDueAsync(CancellationToken cancellationToken);

    /// <summary>When the next lane that is not yet due will be; null when none waits.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>Stops sending to a partner for a reason, or starts again without one. Running state: a configuration change does not touch it.</summary>
    Task HoldPartnerAsync(string partnerId, string? reason, CancellationToken cancellationToken);
}

/// <summary>An earlier copy and the answer that was given to it.</summary>
public sealed record EarlierMessage(IntakeReceipt Receipt, ReadOnlyMemory<byte> ContentHash);

/// <summary>A person the hub knows, with the identity last held.</summary>
public sealed record KnownPerson
{
    public required Guid PersonId { get; init; }
    public required long Version { get; init; }
    public required PatientRef Identity { get; init; }

    /// <summary>Why nothing about this person leaves the hub now; null when nothing stops it.</summary>
    public string? HeldReason { get; init; }

    /// <summary>Persons merged into this one under whose identifiers it was found: what an un-merge parts again.</summary>
    public IReadOnlyList<Guid> FoundThrough { get; init; } = [];
}

public sealed record KnownEpisode
{
    public required EpisodeKey Key { get; init; }
    public required Guid PersonId { get; init; }
    public required long Version { get; init; }
    public required EpisodeState State { get; init; }
}

public abstract record CommitResult
{
    private protected CommitResult() { }
}

public sealed record Committed(IntakeReceipt Receipt) : CommitResult;

/// <summary>A copy of the same message was committed first; here is its answer.</summary>
public sealed record LostRace(EarlierMessage Winner) : CommitResult;

/// <summary>The person or the episode moved on since the plan was made: compose again.</summary>
public sealed record StateMoved : CommitResult;

/// <summary>Everything that one received message leads to.</summary>
public sealed record IntakePlan
{
    public required Guid ReceivedId { get; init; }
    public required ReceivedMessage Received { get; init; }
    public required IntakeOutcome Outcome { get; init; }
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>False where only key and hash may be kept: a message about a person we do not follow.</summary>
    public bool KeepContent { get; init; } = true;
    public IReadOnlyList<PlannedEvent> Events { get; init; } = [];
    public IReadOnlyList<PlannedAttention> Attention { get; init; } = [];
}

public sealed record PlannedEvent
{
    public required Guid EventId { get; init; }
    public required CareEvent Event { get; init; }
    public required PlannedPerson Person { get; init; }

    /// <summary>Null for events outside an episode.</summary>
    public PlannedEpisode? Episode { get; init; }
    public PersonMerge? Merge { get; init; }
    public IReadOnlyList<PlannedDelivery> Deliveries { get; init; } = [];
}

public sealed record PlannedPerson
{
    public required Guid PersonId { get; init; }

    /// <summary>The version the plan was made from; 0 for a person not known before.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>The identity to hold from now on; null leaves it as it is. A person not known before must have one.</summary>
    public PatientRef? Identity { get; init; }

    /// <summary>
    /// For a person not known before: others that are known to share an identifier and were judged to be somebody else. Any further holder
    /// of an identifier means that the plan was made too early: <see cref="StateMoved"/>.
    /// </summary>
    public IReadOnlyList<Guid> KnownHolders { get; init; } = [];

    /// <summary>Lets go what of this person is held for exactly this reason, composed anew; null lets nothing go.</summary>
    public string? LiftHeldBecause { get; init; }

    /// <summary>Sets or lifts the hold on what leaves about this person; null leaves it. An empty string lifts it.</summary>
    public string? Hold { get; init; }
}

public sealed record PlannedEpisode
{
    public required EpisodeKey Key { get; init; }

    /// <summary>0 for an episode not known before.</summary>
    public required long ExpectedVersion { get; init; }
    public required EpisodeState State { get; init; }
}

/// <summary>Two persons become one, or are taken apart again. Waiting copies in both lanes are joined (or parted) and composed anew.</summary>
public sealed record PersonMerge(Guid Survivor, Guid Retired, bool Undo);

public enum Urgency
{
    Urgent = 0,
    Routine = 1,
}

/// <summary>Which document of an event a delivery carries (clinical rule 20).</summary>
public enum DocumentPart
{
    /// <summary>Safe for the person to read at home.</summary>
    Shareable = 0,

    /// <summary>For professionals only; a message of its own.</summary>
    ProfessionalsOnly = 1,
}

public sealed record PlannedDelivery
{
    public required Guid DeliveryId { get; init; }

    /// <summary>Null where the recipient that should exist has no partner file: state unroutable, with an owner.</summary>
    public string? PartnerId { get; init; }

    /// <summary>The partner as people know it, or what it would be: "GP practice Y06601".</summary>
    public required string RecipientName { get; init; }
    public required Hub.Fhir.Bundles.Audience Audience { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public required string Title { get; init; }
    public DocumentPart Part { get; init; }
    public required Urgency Urgency { get; init; }
    public string? PartnerFileHash { get; init; }

    /// <summary>True for a withdrawal, merge, identity or location-hiding change: refused, it stops its lane until a person decides.</summary>
    public bool StopsLaneWhenRefused { get; init; }

    /// <summary>Why it must wait for a person; null where it may go.</summary>
    public string? HeldBecause { get; init; }
}

/// <summary>An entry on the operator's list: a reason, who must act, by when.</summary>
public sealed record PlannedAttention
{
    public required Guid AttentionId { get; init; }

    /// <summary>Stable name, such as <c>conflict</c>, <c>unroutable</c>, <c>identity-doubt</c>, <c>refused-message</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Plain English, without patient data.</summary>
    public required string Reason { get; init; }

    /// <summary>The role that must act, such as "CRT administration".</summary>
    public required string Owner { get; init; }
    public required string NextStep { get; init; }
    public Urgency Urgency { get; init; } = Urgency.Routine;
    public DateTimeOffset? DueAt { get; init; }
    public Guid? EventId { get; init; }
    public Guid? DeliveryId { get; init; }
    public Guid? PersonId { get; init; }
    public string? PartnerId { get; init; }
}

/// <summary>Which lanes a worker asks for.</summary>
public sealed record ClaimRequest(string? PartnerId, int Max, TimeSpan Lease);

/// <summary>The right to make attempts in one lane for a while.</summary>
public sealed record LaneLease
{
    public required long LaneId { get; init; }
    public required string PartnerId { get; init; }
    public required Guid PersonId { get; init; }
    public required Guid Token { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>How long it was given for; each attempt begun renews it by as much.</summary>
    public required TimeSpan Span { get; init; }
}

/// <summary>An attempt that the store has written down as begun, with what its schedule is reckoned from.</summary>
public sealed record StartedAttempt
{
    public required OutboundMessage Message { get; init; }

    /// <summary>Attempts without an answer in a row before this one.</summary>
    public required int Failures { get; init; }

    /// <summary>Earlier attempts that came to Unknown.</summary>
    public required int Unknowns { get; init; }

    /// <summary>True where an earlier attempt began and nobody wrote down its end: the hub died or was stopped meanwhile.</summary>
    public bool Interrupted { get; init; }
}

/// <summary>What is about to be sent for the first time, with all that its envelope is bound from.</summary>
public sealed record LaneHead
{
    public required Guid DeliveryId { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public required Hub.Fhir.Bundles.Audience Audience { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Key of the source message, for ids that a replay repeats.</summary>
    public required string SourceKey { get; init; }

    /// <summary>1 for the first message to this recipient from this event; a correction of the same has the next.</summary>
    public required int Version { get; init; }
    public required CareEvent Event { get; init; }

    public DocumentPart Part { get; init; }

    /// <summary>The event's place among the events of its message, from 0.</summary>
    public required int EventIndex { get; init; }

    /// <summary>The person as held now, which after a merge is the survivor.</summary>
    public required PatientRef Person { get; init; }

    /// <summary>The episode as this event left it.</summary>
    public EpisodeState? Episode { get; init; }

    /// <summary>The episode before this event.</summary>
    public EpisodeState? Before { get; init; }

    /// <summary>Events of this lane that the recipient was sent and did not accept, oldest first.</summary>
    public IReadOnlyList<CareEvent> NotAccepted { get; init; } = [];

    /// <summary>True after a merge: the body must be composed anew from what holds now.</summary>
    public bool ComposeAnew { get; init; }
}

public enum DeliveryState
{
    /// <summary>Due now or later.</summary>
    Waiting = 0,

    /// <summary>Attempt 1 has begun; the bytes are fixed.</summary>
    Sending = 1,
    Delivered = 2,

    /// <summary>Refused for good; its obligations stay open.</summary>
    Refused = 3,

    /// <summary>Sent, and nobody can tell; the partner's policy says resend or ask.</summary>
    Unknown = 4,

    /// <summary>A person must decide before it goes.</summary>
    Held = 5,

    /// <summary>No partner file serves the recipient.</summary>
    Unroutable = 6,

    /// <summary>A later message carries all that this one said.</summary>
    Superseded = 7,
}

/// <summary>An attempt's outcome with what the schedule made of it.</summary>
public sealed record AttemptResult
{
    public required DeliveryOutcome Outcome { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public required DeliveryState NextState { get; init; }

    /// <summary>When the lane's head is due again; null where it waits for a person or is done.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>Why the row waits, for people: "waiting because ...".</summary>
    public string? WaitingBecause { get; init; }

    /// <summary>Stops the lane until a person decides.</summary>
    public string? HoldLane { get; init; }

    /// <summary>Stops the whole partner.</summary>
    public string? HoldPartner { get; init; }
    public PlannedAttention? Attention { get; init; }
}
