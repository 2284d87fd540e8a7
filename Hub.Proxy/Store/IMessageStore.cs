using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.Notices;

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

    /// <summary>
    /// Writes down an answer that came later, with its evidence and all that follows from it, in one commit. It may come before the attempt's own end is
    /// written: it then stands, and that end is kept as evidence.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing of it was stored.</exception>
    Task<AnswerTaking> AnswerAsync(LateAnswer answer, AnswerRules rules, CancellationToken cancellationToken);

    /// <summary>Puts an entry on the operator's list for each delivery whose answer should have come by now: once each, of several nodes one. How many there were.</summary>
    Task<int> TellSilenceAsync(Func<SilentDelivery, DateTimeOffset, PlannedAttention> entry, int max, CancellationToken cancellationToken);

    /// <summary>Takes note that the answer to a message is to be posted to its sender, from now on until it is taken.</summary>
    Task AskForPostAsync(Guid receivedId, string sourceId, string url, CancellationToken cancellationToken);

    /// <summary>Answers that are to be posted now, each leased to this caller.</summary>
    Task<IReadOnlyList<ResponsePost>> ClaimPostsAsync(int max, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>What became of a try: taken where there is no fault; else again after a pause, or never and a person is told. A lease that was lost meanwhile changes nothing.</summary>
    Task CompletePostAsync(ResponsePost post, string? fault, TimeSpan? again, PlannedAttention? entry, CancellationToken cancellationToken);

    /// <summary>When the next answer is to be posted; null when none waits.</summary>
    Task<DateTimeOffset?> NextPostAsync(CancellationToken cancellationToken);

    /// <summary>When the next silence will have lasted longer than expected; null when no answer is awaited.</summary>
    Task<DateTimeOffset?> NextSilenceAsync(CancellationToken cancellationToken);

    /// <summary>Gives a lease back untouched: at shutdown, or when nothing more is due.</summary>
    Task ReleaseAsync(LaneLease lease, CancellationToken cancellationToken);

    /// <summary>Puts the head of a leased lane off, says why, and gives the lease back: for what went wrong on our side before anything was sent.</summary>
    Task PostponeAsync(LaneLease lease, DateTimeOffset until, string because, PlannedAttention? attention, CancellationToken cancellationToken);

    /// <summary>
    /// A person's word that a delivery may go: held, it waits again; unknown, or not answered in its time, it is sent again; its lane, if stopped, goes on. Its entries on the
    /// operator's list are closed with the name and note. False where there was nothing to release.
    /// </summary>
    Task<bool> ReleaseDeliveryAsync(Guid deliveryId, string by, string note, CancellationToken cancellationToken);

    /// <summary>Writes down a replay and queues it. False where its original has moved on since it was judged.</summary>
    Task<bool> ReplayAsync(ReplayOrder order, CancellationToken cancellationToken);

    /// <summary>Whether a named person has had this person's copies for one practice sent to another, and nothing has been said against it since (clinical rule 17).</summary>
    Task<bool> WasReaddressedAsync(Guid personId, string fromPartnerId, string toPartnerId, CancellationToken cancellationToken);

    /// <summary>Closes an entry of the operator's list. False where it is not open.</summary>
    Task<bool> CloseAttentionAsync(Guid attentionId, string by, string note, CancellationToken cancellationToken);

    /// <summary>Puts an entry on the operator's list, outside any message or attempt.</summary>
    Task AttendAsync(PlannedAttention attention, CancellationToken cancellationToken);

    /// <summary>Does to an obligation what a person or a system decided, with its evidence; null where there is no such obligation.</summary>
    /// <param name="obligationId">Which.</param>
    /// <param name="act">What was decided.</param>
    /// <param name="expectedVersion">The version that was seen by who acts (If-Match); null where it does not matter.</param>
    /// <param name="oneLead">By when one lead is to be agreed, and who sees to it, where this is the second acceptance.</param>
    /// <param name="cancellationToken">Ends the waiting, never the commit.</param>
    Task<ActResult?> ActAsync(
        Guid obligationId, ObligationAct act, long? expectedVersion, Func<DateTimeOffset, (DateTimeOffset Due, string Chaser)> oneLead, CancellationToken cancellationToken);

    /// <summary>Writes down who is told now of each obligation whose clock has run out, and when the next is told; of several nodes one does. How many there were.</summary>
    Task<int> TellOverdueAsync(Func<Obligation, DateTimeOffset, Escalation> escalate, int max, CancellationToken cancellationToken);

    /// <summary>When the next clock of an obligation runs out; null when none runs.</summary>
    Task<DateTimeOffset?> NextClockAsync(CancellationToken cancellationToken);

    /// <summary>Notices to people that are to be sent now, each leased to this caller; those whose entry was closed are ended.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="lease">How long no other node gets them.</param>
    /// <param name="untilNextRung">How long after a rung the next is told.</param>
    /// <param name="cancellationToken">Ends the waiting, never the commit.</param>
    Task<IReadOnlyList<NoticeLease>> ClaimNoticesAsync(int max, TimeSpan lease, Func<int, TimeSpan> untilNextRung, CancellationToken cancellationToken);

    /// <summary>Writes down which channels have taken a notice, and when the others are tried again.</summary>
    Task CompleteNoticeAsync(
        NoticeLease lease, IReadOnlyList<string> taken, string? fault, TimeSpan? tryAgainIn, PlannedAttention? alarm, CancellationToken cancellationToken);

    /// <summary>Tells the next rung of each notice that nobody has; how many there were.</summary>
    Task<int> RaiseNoticesAsync(Func<int, NextRung> next, int max, CancellationToken cancellationToken);

    /// <summary>A person has it: all rungs of its entry are silent until an end time. Null where there is no such open notice.</summary>
    Task<NoticeHad?> HaveNoticeAsync(long id, string by, TimeSpan silent, CancellationToken cancellationToken);

    /// <summary>Partners that have a lane due now, for the sweeper's bell.</summary>
    Task<IReadOnlyList<string>> PartnersWithWorkDueAsync(CancellationToken cancellationToken);

    /// <summary>When the next lane that is not yet due will be; null when none waits.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>The hub's wall clock was set back: waits and leases reckoned by the old time are reckoned by the new one. Nothing to do where the database keeps the time.</summary>
    Task ClockSetBackAsync(TimeSpan by, CancellationToken cancellationToken);

    /// <summary>Stops sending to a partner for a reason. Running state: a configuration change does not touch it.</summary>
    Task HoldPartnerAsync(string partnerId, string reason, string by, CancellationToken cancellationToken);

    /// <summary>
    /// Sends to a partner again, at most <paramref name="perSecond"/> messages a second while there is a backlog; null for as fast as it answers. Each
    /// of its lanes is first gathered into its newest message, which tells what the others said; what is Unknown or held stays (clinical rule 19).
    /// </summary>
    Task ReleasePartnerAsync(string partnerId, double? perSecond, string by, CancellationToken cancellationToken);

    /// <summary>The backlog is gone: the partner gets what comes as it comes.</summary>
    Task EndReleaseRateAsync(string partnerId, CancellationToken cancellationToken);

    /// <summary>How sending to a partner stands.</summary>
    Task<PartnerStanding> FindPartnerAsync(string partnerId, CancellationToken cancellationToken);

    /// <summary>What was kept for a partner in shadow mode, and how much of it would not have gone by itself.</summary>
    Task<ShadowCount> CountShadowAsync(string partnerId, CancellationToken cancellationToken);

    /// <summary>What waits for a partner, and when it last accepted something.</summary>
    Task<PartnerBacklog> FindBacklogAsync(string partnerId, CancellationToken cancellationToken);

    /// <summary>Writes down that a partner asked for its messages, and which of them it was offered.</summary>
    Task NoteAskedAsync(string partnerId, IReadOnlyList<Guid> offered, string waitingBecause, CancellationToken cancellationToken);

    /// <summary>Takes or keeps the right to empty a mailbox, by the store's clock; of several nodes one has it. False where another node's lease stands.</summary>
    /// <param name="mailbox">The MESH and the mailbox there.</param>
    /// <param name="holder">One node's one start.</param>
    /// <param name="lease">For how long from now.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<bool> LeaseMailboxAsync(string mailbox, Guid holder, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives a mailbox back, so that another node need not wait for the end of the lease.</summary>
    Task GiveBackMailboxAsync(string mailbox, Guid holder, CancellationToken cancellationToken);

    /// <summary>Takes note that something has been used that counts once, until it could not be used any more anyway. False where it has been, at whatever node.</summary>
    Task<bool> UseOnceAsync(string key, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Writes to the audit trail what is no write otherwise: who was shown what, what the hub runs by, who was turned away.</summary>
    Task AuditAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken);

    /// <summary>Adds calls through the gateway to their audit, which nothing changes afterwards.</summary>
    Task NoteGatewayCallsAsync(IReadOnlyList<GatewayCall> calls, CancellationToken cancellationToken);

    /// <summary>Empties up to so many contents unused for at least so long, by the store's clock; what unfinished work, an open entry or a refused message still needs stays.</summary>
    Task<Forgotten> EmptyContentAsync(TimeSpan age, int max, CancellationToken cancellationToken);

    /// <summary>Seals anew, under the newest key, what a stretch of the store holds under another or in clear: one commit among the others.</summary>
    Task<Sealing> SealAnewAsync(SealingPlace at, int max, CancellationToken cancellationToken);

    /// <summary>Deletes up to so many finished messages of closed episodes that came so long ago, closed entries, calls through the gateway, and persons of whom nothing is left.</summary>
    Task<Forgotten> DeleteRecordsAsync(TimeSpan age, int max, CancellationToken cancellationToken);
}

