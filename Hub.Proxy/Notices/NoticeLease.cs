namespace Hub.Proxy.Notices;

/// <summary>A notice that one node sends now; another node gets it only when the lease has run out.</summary>
/// <param name="Id">The notice.</param>
/// <param name="Attempt">Which attempt this is; what a lost lease reports does not count.</param>
/// <param name="Role">Who is told, as it stands on the list: a role, perhaps with the name of who fills it.</param>
/// <param name="DueAt">By when somebody must act.</param>
/// <param name="Taken">Channels that took it before.</param>
public sealed record NoticeLease(long Id, int Attempt, string Role, DateTimeOffset? DueAt, IReadOnlyList<string> Taken);

/// <summary>Who is told next where nobody says "I have it".</summary>
/// <param name="Role">The next rung's role.</param>
/// <param name="After">How long after the rung before.</param>
public sealed record NextRung(string Role, TimeSpan After);

/// <summary>What came of "I have it".</summary>
/// <param name="ObligationId">The obligation whose ladder spoke; null where none did.</param>
/// <param name="SilentUntil">Until when nobody else is told of it.</param>
public sealed record NoticeHad(Guid? ObligationId, DateTimeOffset SilentUntil);
