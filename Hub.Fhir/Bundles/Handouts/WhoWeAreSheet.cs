using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>The sheet given at the start: who the team is, what it does, how to reach it, what happens next.</summary>
public static class WhoWeAreSheet
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
        var facts = HandoutFacts.Of(bare);
        Section[] sections =
        [
            HandoutSections.Help(facts),
            .. HandoutSections.Adjustments(facts),
            Who(bare, facts),
            Next(bare, facts),
            HandoutSections.Feedback(facts),
        ];
        return HandoutPage.Render(new HandoutHead
        {
            Title = facts.OnWard ? "Who we are: your stay on the ward" : "Who we are: your crisis team",
            Identity = HandoutPage.Identity(facts.Patient.Name?.Display(), facts.Patient.NhsNumber?.Value),
            From = facts.Team,
            Written = "",
        }, sections.Select(s => (s.Title, s.Xhtml)));
    }

    private static Section Who(EpisodeState state, HandoutFacts facts) => HandoutSections.Of(Headings.Information, "Who we are and what we do", "who-we-are", new()
    {
        ["team"] = facts.Team,
        ["ward"] = facts.OnWard,
        ["workers"] = new (string Role, Actor? Person)[]
            {
                ("key", state.KeyWorker), ("lead", state.LeadWorker), ("consultant", state.Consultant), ("coordinator", facts.Coordinator.Person),
            }
            .Where(w => w.Person is not null)
            .Select(w => new Dictionary<string, object?> { ["role"] = w.Role, ["name"] = w.Person!.Name, ["job"] = w.Person.Role }).ToList(),
    });

    private static Section Next(EpisodeState state, HandoutFacts facts) => HandoutSections.Of(Headings.FutureAppointments, "What happens next", "next", new()
    {
        ["ward"] = facts.OnWard,
        ["visit"] = HandoutSections.Visit(facts),

        // The sheet may be printed days later, and has no date of its own.
        ["asof"] = facts.NextVisit is { } visit ? Wording.When(visit.RecordedAt ?? visit.OccurredAt) : "",
        ["review"] = state.Admission?.ExpectedReviewAt is { } review ? Wording.When(review) : "",
    });
}
