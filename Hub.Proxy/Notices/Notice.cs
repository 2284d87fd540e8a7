namespace Hub.Proxy.Notices;

/// <summary>What one notice says: an id, a role, a due time and a link, and nothing of the person it is about. The hub's own pages say the rest to who may read them.</summary>
/// <param name="Id">The notice's number; "I have it" names it.</param>
/// <param name="Role">Who is told.</param>
/// <param name="DueAt">By when somebody must act; null where at once.</param>
/// <param name="Link">Where it is read.</param>
public sealed record Notice(long Id, string Role, DateTimeOffset? DueAt, Uri Link)
{
    /// <summary>The same for every attempt, so that a receiver sees a repeat as one.</summary>
    public string Key => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"hub-notice-{Id}");

    public string Subject => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"CRT Hub: notice {Id} needs you ({Role})");

    /// <summary>A mail that was taken has told nobody: the reader is asked to say so (clinical rule 15).</summary>
    public string Body => $"""
        Notice {Id} is for: {Role}.
        Due: {(DueAt is { } due ? Handovers.Words.London(due) : "now")}.
        Read it here, and say "I have it", or the next person is told: {Link}
        On the hub's own machine: hub notice have {Id} --by YOUR-NAME

        This message says nothing of a person. Do not reply to it.
        """;
}

/// <summary>One way in which people are told.</summary>
internal interface INoticeChannel
{
    /// <summary>Stable name, kept with what it took.</summary>
    string Name { get; }

    /// <summary>Null where it was taken; else why not, without an address or a secret.</summary>
    Task<string?> SendAsync(Notice notice, CancellationToken cancellationToken);
}
