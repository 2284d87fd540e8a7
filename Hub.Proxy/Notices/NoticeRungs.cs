using Hub.Proxy.Handovers;

namespace Hub.Proxy.Notices;

/// <summary>The ladder of the rules for entries that are of no obligation: who is told next, and when. An obligation's own ladder tells its own.</summary>
internal sealed class NoticeRungs(HandoverRules rules)
{
    /// <summary>The last rung is told again and again until somebody has it: silence is never taken for an end.</summary>
    public NextRung After(int rung)
    {
        var ladder = rules.Ladder;
        return rung + 1 < ladder.Count
            ? new NextRung(ladder[rung + 1].Role.Replace('-', ' '), TimeSpan.FromMinutes(ladder[rung + 1].AfterMinutes - ladder[Math.Min(rung, ladder.Count - 1)].AfterMinutes))
            : new NextRung(ladder[^1].Role.Replace('-', ' '), TimeSpan.FromMinutes(rules.RepeatMinutes));
    }
}
