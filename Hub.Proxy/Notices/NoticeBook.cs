using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Notices;

/// <summary>A notice as people see it in the list. Nothing in it is of a person; the entry's own page says what it is about.</summary>
public sealed record NoticeView
{
    public required long Id { get; init; }
    public required string Role { get; init; }
    public required string Kind { get; init; }
    public required string Reason { get; init; }
    public required string NextStep { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public required int Rung { get; init; }
    public Guid? ObligationId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How far it is, in words: a channel that took it has told nobody.</summary>
    public required string Stands { get; init; }
}

/// <summary>Reads notices whose entries are open.</summary>
internal sealed class NoticeBook(Func<HubDbContext> open)
{
    public async Task<IReadOnlyList<NoticeView>> OpenAsync(int max, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await ViewsAsync(Pairs(context).OrderBy(p => p.Notice.Id).Take(max), cancellationToken);
    }

    /// <summary>Null where there is none, or its entry was closed.</summary>
    public async Task<NoticeView?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var context = open();
        return await ViewsAsync(Pairs(context).Where(p => p.Notice.Id == id), cancellationToken) is [var found] ? found : null;
    }

    private static IQueryable<Pair> Pairs(HubDbContext context) => context.Notices.AsNoTracking().Where(n => n.EndedAt == null)
        .Join(context.Attention.Where(a => a.ClosedAt == null), n => n.AttentionId, a => (Guid?)a.Id, (n, a) => new Pair { Notice = n, Entry = a });

    private static async Task<IReadOnlyList<NoticeView>> ViewsAsync(IQueryable<Pair> pairs, CancellationToken cancellationToken) =>
    [
        .. (await pairs.ToListAsync(cancellationToken)).Select(p => new NoticeView
        {
            Id = p.Notice.Id, Role = p.Notice.Role ?? p.Entry.Owner, Kind = p.Entry.Kind, Reason = p.Entry.Reason, NextStep = p.Entry.NextStep, DueAt = p.Entry.DueAt,
            Rung = p.Notice.Rung, ObligationId = p.Notice.ObligationId, CreatedAt = p.Notice.CreatedAt, Stands = Stands(p.Notice),
        }),
    ];

    private static string Stands(NoticeRow row) => row switch
    {
        { HadAt: { } at } => $"{row.HadBy} has it ({Handovers.Words.London(at)})",
        { SentAt: { } at } => $"sent by {row.TakenBy} ({Handovers.Words.London(at)}); nobody has said \"I have it\"",
        { LastFault: { } fault } => $"not sent ({row.Attempts} tries): {fault}",
        _ => "in the list; not sent",
    };

    private sealed class Pair
    {
        public required NoticeRow Notice { get; init; }
        public required AttentionRow Entry { get; init; }
    }
}
