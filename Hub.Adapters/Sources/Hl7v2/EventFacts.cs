using System.Globalization;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>What every event of one message shares: MSH and EVN.</summary>
internal sealed record EventFacts
{
    public required SourceMessageId MessageId { get; init; }
    public required SourceSystem Source { get; init; }
    public required ClinicalTime OccurredAt { get; init; }
    public ClinicalTime? RecordedAt { get; init; }
    public ClinicalTime? SentAt { get; init; }
    public long? Sequence { get; init; }
    public Actor? RecordedBy { get; init; }

    /// <summary>The id of the n-th event of the message, counted from 0: each event has its own.</summary>
    public SourceMessageId IdOf(int n) => n == 0 ? MessageId : new SourceMessageId($"{MessageId.Value}#{(n + 1).ToString(CultureInfo.InvariantCulture)}");

    /// <param name="reader">The message being read.</param>
    /// <param name="otherwise">When it happened, where EVN-6 does not say.</param>
    public static EventFacts Read(Hl7Reader reader, ClinicalTime? otherwise)
    {
        var (message, header) = (reader.Message, reader.Message.Header);
        var trigger = header[9][2];
        if (message.Field("EVN", 1).Text is { } evn1 && evn1 != trigger)
        {
            reader.Note("event-type-differs", "EVN-1", "EVN-1 names another event than MSH-9; MSH-9 was taken.");
        }

        var recorded = reader.TimeThatMatters("EVN", 2);
        var occurred = reader.TimeThatMatters("EVN", 6);
        var sent = reader.Time(header[7].Text, "MSH-7");
        if (occurred is not null && recorded is not null && occurred.Instant > recorded.Instant)
        {
            reader.Note("occurred-after-recorded", "EVN-6", "It is said to have happened later than it was recorded.");
        }

        return new EventFacts
        {
            MessageId = new SourceMessageId(MessageKeys.Of(header[3].Text, header[4].Text, header[10].Raw.Trim())),
            Source = new SourceSystem { Application = header[3].Text ?? "", Organisation = reader.Source.Organisation, Facility = header[4].Text },
            OccurredAt = occurred ?? otherwise ?? recorded ?? sent ?? throw new Hl7RefusalException(Refusals.NoTime("EVN-6")),
            RecordedAt = recorded,
            SentAt = sent,

            // Many senders write 0 into every message: that orders nothing.
            Sequence = long.TryParse(header[13].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : null,
            RecordedBy = reader.Actor(message.Field("EVN", 5)),
        };
    }
}
