namespace Hub.Proxy.Simulators;

/// <summary>A message as the scripted MESH keeps it.</summary>
public sealed class SimulatedMeshMessage
{
    public required string Id { get; init; }
    public required string From { get; init; }
    public required string To { get; init; }
    public required string Workflow { get; init; }
    public string? LocalId { get; init; }
    public required int Parts { get; init; }

    /// <summary>Parts as they came; a report has none.</summary>
    public SortedDictionary<int, byte[]> Content { get; } = [];
    public bool Compressed { get; init; }

    /// <summary>uploading, accepted, acknowledged, undeliverable.</summary>
    public string Status { get; set; } = "accepted";

    /// <summary>Set for a report: the code, its words and the message it is about.</summary>
    public (string Code, string Words, string Linked)? Report { get; init; }

    /// <summary>Why it is undeliverable.</summary>
    public (string Code, string Words)? Failure { get; set; }
}