/// <summary>What one batch of forgetting did.</summary>
public readonly record struct Forgotten(int Contents, long Bytes, int Messages, int Entries, int Persons, int Calls)
{
    public bool Nothing => Contents + Messages + Entries + Persons + Calls == 0;

    public Forgotten And(Forgotten other) => new(
        Contents + other.Contents, Bytes + other.Bytes, Messages + other.Messages, Entries + other.Entries, Persons + other.Persons, Calls + other.Calls);
}

/// <summary>How sending to a partner stands: running state, apart from its file.</summary>
/// <param name="HeldReason">Why nothing is sent; null while sending.</param>
/// <param name="HeldAt">Since when.</param>
/// <param name="Paused">True where a person holds it, false where its own refusal does.</param>
/// <param name="PerSecond">The rate chosen when it was released; null for none.</param>
/// <param name="LastAskedAt">When a partner that fetches its messages last asked for them.</param>
public sealed record PartnerStanding(string? HeldReason, DateTimeOffset? HeldAt, bool Paused, double? PerSecond, DateTimeOffset? LastAskedAt = null)
{
    public static PartnerStanding Sending { get; } = new(null, null, false, null);
}

/// <summary>What was composed for a partner in shadow mode.</summary>
public readonly record struct ShadowCount(long Kept, long WouldWait);

/// <summary>What waits for a partner.</summary>
/// <param name="LanesWaiting">Persons with something to send.</param>
/// <param name="DeliveriesWaiting">What is to be sent.</param>
/// <param name="OldestWaitingSince">Since when the oldest of it waits.</param>
/// <param name="LastGoodSend">When something was last accepted.</param>
/// <param name="DeliveriesAwaited">What was taken and is to be answered later.</param>
public sealed record PartnerBacklog(long LanesWaiting, long DeliveriesWaiting, DateTimeOffset? OldestWaitingSince, DateTimeOffset? LastGoodSend, long DeliveriesAwaited = 0);

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
