using Hub.Proxy.Handovers;
using Hub.Proxy.Store;

namespace Hub.Proxy.Notices;

/// <summary>"I have it": a person says that they were told. The next rung is silent until an end time, and never for what may not wait (clinical rule 15).</summary>
internal sealed class NoticeDesk(IMessageStore store, ObligationDesk obligations, TimeProvider time)
{
    public const int UsualMinutes = 240;
    public const int MostMinutes = 1440;

    /// <summary>What came of it in words; null where there is no such open notice.</summary>
    /// <param name="id">The notice.</param>
    /// <param name="by">Who has it, by name.</param>
    /// <param name="minutes">For how long nobody else is told, 1 to 1440.</param>
    /// <param name="cancellationToken">Ends the waiting, never the commit.</param>
    public async Task<string?> HaveAsync(long id, string by, int minutes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await store.HaveNoticeAsync(id, by, TimeSpan.FromMinutes(minutes), cancellationToken) is not { } had)
        {
            return null;
        }

        if (had.ObligationId is not { } obligation)
        {
            return $"Written down: {by} has it. If it is still open at {Words.London(had.SilentUntil)}, it is told again.";
        }

        var quiet = new Quieten { Until = now.AddMinutes(minutes), Evidence = new Evidence { At = now, Channel = ActChannel.Person, By = by, Note = "I have it" } };
        return await obligations.ActAsync(obligation, quiet, expectedVersion: null, cancellationToken) switch
        {
            NotPossible not => $"Written down: {by} has it. The ladder goes on all the same: {not.Why}",
            _ => $"Written down: {by} has it. The ladder is silent until {Words.London(had.SilentUntil)} at the most.",
        };
    }
}
