using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>Medicines changed during care.</summary>
internal static class MedicationChangeBundle
{
    public static Story Tell(CaseFile file, MedicationChange change)
    {
        var changes = ChangeStory.Of(change, ChangeStory.BeforeOf(change, file), file.Episode);
        return new Story
        {
            Subject = changes.Count == 1 ? "Medication change" : $"Medication changes ({changes.Count})",
            News =
            [
                .. changes.Select(c => c.Description + (c.RecordedLate ? " Recorded late." : "")),
                $"Decided by {(change.DecidedBy is { } who ? Wording.Person(who) : "not stated")}, {Wording.When(change.OccurredAt)}.",
            ],
            Changes = changes,
            Asks = [.. Asks.OfMedicines(changes)],
        };
    }
}
