using System.Globalization;
using System.Net;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>A message to be sent. Nothing in it but <see cref="To"/> may say whose it is: headers are seen by whoever carries it.</summary>
public sealed class MeshOutgoing
{
    private volatile bool begun;

    public required string To { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>Our own name for it, by which its fate can be asked for.</summary>
    public required string LocalId { get; init; }
    public required string MediaType { get; init; }
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Some of it may have left us. While false, nothing has, whatever went wrong.</summary>
    public bool Begun => begun;

    internal void Begin() => begun = true;
}

/// <summary>What sending came to: MESH's answer to the last part, and its id for the message where it took all of it.</summary>
public sealed record MeshSent(MeshAnswer Answer, string? MessageId);

/// <summary>Sends, and asks what became of what was sent.</summary>
public sealed class MeshOutbox(MeshConnection connection, int chunkSize)
{
    private const string Binary = "application/octet-stream";

    /// <summary>Sends a message, in parts where it is longer than a part may be. MESH has it when every part was answered 202, and not before.</summary>
    public async Task<MeshSent> SendAsync(MeshOutgoing message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var total = MeshChunks.Count(message.Bytes.Length, chunkSize);
        var answer = await connection.AskAsync(First(message, total), cancellationToken);
        var id = answer is { Status: HttpStatusCode.Accepted, TooLong: false } ? MeshJson.MessageId(answer.Body) : null;
        for (var number = 2; number <= total && id is not null; number++)
        {
            answer = await connection.AskAsync(Later(message, id, number, total), cancellationToken);
            if (answer.Status != HttpStatusCode.Accepted)
            {
                return new MeshSent(answer, null);
            }
        }

        return new MeshSent(answer, id);
    }

    /// <summary>How a message stands, by the id MESH gave it.</summary>
    public Task<MeshTrace> TrackAsync(string messageId, CancellationToken cancellationToken)
    {
        var request = connection.Request(HttpMethod.Get, connection.Mailbox, "outbox", "tracking");
        request.RequestUri = new Uri(request.RequestUri!.AbsoluteUri + "?messageID=" + Uri.EscapeDataString(messageId));
        return TraceAsync(request, cancellationToken);
    }

    /// <summary>How a message stands, by the id we gave it: so a sender that was cut off learns whether its first try was taken.</summary>
    public Task<MeshTrace> TrackByLocalIdAsync(string localId, CancellationToken cancellationToken) =>
        TraceAsync(connection.Request(HttpMethod.Get, connection.Mailbox, "outbox", "tracking", localId), cancellationToken);

    private async Task<MeshTrace> TraceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(request, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.OK when MeshJson.Tracking(answer.Body) is { } tracking => new MeshTrace(tracking, true, answer),
            HttpStatusCode.NotFound => new MeshTrace(null, true, answer),
            _ => new MeshTrace(null, false, answer), // 300: several messages under one local id
        };
    }

    private HttpRequestMessage First(MeshOutgoing message, int total)
    {
        var request = connection.Request(HttpMethod.Post, connection.Mailbox, "outbox");
        request.Headers.TryAddWithoutValidation(MeshHeader.From, connection.Mailbox);
        request.Headers.TryAddWithoutValidation(MeshHeader.To, message.To);
        request.Headers.TryAddWithoutValidation(MeshHeader.WorkflowId, message.WorkflowId);
        request.Headers.TryAddWithoutValidation(MeshHeader.LocalId, message.LocalId);
        request.Headers.TryAddWithoutValidation(MeshHeader.ContentType, message.MediaType);
        request.Content = Part(message, 1, total, request);
        return request;
    }

    private HttpRequestMessage Later(MeshOutgoing message, string messageId, int number, int total)
    {
        var request = connection.Request(HttpMethod.Post, connection.Mailbox, "outbox", messageId, number.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(MeshHeader.From, connection.Mailbox);
        request.Content = Part(message, number, total, request);
        return request;
    }

    private MeshPart Part(MeshOutgoing message, int number, int total, HttpRequestMessage request)
    {
        if (total == 1)
        {
            return new MeshPart(message.Bytes, message.MediaType, compressed: false, message.Begin);
        }

        request.Headers.TryAddWithoutValidation(MeshHeader.ChunkRange, string.Create(CultureInfo.InvariantCulture, $"{number}:{total}"));
        return new MeshPart(MeshChunks.Compress(MeshChunks.Slice(message.Bytes, number, chunkSize)), Binary, compressed: true, message.Begin);
    }
}
