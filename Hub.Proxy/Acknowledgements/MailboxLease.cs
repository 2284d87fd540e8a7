using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Acknowledgements;

/// <summary>One node's right to empty one mailbox. It is kept while messages are taken, and runs out by itself where the node dies.</summary>
internal sealed class MailboxLease(IMessageStore store, string mailbox, Guid node, TimeSpan pollEvery, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(2);
    private readonly TimeSpan span = pollEvery * 3 > Shortest ? pollEvery * 3 : Shortest;
    private DateTimeOffset renewAt = DateTimeOffset.MinValue;

    /// <summary>True while this node has it; asked for anew only when a third of it is over.</summary>
    public async Task<bool> KeepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < renewAt)
        {
            return true;
        }

        var has = await store.LeaseMailboxAsync(mailbox, node, span, cancellationToken);
        renewAt = has ? now + (span / 3) : DateTimeOffset.MinValue;
        return has;
    }

    /// <summary>At shutdown, and when the partner files change: nobody need wait for the lease's end.</summary>
    public async Task GiveBackAsync()
    {
        renewAt = DateTimeOffset.MinValue;
        try
        {
            await store.GiveBackMailboxAsync(mailbox, node, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // It runs out by itself.
        }
    }
}
