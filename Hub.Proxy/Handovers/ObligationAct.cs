namespace Hub.Proxy.Handovers;

/// <summary>How an act reached the hub.</summary>
public enum ActChannel
{
    /// <summary>A delivery or a commit: something was moved, nobody has said anything.</summary>
    Transport = 0,

    /// <summary>The receiving system's own business answer.</summary>
    System = 1,

    /// <summary>A person at a screen or command line of the hub.</summary>
    Person = 2,

    /// <summary>A person told the sending team by phone, who wrote it down.</summary>
    Phone = 3,

    /// <summary>The crisis team's own record says so.</summary>
    Record = 4,

    /// <summary>The hub's clock or rules.</summary>
    Hub = 5,
}

/// <summary>Who did something, when, and how it is known. Kept for each step.</summary>
public sealed record Evidence
{
    public required DateTimeOffset At { get; init; }
    public required ActChannel Channel { get; init; }

    /// <summary>The person, or the system as its partner file names it.</summary>
    public required string By { get; init; }
    public string? Role { get; init; }
    public PhoneCall? Call { get; init; }
    public string? Note { get; init; }
}

/// <summary>What is written down of a phone call (clinical rule 14).</summary>
/// <param name="Number">The number that was rung.</param>
/// <param name="SpokeTo">Who answered, by name and role.</param>
/// <param name="ReadBack">True where it was read back to them.</param>
public sealed record PhoneCall(string Number, string SpokeTo, bool ReadBack);

/// <summary>What was said, as it is kept with a step.</summary>
public sealed record StepNote(string? Words, string? Note, PhoneCall? Call);

/// <summary>Something done to an obligation. The family is closed.</summary>
public abstract record ObligationAct
{
    private protected ObligationAct() { }

    public required Evidence Evidence { get; init; }

    /// <summary>The name it is kept under.</summary>
    public string Name => GetType().Name;
}

/// <summary>The recipient's system has the message that asks for it.</summary>
public sealed record Receive : ObligationAct;

/// <summary>Somebody with a name takes it on.</summary>
public sealed record Accept : ObligationAct
{
    public required string Owner { get; init; }
}

/// <summary>The person will be seen, and whether they are taken on is decided then: the clock runs on.</summary>
public sealed record AcceptForAssessmentOnly : ObligationAct
{
    public required string Owner { get; init; }
}

/// <summary>More is asked before an answer: the clock runs on.</summary>
public sealed record AskMore : ObligationAct
{
    public required string Question { get; init; }
}

/// <summary>Something is said of it, and nothing decided.</summary>
public sealed record Remark : ObligationAct;

/// <summary>Refused with a reason: it goes back to the team that asked.</summary>
public sealed record Decline : ObligationAct
{
    public required string Reason { get; init; }
}

/// <summary>Another is asked instead.</summary>
public sealed record Reassign : ObligationAct
{
    public required string To { get; init; }
}

public sealed record Start : ObligationAct;

/// <summary>It is done: said by a person, the receiving system or the record, never by a transport.</summary>
public sealed record Complete : ObligationAct;

/// <summary>Nobody will do it, and somebody answers for that.</summary>
public sealed record Waive : ObligationAct
{
    public required string Why { get; init; }
}

/// <summary>It is not owed any more: what it came from was withdrawn.</summary>
public sealed record Cancel : ObligationAct
{
    public required string Why { get; init; }
}

/// <summary>"I have it": a person who was told stops the ladder for a while, at most 24 hours (clinical rule 15).</summary>
public sealed record Quieten : ObligationAct
{
    public required DateTimeOffset Until { get; init; }
}
