namespace Hub.Proxy.Store.Rows;

/// <summary>A person under the hub's own id, with the identity last held.</summary>
public sealed class PersonRow
{
    public Guid Id { get; set; }
    public required string Organisation { get; set; }
    public long Version { get; set; }

    /// <summary>The identity as JSON, in the form that <see cref="Encoding"/> and <see cref="KeyId"/> say.</summary>
    public required byte[] Identity { get; set; }
    public required string Encoding { get; set; }
    public string? KeyId { get; set; }
    public string? HeldReason { get; set; }

    /// <summary>The person this one was found to be; cleared when the merge is undone.</summary>
    public Guid? MergedInto { get; set; }

    /// <summary>Since when a reported, unconfirmed death holds the clocks of what is owed for them (clinical rule 18).</summary>
    public DateTimeOffset? ClocksHeldSince { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
