using System.Net;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>One whole answer of the MESH API, its body read to the end or to a limit.</summary>
public sealed record MeshAnswer
{
    /// <summary>What is kept of an answer as evidence.</summary>
    private const int MaxEvidence = 64 * 1024;

    public required HttpStatusCode Status { get; init; }

    /// <summary>Response headers, content headers included; names without regard to case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>True where the body was longer than was read of it.</summary>
    public bool TooLong { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>What MESH says is wrong; null where it says nothing readable.</summary>
    public MeshError? Error => IsSuccess || TooLong ? null : MeshJson.Error(Body);

    public ReadOnlyMemory<byte> Evidence => Body.Length <= MaxEvidence ? Body : Body[..MaxEvidence];

    public string? Header(string name) => Headers.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}

/// <summary>An error in MESH's own words.</summary>
/// <param name="Code">Such as <c>12</c> or <c>EPL-151</c>.</param>
/// <param name="Event">The step that failed: SEND, COLLECT, TRANSFER, RECEIVE.</param>
public sealed record MeshError(string? Code, string? Event, string? Text);
