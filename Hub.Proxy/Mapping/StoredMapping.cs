using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Mapping;

/// <summary>What a stored message is run again from.</summary>
internal static class StoredMapping
{
    /// <summary>Null where the original bytes are not kept.</summary>
    public static SourceText? TextOf(StoredMessage message) => message.Original is not { } bytes ? null : new SourceText
    {
        Bytes = bytes,
        Protocol = message.Received.Protocol,
        MediaType = message.Received.MediaType,
        SourceId = message.Received.SourceId,
        Kind = message.Received.Kind,
        Key = message.Received.MessageKey,
        ReceivedAt = message.Received.ReceivedAt,
    };

    /// <summary>One slot for each stored event. A message about a person is one event for each of their episodes, so several may go back to one that is read.</summary>
    /// <param name="message">The stored message.</param>
    /// <param name="read">The events that today's reader finds in it.</param>
    /// <param name="asHeldNow">Choose recipients for the person as held now; else as the message itself says.</param>
    public static IReadOnlyList<RerunSlot> SlotsOf(StoredMessage message, IReadOnlyList<CareEvent> read, bool asHeldNow) =>
    [
        .. message.Events.Select((stored, index) => new RerunSlot(IndexOf(stored, index, message.Events.Count, read), stored.Before)
        {
            EventId = stored.Row.Id, Identity = asHeldNow ? stored.Person.Identity : null,
        }).Where(slot => slot.EventIndex >= 0),
    ];

    private static int IndexOf(StoredEvent stored, int index, int storedCount, IReadOnlyList<CareEvent> read) =>
        read.Count == 1 ? 0
        : read.Count == storedCount ? index
        : Enumerable.Range(0, read.Count).Where(i => read[i].GetType() == stored.Event.GetType())
            .OrderBy(i => read[i].SourceMessageId == stored.Event.SourceMessageId ? 0 : 1).ThenBy(i => i).DefaultIfEmpty(-1).First();
}

/// <summary>Whether a trace made today tells the truth of what was made then: it does where today's run gives the very bytes that were stored.</summary>
internal sealed record TraceTruth(bool Reproduced, IReadOnlyList<string> Differences)
{
    public string Words => Reproduced
        ? "True: today's mapping makes the very bytes that were stored."
        : "NOT the stored message: today's mapping makes other bytes. " + string.Join(" ", Differences);

    /// <param name="message">The stored message.</param>
    /// <param name="delivery">The delivery that is asked about.</param>
    /// <param name="storedBody">Its stored body; null where it was emptied.</param>
    /// <param name="today">The body that today's run makes of it; null where it makes none.</param>
    /// <param name="partners">Today's partner files.</param>
    /// <param name="sent">The bundle as it was sent; null where none was, or it is of another form.</param>
    public static TraceTruth Of(
        StoredMessage message, DeliveryRow delivery, byte[]? storedBody, ReadOnlyMemory<byte>? today, IReadOnlyList<PartnerFile> partners, byte[]? sent = null)
    {
        if (storedBody is not null && sent is not null && IsOtherThanEnvelope(storedBody, sent))
        {
            return new TraceTruth(
                false, ["What was sent was composed anew at its first attempt: it tells again what was not accepted before, or the person was corrected. This traces the message as it was taken."]);
        }

        if (storedBody is not null && today is { } made && made.Span.SequenceEqual(storedBody))
        {
            return new TraceTruth(true, []);
        }

        List<string> why = [];
        if (storedBody is null)
        {
            why.Add("The stored body was emptied when its time was over, so that the two cannot be compared.");
        }

        if (message.Received.MappingVersion != MappingVersion.Current)
        {
            why.Add($"It was mapped by {message.Received.MappingVersion ?? "a version that did not write its name"}; this is {MappingVersion.Current}.");
        }

        if (partners.FirstOrDefault(p => p.Id == message.Received.SourceId)?.Hash is var hash && hash != message.Received.PartnerFileHash)
        {
            why.Add($"The partner file of {message.Received.SourceId} is another than it was then ({Short(message.Received.PartnerFileHash)}, now {Short(hash)}).");
        }

        if (partners.FirstOrDefault(p => p.Id == delivery.PartnerId)?.Hash is var own && own != delivery.PartnerFileHash)
        {
            why.Add($"The partner file of {delivery.RecipientName} is another than it was then ({Short(delivery.PartnerFileHash)}, now {Short(own)}).");
        }

        if (why.Count == 0)
        {
            why.Add("Version and files are the same: the person was merged or hidden, or the trust's monitoring rules are others.");
        }

        return new TraceTruth(false, why);
    }

    // Only ids and the header are bound when a message leaves.
    private static bool IsOtherThanEnvelope(byte[] body, byte[] sent) => BundleElements.Moved(BundleElements.Of(body), BundleElements.Of(sent))
        .Any(p => !p.StartsWith("Bundle.", StringComparison.Ordinal) && !p.StartsWith("MessageHeader.", StringComparison.Ordinal));

    private static string Short(string? hash) => hash is { Length: >= 12 } ? hash[..12] : "none";
}
