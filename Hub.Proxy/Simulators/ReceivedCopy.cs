namespace Hub.Proxy.Simulators;

/// <summary>One arrival of a message at a scripted partner, as its own log has it.</summary>
public sealed class ReceivedCopy
{
    private volatile string? answered;

    public required DateTimeOffset At { get; init; }

    /// <summary>MessageHeader.id or MSH-10; empty where the bytes had none.</summary>
    public required string MessageId { get; init; }

    /// <summary>Bundle.identifier or TXA-12.</summary>
    public string? DocumentId { get; init; }

    /// <summary>MessageHeader.event code or MSH-9, such as <c>MDM^T02</c>.</summary>
    public string? EventCode { get; init; }

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>X-Request-Id and the like, by lower-case name; empty over MLLP.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>1 for the first arrival of this message id, 2 for the first repeat.</summary>
    public required int Arrival { get; init; }

    /// <summary>What was answered, in the protocol's code (<c>ok</c>, <c>AA</c>, <c>503</c>); null while nothing was, or where nothing ever is.</summary>
    public string? Answered
    {
        get => answered;
        internal set => answered = value;
    }
}
