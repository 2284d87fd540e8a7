using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>What a busy reader needs before all else: two lines that say it, and whom to ring.</summary>
internal static class FirstPage
{
    /// <summary>Two lines: what happened; what is asked of this reader and by when, and how many medicines changed.</summary>
    public static IReadOnlyList<string> Summary(ComposedCase composed, CareParty reader)
    {
        var mine = composed.Asks.Where(a => a.Owner == reader).ToList();
        var first = mine.Where(a => a.Due is not null).MinBy(a => a.Due!.Instant)?.Due;
        var asked = mine.Count switch
        {
            0 => "Nothing is asked of you in this message.",
            1 => $"One thing is asked of you{(first is { } due ? $", by {Wording.When(due)}" : "")}.",
            var n => $"{n} things are asked of you{(first is { } due ? $", the first by {Wording.When(due)}" : "")}.",
        };
        return [composed.Story.News is [var news, ..] ? news : composed.Story.Subject + ".", $"{asked}{Medicines(composed.Story.Changes)}"];
    }

    /// <summary>Whom to ring, how to refer back, and what to do with a message about somebody else's patient.</summary>
    public static IReadOnlyList<string> Contact(ComposedCase composed, Audience audience)
    {
        var file = composed.File;
        var lines = new List<string>();
        if (Author(file) is { } whom)
        {
            lines.Add($"Questions: {whom}.");
        }

        if (file is { Event: Discharge, ReferBack: { } back })
        {
            lines.Add($"To refer back: {back}.");
        }

        lines.Add($"{(audience == Audience.Gp ? "Not your patient?" : "Not for your team?")} Do not file or act on this; answer that it is not yours, or ring {NotYours(file)}.");
        return lines;
    }

    /// <summary>The clinician to ring and the team that speaks, each with a number; null where neither has one.</summary>
    public static string? Author(CaseFile file) =>
        Datatypes.Null(string.Join("; ", new[] { file.Contact is { } person ? Wording.Person(person) : null, Line(file.Author) }.OfType<string>()));

    // The team, else the clinician, else whichever team of the sender has a number.
    private static string NotYours(CaseFile file) => Line(file.Author) ?? (file.Contact is { } person ? Wording.Person(person) : null)
        ?? Line(file.Crt) ?? Line(file.Ward) ?? Line(file.Line24h) ?? "the team that sent it (no number was sent to us)";

    private static string? Line(Team? team) => team is not null && (Datatypes.Null(team.Phone) ?? Datatypes.Null(team.Phone24h)) is { } number ? $"{team.Name}, {number}" : null;

    private static string Medicines(IReadOnlyList<CardLine> changes)
    {
        var counts = new[]
            {
                (Group: CardGroup.Started, Word: "started"), (Group: CardGroup.Changed, Word: "changed"), (Group: CardGroup.Stopped, Word: "stopped"), (Group: CardGroup.Unclear, Word: "not clear"),
            }
            .Select(g => (g.Word, Count: changes.Count(c => c.Group == g.Group))).Where(g => g.Count > 0).Select(g => $"{g.Count} {g.Word}").ToList();
        return counts.Count == 0 ? "" : $" Medicines: {string.Join(", ", counts)}.";
    }
}
