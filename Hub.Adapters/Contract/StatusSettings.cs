namespace Hub.Adapters.Contract;

/// <summary>For a source: where it is told what became of what its messages asked. Each time it is a signed POST that names the source's own message and episode, and nothing else of a person.</summary>
public sealed record StatusSettings
{
    /// <summary>An absolute https address; http to this machine only.</summary>
    public required string Url { get; init; }

    /// <summary>The key of the signature (HMAC-SHA256), by reference.</summary>
    public required SecretRef Secret { get; init; }

    /// <summary>Seconds that one POST may take, 1 to 120.</summary>
    public int TimeoutSeconds { get; init; } = 15;
}
