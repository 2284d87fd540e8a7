using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Acknowledgements;

/// <summary>A message that a carrier took.</summary>
/// <param name="Since">When it did.</param>
internal sealed record SentMessage(Guid DeliveryId, string PartnerId, string ProtocolMessageId, DateTimeOffset Since);

/// <summary>Finds what was sent by what comes back. Reads, and changes nothing.</summary>
internal sealed class SentMessages(Func<HubDbContext> open)
{
    /// <summary>No message is followed at the carrier for longer: it has given up by then, and so have we.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>By our own name for it at the carrier.</summary>
    public async Task<SentMessage?> FindAsync(string? localId, IReadOnlyCollection<string> partners, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(localId, "D", out var id))
        {
            return null;
        }

        await using var context = open();
        var row = await context.Deliveries.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken);
        return row is { PartnerId: { } partner, ProtocolMessageId: { } message } && partners.Contains(partner) ? new SentMessage(row.Id, partner, message, row.CreatedAt) : null;
    }

    /// <summary>Which of these partners was sent the message that is known by this id.</summary>
    public async Task<string?> PartnerOfAsync(string protocolMessageId, IReadOnlyCollection<string> partners, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await context.Deliveries.Where(d => d.ProtocolMessageId == protocolMessageId && d.PartnerId != null && partners.Contains(d.PartnerId)).Select(d => d.PartnerId).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>What these partners have not answered yet, oldest first.</summary>
    public async Task<IReadOnlyList<SentMessage>> AwaitedAsync(IReadOnlyCollection<string> partners, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Taken = nameof(Awaited);
        var from = now - Longest;
        await using var context = open();
        var rows = await context.Deliveries
            .Where(d => d.FinishedAt == null && d.CreatedAt >= from && d.ProtocolMessageId != null && d.PartnerId != null && partners.Contains(d.PartnerId))
            .Select(d => new { d.Id, d.PartnerId, d.ProtocolMessageId, Last = context.Attempts.Where(a => a.DeliveryId == d.Id).OrderByDescending(a => a.Id).Select(a => new { a.Outcome, a.StartedAt }).FirstOrDefault() })
            .ToListAsync(cancellationToken);
        return [.. rows.Where(r => r.Last?.Outcome == Taken).OrderBy(r => r.Last!.StartedAt).Select(r => new SentMessage(r.Id, r.PartnerId!, r.ProtocolMessageId!, r.Last!.StartedAt))];
    }
}
