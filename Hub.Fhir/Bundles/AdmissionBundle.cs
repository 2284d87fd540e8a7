using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Care began: under the crisis team at home, or on a ward.</summary>
internal static class AdmissionBundle
{
    public static Story Tell(CaseFile file, Admission admission)
    {
        var changes = ChangeStory.Of(admission, file.Before, file.Episode);
        return new Story
        {
            Subject = admission.Kind == EpisodeKind.Crt ? "CRT admission (home treatment)" : "Ward admission",
            News = [.. News(admission)],
            Changes = changes,
            Asks = [.. Asks.OfPlan(admission.Plan), .. Asks.OfMedicines(changes)],
            Details = [Details(file, admission)],
            TriggerEvent = admission.Kind == EpisodeKind.Crt ? "A04" : "A01",
        };
    }

    private static IEnumerable<string> News(Admission admission)
    {
        var when = Wording.When(admission.OccurredAt);
        yield return admission.Kind == EpisodeKind.Crt
            ? $"Now under {admission.Team.Name} for treatment at home since {when}."
            : $"Now on {admission.Team.Name} since {when}.";
        if (admission.Reason is { Length: > 0 })
        {
            yield return $"Reason: {admission.Reason}.";
        }

        if (admission is { Kind: EpisodeKind.Ward, AdmissionMethod: "25" })
        {
            yield return "Admitted to the ward through the crisis team (admission method 25).";
        }

        if (admission.ReferringWard is { } ward)
        {
            yield return $"Came from {ward.Name}.";
        }

        yield return $"Expected review: {(admission.ExpectedReviewAt is { } review ? Wording.When(review) : "not stated")}.";
        if (admission.Kind == EpisodeKind.Crt)
        {
            yield return "A crisis team treats a person at home, day and night, for a short time, as an alternative to a ward.";
        }
    }

    private static Section Details(CaseFile file, Admission admission) => Sections.Facts(Headings.Admission, "Admission details",
    [
        ("Began", Wording.When(admission.OccurredAt)),
        ("Team", Wording.Team(admission.Team)),
        ("Reason", admission.Reason ?? "not stated"),
        ("Admission method", admission.AdmissionMethod),
        ("Source of admission", admission.SourceOfAdmission is { Length: > 0 } source ? Wording.DischargeDestination(source) : null),
        ("Legal status", (admission.LegalStatus ?? file.LegalStatus)?.Text ?? "not stated"),
        ("Service type", admission.ServiceType),
    ]);
}
