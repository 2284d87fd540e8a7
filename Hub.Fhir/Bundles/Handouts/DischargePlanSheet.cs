using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>The written plan for the end of care: who does what, the next appointment, whom to ring, how to come back.</summary>
public static class DischargePlanSheet
{
    /// <summary>A standalone A4 page with room for who gave it, when and how; null where <see cref="WhyNot"/> says why none may be printed.</summary>
    public static string? Render(EpisodeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return HandoutGate.WhyNot(null, state) is null && Page(state) is var page && !SheetCheck.HoldsWithheld(page, state) ? page : null;
    }

    /// <summary>Why no sheet may be printed, in words without anything of the person; null where one may.</summary>
    public static string? WhyNot(EpisodeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return HandoutGate.WhyNot(null, state) ?? (SheetCheck.HoldsWithheld(Page(state), state) ? SheetCheck.FreeText : null);
    }

    private static string Page(EpisodeState state)
    {
        var bare = HandoutGate.Bare(state);
        var hidden = bare.Patient.LocationHiding is LocationHiding.Local or LocationHiding.National;
        var facts = HandoutFacts.Of(hidden ? PlaceRedaction.Of(bare)! : bare);
        Section[] sections =
        [
            HandoutSections.Help(facts),
            .. HandoutSections.Adjustments(facts),
            Ending(facts),
            HandoutSections.Plan(facts),
            HandoutSections.Appointment(facts),
            .. HandoutSections.CrisisPlan(facts, "Your crisis plan", withSummary: true),
            HandoutSections.ComeBack(facts),
            HandoutSections.Feedback(facts),
        ];
        return HandoutPage.Render(new HandoutHead
        {
            Title = "Your plan for when our care ends",
            Identity = HandoutPage.Identity(facts.Patient.Name?.Display(), facts.Patient.NhsNumber?.Value),
            From = facts.Team,
            Written = (bare.Discharge?.RecordedAt ?? bare.Discharge?.OccurredAt ?? bare.DischargePlanned?.RecordedAt) is { } at ? Wording.When(at) : "",
            Replaces = bare.DischargeVersion > 1 && bare.Discharge is not null,
        }, sections.Select(s => (s.Title, s.Xhtml)));
    }

    private static Section Ending(HandoutFacts facts) => HandoutSections.Of(Headings.Discharge, "When our care ends", "ending", new()
    {
        ["ward"] = facts.OnWard,
        ["team"] = facts.Team,
        ["state"] = facts.Discharge is not null ? "ended" : facts.Planned is not null ? "planned" : "none",
        ["day"] = facts.Discharge is { } discharge ? "on " + Wording.Day(discharge.OccurredAt) : facts.Planned is { } planned ? "on " + Wording.Day(planned.PlannedFor) : "",
        ["meeting"] = facts.Planned?.MeetingAt is { } meeting ? Wording.When(meeting) : "",
    });
}
