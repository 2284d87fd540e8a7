using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>A side effect: reported, seen, answered; open until it is answered.</summary>
internal static class SideEffectBundle
{
    public static Story Tell(CaseFile file, SideEffectReported effect) => new()
    {
        Subject = effect.AnsweredAt is null ? "Side effect reported" : "Side effect answered",
        News = [.. Lines(file, effect)],
        Asks =
        [
            .. effect.AnsweredAt is null
                ? new[] { new Ask { Id = "answer-side-effect", Owner = CareParty.Crt, OwnerName = file.Author?.Name, OwnerTeam = file.Author, Text = "Answer the side effect that was reported." } }
                : [],
        ],
    };

    /// <summary>One side effect in words, as told now and again in the discharge while it is unanswered.</summary>
    public static IEnumerable<string> Lines(CaseFile file, SideEffectReported effect)
    {
        var words = effect.By == CareParty.Carer ? null : RemarkGate.Open(effect.Text);
        var medicines = effect.LineIds.Select(id => file.Episode?.Medicines.FirstOrDefault(m => m.Line.LineId == id)?.Line.Medicine.Text).OfType<string>().ToList();
        yield return $"Side effect reported {Wording.When(effect.OccurredAt)}{(words is null ? "" : ": " + words)}"
            + $"{(medicines.Count > 0 ? $" (reported with {string.Join(", ", medicines)})" : "")}.";
        yield return $"Seen: {(effect.SeenAt is { } seen ? Wording.When(seen) : "not yet")}. Answered: {(effect.AnsweredAt is { } answered ? Wording.When(answered) : "not yet")}.";
        if (effect.Outcome is { Length: > 0 } outcome)
        {
            yield return $"Outcome: {outcome}.";
        }
    }
}
