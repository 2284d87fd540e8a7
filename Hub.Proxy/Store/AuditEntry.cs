namespace Hub.Proxy.Store;

/// <summary>
/// One thing that was done, by whom, to what: who read, sent, decided, changed. Names rows by their ids, partners by the names of their files, people who
/// act by the name they gave; nothing in it says who a patient is, except what a person wrote as a reason.
/// </summary>
/// <param name="Kind">What was done.</param>
/// <param name="By">Who: a partner file's id, a person's name, or <see cref="Hub"/>.</param>
/// <param name="What">To what: a kind of row and its id, as in <c>delivery/0197…</c>.</param>
public sealed record AuditEntry(AuditKind Kind, string By, string What)
{
    /// <summary>The hub itself, with nobody's order.</summary>
    public const string Hub = "hub";

    /// <summary>To whom it went, or on whose behalf; a partner file's id.</summary>
    public string? To { get; init; }

    /// <summary>What came of it: a word of the code, never a text that somebody sent.</summary>
    public string? Result { get; init; }

    /// <summary>Why, in the words of the person who did it.</summary>
    public string? Reason { get; init; }
}

/// <summary>What the trail tells apart.</summary>
public enum AuditKind
{
    /// <summary>A message came.</summary>
    Receive = 1,

    /// <summary>An attempt to send began: from here on its recipient may have it.</summary>
    Send = 2,

    /// <summary>What an attempt came to, or an answer that came later.</summary>
    Answer = 3,

    /// <summary>Somebody was shown content.</summary>
    Read = 4,

    /// <summary>Somebody decided something.</summary>
    Act = 5,

    /// <summary>What the hub runs by was changed.</summary>
    Configure = 6,

    /// <summary>Somebody signed in.</summary>
    SignIn = 7,

    /// <summary>Somebody was turned away.</summary>
    Refuse = 8,

    /// <summary>One partner called another through the gateway.</summary>
    Pass = 9,

    /// <summary>Content or records were deleted because their time was over.</summary>
    Forget = 10,

    /// <summary>A node started or stopped.</summary>
    Run = 11,

    /// <summary>Somebody ended their session.</summary>
    SignOut = 12,

    /// <summary>Somebody saw, for a reason, who was not theirs to see.</summary>
    BreakGlass = 13,
}
