using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;

namespace Hub.Proxy.FhirApi;

/// <summary>
/// Delivery for partners that fetch. Asking leases the lanes that are due and begins an attempt at the head of each; the attempt stays open, and its message is
/// offered again, until the partner acknowledges it or the lease runs out, after which asking begins the next attempt with the same bytes. Only heads
/// are offered, so a lane's order holds.
/// </summary>
internal sealed partial class WaitingMessages(
    IMessageStore store, OfferedMessages offered, MonitoringRuleBook rules, DeliverySchedule schedule, TimeProvider time, ILogger<WaitingMessages> logger)
{
    /// <summary>How long one attempt stays open.</summary>
    public static readonly TimeSpan OfferedFor = TimeSpan.FromMinutes(10);

    /// <summary>Messages offered to one partner at a time; the rest comes as these are acknowledged.</summary>
    private const int MostOffered = 100;
    private const int MostTries = 3;
    private static readonly TimeSpan FaultPause = TimeSpan.FromMinutes(5);

    /// <summary>All that the partner may fetch now, oldest first; nothing while it is held.</summary>
    public async Task<IReadOnlyList<OfferedMessage>> OfferAsync(RentedAdapter recipient, CancellationToken cancellationToken)
    {
        var partner = recipient.Partner;
        if ((await store.FindPartnerAsync(partner.Id, cancellationToken)).HeldReason is not null)
        {
            return [];
        }

        var standing = await offered.OfAsync(partner.Id, cancellationToken);
        foreach (var changed in standing.Where(o => o.Delivery.ComposeAnew))
        {
            await WithdrawAsync(changed);
        }

        // Waited for to its end: cancellation would end the waiting and not the commit, and nobody would know of the leases.
        var claimed = await store.ClaimAsync(new ClaimRequest(partner.Id, MostOffered - standing.Count, OfferedFor), CancellationToken.None);
        foreach (var lease in claimed)
        {
            await BeginAsync(lease, recipient);
        }

        IReadOnlyList<OfferedMessage> now = [.. (await offered.OfAsync(partner.Id, cancellationToken)).Where(o => !o.Delivery.ComposeAnew)];
        var asked = time.GetUtcNow();
        await store.NoteAskedAsync(partner.Id, [.. now.Select(o => o.Delivery.Id)], $"{partner.Name} fetches it itself; last asked {asked.UtcDateTime:yyyy-MM-dd HH:mm} UTC, and not acknowledged yet.", cancellationToken);
        return now;
    }

    /// <summary>Null where it is not for this partner to fetch now.</summary>
    public async Task<byte[]?> ReadAsync(string partnerId, string messageId, CancellationToken cancellationToken)
    {
        var held = (await store.FindPartnerAsync(partnerId, cancellationToken)).HeldReason is not null;
        var found = held ? null : (await offered.OfAsync(partnerId, cancellationToken)).FirstOrDefault(o => o.Id == messageId && !o.Delivery.ComposeAnew);
        return found is null ? null : await BytesAsync(found, cancellationToken);
    }

    public Task<byte[]> BytesAsync(OfferedMessage message, CancellationToken cancellationToken) => offered.BytesAsync(message, cancellationToken);

    /// <summary>Ends the open attempt as the partner says. What it says again is answered as before; a contradiction is shown to a person and changes nothing.</summary>
    public async Task<AcknowledgementResult> AcknowledgeAsync(RentedAdapter recipient, IFetchedRecipient adapter, string messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await offered.FindAsync(recipient.Partner.Id, messageId, cancellationToken) is not { } found)
            {
                return AcknowledgementResult.NotFound;
            }

            if (adapter.ReadAcknowledgement(body, messageId) is not { } outcome)
            {
                return AcknowledgementResult.Unreadable;
            }

            if (found.Lease is null)
            {
                return await AgainAsync(recipient.Partner, found, outcome);
            }

            // The partner's word is not given up because it hung up.
            var result = schedule.Next(outcome, found.Attempt(default), recipient.Partner, found.StartedAt, time.GetUtcNow());
            if (await store.CompleteAsync(found.Lease, found.Attempt(default).Message, result, CancellationToken.None))
            {
                await store.ReleaseAsync(found.Lease, CancellationToken.None); // the next head is for whoever asks next
                LogAcknowledged(found.Delivery.Id, recipient.Partner.Id, outcome.Name);
                return AcknowledgementResult.Taken;
            }
        }

        return AcknowledgementResult.Busy;
    }

    private async Task BeginAsync(LaneLease lease, RentedAdapter recipient)
    {
        try
        {
            if (await store.FreezeHeadAsync(lease, head => EnvelopeBinder.Bind(head, recipient.Partner, recipient.Adapter, rules.Enabled), CancellationToken.None) is null)
            {
                await store.ReleaseAsync(lease, CancellationToken.None);
            }
        }
        catch (Exception fault) when (fault is not StorageUnavailableException and not OutOfMemoryException)
        {
            // A fault in one message puts its own lane off and hides no other.
            LogFault(fault.GetType().Name, lease.LaneId, lease.PartnerId);
            var now = time.GetUtcNow();
            await store.PostponeAsync(lease, now + FaultPause, "The hub failed at it; it is tried again, and the operator knows.", new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now),
                Kind = "hub-fault",
                Reason = $"The hub failed at a message for {lease.PartnerId} ({fault.GetType().Name}). Messages about other people can be fetched.",
                Owner = "Hub operator",
                NextStep = "Read the log at this time, tell the hub's maintainers, and tell the recipient by phone what is urgent.",
                Urgency = Urgency.Urgent,
                DueAt = now.AddMinutes(15),
                PersonId = lease.PersonId,
                PartnerId = lease.PartnerId,
            }, CancellationToken.None);
        }
    }

    // Whereabouts were hidden after it was offered (clinical rule 21): these bytes are shown to nobody any more, and the copy waits for its confirmed route.
    private async Task WithdrawAsync(OfferedMessage message)
    {
        var now = time.GetUtcNow();
        if (message.Lease is { } lease)
        {
            await store.CompleteAsync(lease, message.Attempt(default).Message, new AttemptResult
            {
                Outcome = new Unknown("it was offered, and may have been fetched, before it had to be made anew"),
                StartedAt = message.StartedAt,
                EndedAt = now,
                NextState = DeliveryState.Unknown,
                NextDueAt = now,
                WaitingBecause = message.Delivery.HeldReason ?? "It is made anew before it is offered again.",
            }, CancellationToken.None);
            await store.ReleaseAsync(lease, CancellationToken.None);
        }
    }

    private async Task<AcknowledgementResult> AgainAsync(PartnerFile partner, OfferedMessage found, DeliveryOutcome outcome)
    {
        var (accepted, refused) = (found.Delivery.State == DeliveryState.Delivered, found.Delivery.State == DeliveryState.Refused);
        if ((accepted && outcome is Delivered) || (refused && outcome is Rejected))
        {
            return AcknowledgementResult.Repeated;
        }

        if (accepted || refused)
        {
            var now = time.GetUtcNow();
            await store.AttendAsync(new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now),
                Kind = "contradicting-acknowledgement",
                Reason = $"{partner.Name} has {(accepted ? "accepted" : "refused")} a message and now says otherwise. The first answer stands.",
                Owner = "Hub operator",
                NextStep = $"Ask {partner.SupportContact ?? partner.Name} which is true; tell by phone what the message said if it is not in the record.",
                Urgency = Urgency.Urgent,
                DueAt = now.AddHours(1),
                DeliveryId = found.Delivery.Id,
                PartnerId = partner.Id,
            }, CancellationToken.None);
        }

        return AcknowledgementResult.NotOffered;
    }

    [LoggerMessage(3010, LogLevel.Information, "Delivery {DeliveryId} was fetched by {PartnerId} and acknowledged: {Outcome}")]
    private partial void LogAcknowledged(Guid deliveryId, string partnerId, string outcome);

    [LoggerMessage(3011, LogLevel.Error, "{Fault} at lane {LaneId} for {PartnerId}, which fetches; it is put off")]
    private partial void LogFault(string fault, long laneId, string partnerId);
}

/// <summary>What became of an acknowledgement.</summary>
internal enum AcknowledgementResult
{
    Taken,

    /// <summary>The same was said before.</summary>
    Repeated,

    /// <summary>This partner has no such message.</summary>
    NotFound,

    /// <summary>It was acknowledged otherwise before, or is not offered any more.</summary>
    NotOffered,

    Unreadable,

    /// <summary>Others were at it at the same time: to be sent again.</summary>
    Busy,
}
