using Hub.Fhir.Bundles;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Contract;

/// <summary>A protocol that recipients speak: one folder, one line in <c>AdapterCatalogue</c>. Partners are files, not code.</summary>
public interface IRecipientProtocol : IPartnerSettingsCheck
{
    /// <summary>The name partner files use, such as <c>fhir-messaging</c>.</summary>
    string Name { get; }

    string IPartnerSettingsCheck.Protocol => Name;

    PartnerRole IPartnerSettingsCheck.Role => PartnerRole.Recipient;

    /// <summary>What its refusals mean where no partner file says otherwise: read by people, overridden row by row in a partner file.</summary>
    IReadOnlyList<OutcomeRow> Outcomes { get; }

    /// <summary>One adapter for one partner. Called again when its file changes.</summary>
    IRecipientAdapter Create(PartnerFile partner);
}

/// <summary>
/// Hands one message to one recipient, once. When to try again, in what order, and when to give up are the
/// hub's business: an adapter only says what happened.
/// </summary>
public interface IRecipientAdapter : IAsyncDisposable
{
    /// <summary>How long one attempt may take from connect to answer; a lane's lease is at least twice this.</summary>
    TimeSpan Timeout { get; }

    /// <summary>Turns a composed body into the bytes that every attempt will send. Pure: no I/O, same draft, same bytes.</summary>
    FrozenMessage Freeze(MessageDraft draft);

    Task<DeliveryOutcome> DeliverAsync(OutboundMessage message, CancellationToken cancellationToken);
}

/// <summary>A composed body on its way to one recipient, about to be fixed.</summary>
public sealed record MessageDraft
{
    /// <summary>The FHIR message Bundle composed and checked at accept.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What the copy is known by; HL7 v2 control ids are derived from it too.</summary>
    public required Guid MessageId { get; init; }

    public required PartnerFile Partner { get; init; }

    /// <summary>When the hub received the event: the only clock a protocol form may print.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>The protocol form of a message: bytes, and the id that the recipient's answer must carry.</summary>
public sealed record FrozenMessage(ReadOnlyMemory<byte> Bytes, string MediaType, string ProtocolMessageId);

/// <summary>Frozen bytes, ids and lane. There is no event here: an adapter cannot look behind what was fixed.</summary>
public sealed record OutboundMessage
{
    public required Guid DeliveryId { get; init; }
    public required string PartnerId { get; init; }
    public required long LaneId { get; init; }

    /// <summary>MessageHeader.id, MSH-10: what the answer must name.</summary>
    public required string ProtocolMessageId { get; init; }

    public required ReadOnlyMemory<byte> Bytes { get; init; }
    public required string MediaType { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public required int Attempt { get; init; }
}

/// <summary>What one attempt came to. A cancelled token is a shutdown and no outcome: it is thrown.</summary>
public abstract record DeliveryOutcome
{
    private protected DeliveryOutcome() { }

    /// <summary>The type's name, as stored and shown.</summary>
    public string Name => GetType().Name;

    /// <summary>What the recipient sent back, kept as evidence; empty where there was nothing.</summary>
    public ReadOnlyMemory<byte> Evidence { get; init; }
}

/// <summary>The recipient answered our message, by its id, with acceptance.</summary>
public sealed record Delivered(Answer Answer) : DeliveryOutcome
{
    /// <summary>
    /// True where the practice itself says that the person is registered with it (ITK3 30001): its own word and no transport's, which closes that it was to be informed where nothing
    /// is asked of it (clinical rule 13).
    /// </summary>
    public bool KnowsThePerson { get; init; }

    /// <summary>What the team itself answered to being asked to take the person on (ITK3 30016, 30017); null where it said nothing of that.</summary>
    public ReferralAnswer? Referral { get; init; }

    /// <summary>True where it has the person as recently deceased (ITK3 30004): its system has the message, and nothing is closed by that until somebody has rung (clinical rules 13 and 18).</summary>
    public bool SaysDeceased { get; init; }
}

/// <summary>What a team's system answers to a referral.</summary>
public enum ReferralAnswer
{
    Accepted,
    Rejected,
}

/// <summary>It was sent and nobody can tell what became of it: silence, a cut line, an answer that is not ours.</summary>
public sealed record Unknown(string Reason) : DeliveryOutcome;

/// <summary>The recipient read the message and refused it. Sending the same bytes again cannot help.</summary>
public sealed record Rejected(string Reason) : DeliveryOutcome
{
    /// <summary>The partner's code that decided it, as the outcome table has it: <c>30002</c>, <c>AE+204</c>, <c>422</c>.</summary>
    public string? Code { get; init; }

    /// <summary>True where the partner says that the person is none of theirs: nothing more goes to it about this person until somebody has decided (clinical rules 2 and 17).</summary>
    public bool NotOurPatient { get; init; }
}

/// <summary>The recipient could not be reached, or asked us to come back.</summary>
public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : DeliveryOutcome
{
    /// <summary>True where nothing left us (refused, DNS, TLS, open breaker): it does not count as an attempt.</summary>
    public bool NothingSent { get; init; }

    /// <summary>True where the partner was not even called: neither an attempt nor a failure.</summary>
    public bool NotTried { get; init; }

    /// <summary>The partner's circuit breaker is open.</summary>
    public static Unavailable Untried(TimeSpan? retryAfter) =>
        new("not tried: too many of the last attempts at this partner failed", retryAfter) { NothingSent = true, NotTried = true };
}

/// <summary>The partner as a whole refuses us (401, 403, 404): the partner is held, the message waits.</summary>
public sealed record PartnerRefusesUs(string Reason) : DeliveryOutcome;
