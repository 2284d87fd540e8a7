using Hub.Adapters.Contract;

namespace Hub.Proxy.Store.Rows;

/// <summary>One message as it came in, with the answer that was committed for it.</summary>
public sealed class ReceivedRow
{
    public Guid Id { get; set; }
    public required string Organisation { get; set; }
    public required string SourceId { get; set; }
    public required string Protocol { get; set; }
    public string? MessageKey { get; set; }
    public DateOnly? KeyDate { get; set; }
    public required byte[] ContentHash { get; set; }

    /// <summary>Source, key and date (and hash, for a conflict): what may be committed once. Null where a message is judged afresh each time.</summary>
    public string? DedupeKey { get; set; }

    /// <summary>The original bytes; null where only key and hash may be kept.</summary>
    public long? PayloadId { get; set; }
    public required string MediaType { get; set; }
    public DateTimeOffset ReceivedAt { get; set; }
    public string? Kind { get; set; }
    public IntakeOutcome Outcome { get; set; }
    public string? SetAsideBecause { get; set; }

    /// <summary>The problems as answered, in JSON; never patient data.</summary>
    public string? Problems { get; set; }

    /// <summary>SHA-256 of the source's partner file that it was read with; null where no file claims the sender.</summary>
    public string? PartnerFileHash { get; set; }

    /// <summary>The mapping's version that read and composed it (<c>MappingVersion</c>).</summary>
    public string? MappingVersion { get; set; }

    /// <summary>The trace that it came in by (W3C <c>traceparent</c>).</summary>
    public string? TraceParent { get; set; }

    /// <summary>How often the same message came again and was answered as before.</summary>
    public int Repeats { get; set; }
    public DateTimeOffset? LastRepeatedAt { get; set; }
}
