namespace Hub.Proxy.Access.People;

/// <summary>What somebody is at the hub. Somebody may be several things.</summary>
public enum PersonRole
{
    /// <summary>Sees that messages and handovers are there and how they stand; no name, no content.</summary>
    Viewer,

    /// <summary>Sees the people of their own teams, and answers what is asked about them.</summary>
    Clinician,

    /// <summary>Works the lists of the whole trust: sees who it is about and what is owed; no content.</summary>
    Operator,

    /// <summary>Sees how messages and partners stand and tries messages; no name, no content.</summary>
    Engineer,

    /// <summary>Sees who is let in as what; nothing of messages.</summary>
    Administrator,

    /// <summary>Reads the audit trail; nothing of messages.</summary>
    Auditor,
}

/// <summary>What pages and acts need, one each.</summary>
internal enum PersonRight
{
    /// <summary>Figures, clocks, how the hub stands.</summary>
    Figures,

    /// <summary>The operator's list, notices, partners.</summary>
    Lists,

    /// <summary>That messages and handovers are there. Of whom, and what, is another matter (<see cref="Sight"/>).</summary>
    Messages,

    /// <summary>Handovers and obligations of people whom they may see.</summary>
    Handovers,

    /// <summary>The lists that a shift works with, content and all, of their own teams.</summary>
    Caseload,

    /// <summary>To answer what is asked: accept, decline, done.</summary>
    Answer,

    /// <summary>To decide about copies and partners: let go, hold, send again, close an entry.</summary>
    Deliver,

    /// <summary>To look for somebody by their number.</summary>
    Search,

    /// <summary>To look at a partner's address.</summary>
    Probe,

    /// <summary>To try a message of their own.</summary>
    Try,

    /// <summary>To see somebody who is not theirs to see, for a reason and a while.</summary>
    BreakGlass,

    /// <summary>Who did what.</summary>
    Audit,

    /// <summary>Who is let in as what.</summary>
    Access,
}

/// <summary>How much of one person somebody sees.</summary>
internal enum Sight
{
    /// <summary>Not even that they are here.</summary>
    Nothing,

    /// <summary>That somebody is here, and how their messages stand.</summary>
    That,

    /// <summary>Who it is, and what is owed.</summary>
    Who,

    /// <summary>Everything.</summary>
    Content,
}

/// <summary>What each role may do: the whole of it, in one place.</summary>
internal static class PersonRoles
{
    public static IReadOnlySet<PersonRight> Rights(PersonRole role) => role switch
    {
        PersonRole.Viewer => Of(PersonRight.Figures, PersonRight.Lists, PersonRight.Messages),
        PersonRole.Clinician => Of(PersonRight.Figures, PersonRight.Messages, PersonRight.Handovers, PersonRight.Caseload, PersonRight.Answer, PersonRight.BreakGlass),
        PersonRole.Operator => Of(
            PersonRight.Figures, PersonRight.Lists, PersonRight.Messages, PersonRight.Handovers, PersonRight.Answer, PersonRight.Deliver, PersonRight.Search, PersonRight.Probe, PersonRight.BreakGlass),
        PersonRole.Engineer => Of(PersonRight.Figures, PersonRight.Lists, PersonRight.Messages, PersonRight.Handovers, PersonRight.Probe, PersonRight.Try, PersonRight.BreakGlass),
        PersonRole.Administrator => Of(PersonRight.Figures, PersonRight.Access),
        PersonRole.Auditor => Of(PersonRight.Figures, PersonRight.Audit),
        _ => Of(),
    };

    /// <summary>What a role sees of everybody; of their own teams' people a clinician sees all.</summary>
    public static Sight OfEverybody(PersonRole role) => role switch
    {
        PersonRole.Operator => Sight.Who,
        PersonRole.Viewer or PersonRole.Engineer => Sight.That,
        _ => Sight.Nothing,
    };

    /// <summary>What a role sees and does, for whoever decides who has it.</summary>
    public static string InWords(PersonRole role) => role switch
    {
        PersonRole.Viewer => "sees that messages and handovers are there and how they stand. No name, no content; changes nothing.",
        PersonRole.Clinician => "sees everything about the people whom their own teams treat or were told about, and answers what is asked. Nobody else, except by break-glass.",
        PersonRole.Operator => "sees of everybody who it is and what is owed, answers it, and decides about copies, partners and entries. No content, except by break-glass.",
        PersonRole.Engineer => "sees how messages and partners stand, and tries messages of their own. No name and no content, except by break-glass.",
        PersonRole.Administrator => "sees who is let in as what, figures, and how the hub stands. Nothing of messages or people.",
        _ => "reads the audit trail. Nothing of messages or people.",
    };

    /// <summary>The roles that may do something, as words.</summary>
    public static string Having(PersonRight right) => string.Join(" or ", Enum.GetValues<PersonRole>().Where(r => Rights(r).Contains(right)).Select(r => r.ToString().ToLowerInvariant()));

    private static HashSet<PersonRight> Of(params PersonRight[] rights) => [.. rights];
}
