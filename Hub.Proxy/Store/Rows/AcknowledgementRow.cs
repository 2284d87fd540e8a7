namespace Hub.Proxy.Store.Rows;

/// <summary>What a recipient answered, apart from the state that the hub drew from it.</summary>
public sealed class AcknowledgementRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public Guid DeliveryId { get; set; }
    public int Attempt { get; set; }

    /// <summary>The outcome that was read from it, by name.</summary>
    public required string Outcome { get; set; }

    /// <summary>The code as sent: ok, AA, 30001.</summary>
    public string? SentCode { get; set; }

    /// <summary>Which of our messages it says it answers.</summary>
    public string? AnswersMessageId { get; set; }
    public long? EvidencePayloadId { get; set; }

    /// <summary>How far it goes, where it came later and by another way; null where it is the answer of an attempt.</summary>
    public Hub.Adapters.Contract.AnswerStage? Stage { get; set; }

    /// <summary>True where it changed no state: the lease was lost, or the delivery had ended.</summary>
    public bool Late { get; set; }
    public DateTimeOffset ReceivedAt { get; set; }
}
