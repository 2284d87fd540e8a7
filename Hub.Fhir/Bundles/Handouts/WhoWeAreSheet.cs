using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>The sheet given at the start: who the team is, what it does, how to reach it, what happens next.</summary>
public static class WhoWeAreSheet
{
    /// <summary>A standalone A4 page with room for who gave it, when and how; null while a death is reported.</summary>
    public static string? Render(EpisodeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (HandoutGate.WhyNot(null, state) is not null)
        {
            return null;
        }

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
        ["review"] = state.Admission?.ExpectedReviewAt is { } review ? Wording.When(review) : "",
    });
}
