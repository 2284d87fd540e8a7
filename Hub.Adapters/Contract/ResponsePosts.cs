namespace Hub.Adapters.Contract;

/// <summary>Sees to it that the answer to a message is posted to where its sender asked for it. Durable when it returns.</summary>
public interface IResponsePosts
{
    /// <summary>Asked again for the same message and address, it is posted again.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was written down.</exception>
    Task AskAsync(Guid receivedId, string sourceId, Uri to, CancellationToken cancellationToken);
}

/// <summary>What became of one try to post an answer.</summary>
/// <param name="Why">Null where it was taken.</param>
/// <param name="Again">False where another try would end the same way.</param>
/// <param name="RetryAfter">How long the sender asked us to wait.</param>
public sealed record ResponsePosting(string? Why, bool Again = false, TimeSpan? RetryAfter = null);
