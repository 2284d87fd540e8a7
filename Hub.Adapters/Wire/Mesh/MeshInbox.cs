using System.Globalization;
using System.Net;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>A message taken from an inbox. It stays there until it is acknowledged.</summary>
public sealed record MeshMessage
{
    public required string MessageId { get; init; }

    /// <summary>The headers of its first part.</summary>
    public required MeshAnswer Head { get; init; }

    /// <summary>All parts joined and unpacked; empty for a report, and where nobody wanted it.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    public string? WorkflowId => Head.Header(MeshHeader.WorkflowId);

    public string? From => Head.Header(MeshHeader.From);

    public bool IsReport => "REPORT".Equals(Head.Header(MeshHeader.MessageType), StringComparison.OrdinalIgnoreCase);
}

/// <summary>Part of a message is missing, is not what the first part announced, or is longer than is read. Nothing of it was used; it stays in the inbox.</summary>
public sealed class MeshBrokenMessageException : IOException
{
    public MeshBrokenMessageException(string message) : base(message) { }

    public MeshBrokenMessageException() { }

    public MeshBrokenMessageException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>Lists, reads and acknowledges what lies in our mailbox. What was acknowledged is gone: only what is durable may be.</summary>
public sealed class MeshInbox(MeshConnection connection, int maxBytes)
{
    /// <summary>What MESH gives at most in one page.</summary>
    public const int MostResults = 500;

    /// <param name="workflow">Only this workflow's; null for all.</param>
    /// <param name="continueFrom">Where an earlier page ended.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The page, null where the answer is no list; and the answer.</returns>
    public async Task<(MeshPage? Page, MeshAnswer Answer)> ListAsync(string? workflow, string? continueFrom, CancellationToken cancellationToken)
    {
        var request = connection.Request(HttpMethod.Get, connection.Mailbox, "inbox");
        var query = string.Create(CultureInfo.InvariantCulture, $"?max_results={MostResults}")
            + (workflow is null ? "" : "&workflow_filter=" + Uri.EscapeDataString(workflow)) + (continueFrom is null ? "" : "&continue_from=" + Uri.EscapeDataString(continueFrom));
        request.RequestUri = new Uri(request.RequestUri!.AbsoluteUri + query);
        var answer = await connection.AskAsync(request, cancellationToken);
        var page = answer is { Status: HttpStatusCode.OK, TooLong: false } ? MeshJson.Page(answer.Body) : null;

        // Version 1 names no next page: a full one is followed by what comes after its last id.
        return (page is { HasLinks: false, MessageIds: { Count: >= MostResults } ids } ? page with { ContinueFrom = ids[^1] } : page, answer);
    }

    public Task<MeshAnswer> HeadAsync(string messageId, CancellationToken cancellationToken) =>
        connection.AskAsync(connection.Request(HttpMethod.Head, connection.Mailbox, "inbox", messageId), cancellationToken);

    /// <param name="messageId">Which.</param>
    /// <param name="wanted">Asked with the first part's headers, before anything of it is read: what is not ours is left alone.</param>
    /// <param name="cancellationToken">Ends the reading; the message stays where it is.</param>
    /// <returns>Null where it is no longer there.</returns>
    /// <exception cref="MeshBrokenMessageException">A part is missing or wrong.</exception>
    public async Task<MeshMessage?> ReadAsync(string messageId, Func<MeshMessage, bool> wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        using var packed = new MemoryStream();
        var head = await PartAsync(messageId, 1, packed, answer => wanted(new MeshMessage { MessageId = messageId, Head = answer }), cancellationToken);
        if (head.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return null;
        }

        var message = new MeshMessage { MessageId = messageId, Head = head };
        if (!head.IsSuccess)
        {
            throw new MeshBrokenMessageException(string.Create(CultureInfo.InvariantCulture, $"a message could not be read: HTTP {(int)head.Status}"));
        }

        if (message.IsReport || !wanted(message))
        {
            return message;
        }

        var starts = await RestAsync(messageId, head, packed, cancellationToken);
        return message with { Bytes = Unpack(packed, starts, head) };
    }

