namespace Hub.Proxy.Store.Rows;

/// <summary>An identifier of a person, findable by its keyed hash and readable by nobody.</summary>
public sealed class PersonIdentifierRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public Guid PersonId { get; set; }

    /// <summary>HMAC-SHA256 of system and value.</summary>
    public required byte[] Hash { get; set; }
    public required string KeyId { get; set; }

    /// <summary>True where another person was known to hold the same identifier and a person is to sort it out.</summary>
    public bool Shared { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
