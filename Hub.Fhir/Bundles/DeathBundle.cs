using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>A death was reported, or the report was withdrawn. Until a named person confirms it, it is "reported, unconfirmed" (clinical rule 18).</summary>
internal static class DeathBundle
{
    public static Story Tell(DeathReported death) => new()
    {
        Subject = "Death reported, unconfirmed",
        News =
        [
            $"A death was reported, {(death.Formal ? "by a formal notice" : "by an informal notice")}, {Wording.When(death.OccurredAt)}. It is unconfirmed.",
            $"Date of death as reported: {(death.DiedAt is { } at ? Wording.When(at) : "not stated")}.",
            "Follow-ups have not been cancelled. A named person at the trust confirms first.",
        ],
        Asks =
        [
            .. new[] { CareParty.Gp, CareParty.Cmht, CareParty.Ward }.Select(party => new Ask
            {
                Id = $"death-{party}",
                Owner = party,
                Text = "If you know more, ring the crisis team. Send nothing to the home until this is confirmed.",
            }),
        ],
        TellsWholeCase = false,
        NotOnline = true,
        TriggerEvent = "A31",
    };

    public static Story Tell(DeathWithdrawn withdrawn) => new()
    {
        Subject = "Report of death withdrawn",
        News = [$"The report of death is withdrawn, {Wording.When(withdrawn.OccurredAt)}.", "Care and follow-ups go on. Undo what you did because of the report."],
        Asks =
        [
            .. new[] { CareParty.Gp, CareParty.Cmht, CareParty.Ward }.Select(party => new Ask
            {
                Id = $"death-withdrawn-{party}",
                Owner = party,
                Text = "Confirm that your record no longer shows the person as deceased.",
            }),
        ],
        TellsWholeCase = false,
        Status = Hl7.Fhir.Model.CompositionStatus.Amended,
        TriggerEvent = "A31",
    };
}