    /// <summary>Tells MESH that we have it for good. To say so twice does no harm.</summary>
    public Task<MeshAnswer> AcknowledgeAsync(string messageId, CancellationToken cancellationToken) =>
        connection.AskAsync(connection.Request(HttpMethod.Put, connection.Mailbox, "inbox", messageId, "status", "acknowledged"), cancellationToken);

    /// <summary>Reads the parts behind the first one; where each of them begins.</summary>
    private async Task<IReadOnlyList<int>> RestAsync(string messageId, MeshAnswer head, MemoryStream packed, CancellationToken cancellationToken)
    {
        var total = MeshChunks.Range(head.Header(MeshHeader.ChunkRange))?.Total ?? 1;
        if (head.Status == HttpStatusCode.PartialContent && total < 2)
        {
            throw new MeshBrokenMessageException("a message is said to be partial and does not say of how many parts");
        }

        var starts = new List<int> { 0 };
        for (var number = 2; number <= total; number++)
        {
            starts.Add((int)packed.Length);
            var part = await PartAsync(messageId, number, packed, static _ => true, cancellationToken);
            if (packed.Length == starts[^1] || part.Status != (number < total ? HttpStatusCode.PartialContent : HttpStatusCode.OK) || (MeshChunks.Range(part.Header(MeshHeader.ChunkRange)) is { } range && range != (number, total)))
            {
                throw new MeshBrokenMessageException(string.Create(CultureInfo.InvariantCulture, $"part {number} of {total} did not come: HTTP {(int)part.Status}"));
            }
        }

        return starts;
    }

    private Task<MeshAnswer> PartAsync(string messageId, int number, MemoryStream into, Func<MeshAnswer, bool> wanted, CancellationToken cancellationToken)
    {
        var request = number == 1
            ? connection.Request(HttpMethod.Get, connection.Mailbox, "inbox", messageId)
            : connection.Request(HttpMethod.Get, connection.Mailbox, "inbox", messageId, number.ToString(CultureInfo.InvariantCulture));
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        return connection.ExchangeAsync(request, async (answer, content, token) =>
        {
            if (!answer.IsSuccess || !wanted(answer))
            {
                return answer;
            }

            Reserve(into, answer);
            await CopyAsync(content, into, token);
            return answer;
        }, cancellationToken);
    }

    // Room for all parts at once, as far as the first one tells: a buffer that grows leaves behind as much again.
    private void Reserve(MemoryStream into, MeshAnswer first)
    {
        var total = MeshChunks.Range(first.Header(MeshHeader.ChunkRange))?.Total ?? 1;
        if (into.Length == 0 && long.TryParse(first.Header("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length * total is > 0 and var all && all <= maxBytes)
        {
            into.Capacity = (int)all;
        }
    }

    private async Task CopyAsync(Stream from, MemoryStream into, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (into.Length + read > maxBytes)
            {
                throw new MeshBrokenMessageException(string.Create(CultureInfo.InvariantCulture, $"a message is longer than {maxBytes} bytes"));
            }

            into.Write(buffer, 0, read);
        }
    }

    private ReadOnlyMemory<byte> Unpack(MemoryStream packed, IReadOnlyList<int> starts, MeshAnswer head)
    {
        var encoded = head.Header("Content-Encoding")?.Contains("gzip", StringComparison.OrdinalIgnoreCase) == true;
        var whole = encoded ? MeshGzip.Inflate(packed, starts, maxBytes) : packed;

        // The sender's own client may have compressed it before it was handed to MESH.
        if (head.Header(MeshHeader.ContentCompressed)?.StartsWith('Y') == true && MeshGzip.IsMember(whole, 0))
        {
            whole = MeshGzip.Inflate(whole, [0], maxBytes);
        }

        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }
}
