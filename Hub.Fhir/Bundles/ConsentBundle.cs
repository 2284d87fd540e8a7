using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>What a carer may be told, and that a carer's view was heard. The view itself is for professionals only.</summary>
internal static class ConsentBundle
{
    public static Story Tell(CaseFile file, ConsentChanged changed)
    {
        var carer = file.Carers.FirstOrDefault(c => c.Id == changed.CarerId);
        var name = carer is { MarkedAsRisk: false } ? carer.Name.Display() : "a contact";
        return new Story
        {
            Subject = "Consent to share with a carer changed",
            News =
            [
                .. changed.Consent.Select(c => $"{name}, {Wording.Consent(c.Class)}: {Wording.Consent(c.State)}{(c.At is { } at ? ", " + Wording.When(at) : "")}."),
                "Kinds not named here are unchanged.",
            ],
            TellsWholeCase = false,
        };
    }

    public static Story Tell(CarerViewRecorded view) => new()
    {
        Subject = "A view was recorded",
        News = [$"A view was recorded {Wording.When(view.OccurredAt)}."],
        TellsWholeCase = false,
    };
}
