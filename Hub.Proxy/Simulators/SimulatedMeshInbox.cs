using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;

namespace Hub.Proxy.Simulators;

/// <summary>The receiving half of a scripted MESH: lists, parts, acknowledgements, and their faults.</summary>
public sealed class SimulatedMeshInbox
{
    private const int MostResults = 500;
    private readonly SimulatedMeshStore store;
    private int breakParts;

    internal SimulatedMeshInbox(SimulatedMeshStore store) => this.store = store;

    /// <summary>Ids in the order in which they were acknowledged; one that came twice stands twice.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = new();

    /// <summary>Ids in the order in which their first part was read.</summary>
    public ConcurrentQueue<string> Downloaded { get; } = new();

    /// <summary>Queries of every listing.</summary>
    public ConcurrentQueue<string> Listings { get; } = new();

    /// <summary>Called before an acknowledgement is taken: a test waits, or kills the hub, here.</summary>
    public Func<string, CancellationToken, Task>? BeforeAcknowledge { get; set; }

    /// <summary>An acknowledgement gets this status and does nothing; null for what is right.</summary>
    public int? AcknowledgeStatus { get; set; }

    /// <summary>So many later parts are cut in their middle.</summary>
    public void BreakParts(int count) => Volatile.Write(ref breakParts, count);

    /// <summary>A message's parts, each unpacked, joined.</summary>
    internal static byte[] Whole(SimulatedMeshMessage message)
    {
        using var whole = new MemoryStream(message.Content.Values.Sum(p => p.Length));
        foreach (var part in message.Content.Values)
        {
            if (!message.Compressed)
            {
                whole.Write(part);
                continue;
            }

            using var gzip = new GZipStream(new MemoryStream(part), CompressionMode.Decompress);
            gzip.CopyTo(whole);
        }

        return whole.ToArray();
    }

    /// <summary>False when the connection is to end.</summary>
    internal async Task<bool> AnswerAsync(Stream stream, SimulatedHttpRequest request, string mailbox, string[] path, string query, bool v1, CancellationToken cancellationToken)
    {
        switch (request.Method, path)
        {
            case ("GET", [_, "inbox"]):
                Listings.Enqueue(query);
                await stream.WriteAsync(List(mailbox, query, v1), cancellationToken);
                return true;
            case ("HEAD", [_, "inbox", var id]):
                await stream.WriteAsync(store.Find(id) is { } head && head.To == mailbox ? SimulatedMeshReplies.Empty(200, SimulatedMeshReplies.Headers(head, 1)) : SimulatedMeshReplies.Empty(404), cancellationToken);
                return true;
            case ("GET", [_, "inbox", var id]):
                Downloaded.Enqueue(id);
                return await PartAsync(stream, mailbox, id, 1, v1, cancellationToken);
            case ("GET", [_, "inbox", var id, var number]):
                return await PartAsync(stream, mailbox, id, int.Parse(number, CultureInfo.InvariantCulture), v1, cancellationToken);
            case ("PUT", [_, "inbox", var id, "status", "acknowledged"]):
                await AcknowledgeAsync(stream, mailbox, id, v1, cancellationToken);
                return true;
            default:
                await stream.WriteAsync(SimulatedMeshReplies.Empty(404), cancellationToken);
                return true;
        }
    }

    private byte[] List(string mailbox, string query, bool v1)
    {
        var asked = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(q => q.Split('=', 2)).ToDictionary(q => q[0], q => Uri.UnescapeDataString(q[1]), StringComparer.Ordinal);
        var all = store.Inbox(mailbox);
        var most = asked.TryGetValue("max_results", out var max) ? Math.Min(MostResults, int.Parse(max, CultureInfo.InvariantCulture)) : MostResults;
        var (filter, from) = (asked.GetValueOrDefault("workflow_filter"), asked.GetValueOrDefault("continue_from"));

        // Ids rise in the order of their coming, so what was acknowledged meanwhile is no gap.
        var ids = all.Where(m => (filter is null || m.Workflow == filter) && (from is null || string.CompareOrdinal(m.Id, from) > 0)).Select(m => m.Id).Take(most + 1).ToList();
        var page = ids.Take(most).ToList();
        if (v1)
        {
            return SimulatedMeshReplies.Json(200, new { messages = page });
        }

        var links = new Dictionary<string, string> { ["self"] = $"/messageexchange/{mailbox}/inbox" };
        if (ids.Count > most)
        {
            links["next"] = $"/messageexchange/{mailbox}/inbox?continue_from={Uri.EscapeDataString(page[^1])}&max_results={most.ToString(CultureInfo.InvariantCulture)}";
        }

        return SimulatedMeshReplies.Json(200, new { messages = page, links, approx_inbox_count = all.Count });
    }

    private async Task<bool> PartAsync(Stream stream, string mailbox, string id, int number, bool v1, CancellationToken cancellationToken)
    {
        if (store.Find(id) is not { } message || message.To != mailbox || number < 1 || number > message.Parts)
        {
            await stream.WriteAsync(SimulatedMeshReplies.Error(404, "20", "Message does not exist", v1), cancellationToken);
            return true;
        }

        var body = message.Report is null ? message.Content[number] : [];
        var answer = SimulatedFhirAnswers.Http(number < message.Parts ? 206 : 200, body, SimulatedMeshReplies.Headers(message, number), "application/octet-stream");
        if (number > 1 && Interlocked.Decrement(ref breakParts) >= 0)
        {
            await stream.WriteAsync(answer.AsMemory(0, answer.Length - (body.Length / 2)), cancellationToken);
            return false;
        }

        await stream.WriteAsync(answer, cancellationToken);
        return true;
    }

    private async Task AcknowledgeAsync(Stream stream, string mailbox, string id, bool v1, CancellationToken cancellationToken)
    {
        if (BeforeAcknowledge is { } before)
        {
            await before(id, cancellationToken);
        }

        if (AcknowledgeStatus is { } status)
        {
            await stream.WriteAsync(SimulatedMeshReplies.Error(status, "", "scripted", v1), cancellationToken);
            return;
        }

        if (store.Find(id) is { } message && message.To == mailbox)
        {
            message.Status = "acknowledged";
            Acknowledged.Enqueue(id);
            await stream.WriteAsync(v1 ? SimulatedMeshReplies.Json(200, new { messageId = id }) : SimulatedMeshReplies.Empty(200), cancellationToken);
            return;
        }

        await stream.WriteAsync(SimulatedMeshReplies.Error(404, "20", "Message does not exist", v1), cancellationToken);
    }
}
