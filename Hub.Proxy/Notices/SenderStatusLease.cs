namespace Hub.Proxy.Notices;

/// <summary>A status that one node tells a source now.</summary>
/// <param name="Notice">The row that is leased.</param>
/// <param name="SourceId">Who is told.</param>
/// <param name="Status">What became of it, such as <c>declined</c>.</param>
/// <param name="At">When it became so.</param>
/// <param name="ObligationId">Of what.</param>
public sealed record SenderStatusLease(NoticeLease Notice, string SourceId, string Status, DateTimeOffset At, Guid ObligationId);
