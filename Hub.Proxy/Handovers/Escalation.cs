namespace Hub.Proxy.Handovers;

/// <summary>Who is told now that a clock has run out, what they read, and when the next is told.</summary>
public sealed record Escalation(string Kind, string Owner, string Reason, string NextStep, DateTimeOffset NextAt);

/// <summary>The ladder: owner, team lead, on-call manager, each a role with a rota; the last is told again until somebody answers (clinical rule 15).</summary>
internal sealed class Ladder(HandoverRules rules, Rota rota)
{
    public Escalation Next(Obligation overdue, DateTimeOffset now)
    {
        var index = Math.Min(overdue.RungsTold, rules.Ladder.Count - 1);
        var rung = rules.Ladder[index];
        var role = rung.Role == "owner" ? overdue.Chaser : rung.Role.Replace('-', ' ');
        var due = overdue.DueAt ?? now;
        var declined = overdue.State == ObligationState.Rejected;
        return new Escalation(
            $"overdue-{ObligationWords.Name(overdue.Kind)}-{overdue.RungsTold + 1}",
            rota.Named(role, now),
            declined ? $"Declined, and nobody else has been asked: {ObligationWords.Name(overdue.Kind)}." : $"Nobody has answered: {ObligationWords.Name(overdue.Kind)}, due {Words.London(due)}"
                + $"{(now - due > TimeSpan.FromMinutes(5) ? $", overdue by {Words.Span(now - due)}" : "")}. Asked of {overdue.ActorName ?? Hub.Fhir.Narratives.Wording.Party(overdue.Actor)}; {ObligationWords.State(overdue)}.",
            $"Ring them. Then write down what they say: hub handover show {overdue.Id}.",
            NextAt(overdue, due, now));
    }

    private DateTimeOffset NextAt(Obligation overdue, DateTimeOffset due, DateTimeOffset now)
    {
        var next = overdue.RungsTold + 1 < rules.Ladder.Count ? due.AddMinutes(rules.Ladder[overdue.RungsTold + 1].AfterMinutes) : now.AddMinutes(rules.RepeatMinutes);

        // Late already, as after a night in which the hub was down: each rung once, and the next a while later, never all at once.
        return next > now ? next : now.AddMinutes(15);
    }
}

/// <summary>Times and spans as people read them.</summary>
internal static class Words
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

    public static string London(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("ddd d MMM HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    public static string Span(TimeSpan span) => span.TotalHours < 1 ? $"{span.TotalMinutes:0} min" : span.TotalHours < 48 ? $"{span.TotalHours:0} h" : $"{span.TotalDays:0} days";
}
