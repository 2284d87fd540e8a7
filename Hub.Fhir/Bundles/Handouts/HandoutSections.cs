using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>Sections of the pages to hand over, in plain English. The words are in Narratives/handouts.</summary>
internal static class HandoutSections
{
    public static Section Help(HandoutFacts facts) => Of(Headings.Information, "If you need help now", "help", new()
    {
        ["team"] = facts.HelpTeam,
        ["phone"] = facts.Phone,
    });

    /// <summary>On the first page for every reader (clinical rule 26).</summary>
    public static IEnumerable<Section> Adjustments(HandoutFacts facts)
    {
        if (facts.Patient.ReasonableAdjustments.Count > 0 || facts.Patient.InterpreterNeeded == true)
        {
            yield return Of(Headings.Adjustments, "What helps you", "adjustments", new()
            {
                ["lines"] = facts.Patient.ReasonableAdjustments.Select(a => a.Text).ToList(),
                ["interpreter"] = facts.Patient.InterpreterNeeded == true,
                ["language"] = facts.Patient.Language,
            });
        }
    }

    public static Section Plan(HandoutFacts facts) => Of(Headings.Plan, "Your plan", "plan", new()
    {
        ["actions"] = facts.Plan.Select(Action).ToList(),
        ["team"] = facts.Team,
        ["phone"] = facts.Phone,
        ["coordinator"] = facts.Coordinator.Status switch
        {
            CareCoordinatorStatus.Named when facts.Coordinator.Person is not null => "named",
            CareCoordinatorStatus.None => "none",
            _ => "unknown",
        },
        ["coordinator_name"] = facts.Coordinator.Person is { } person ? Named(person) : facts.Coordinator.Lead,
        ["ended"] = facts.Discharge is not null,
        ["next_teams"] = string.Join(", ", facts.Discharge?.DestinationTeams.Select(t => t.Name) ?? []),
        ["gp_only"] = facts.Discharge?.GpOnly == true,
        // Said only where the team itself confirmed it (clinical rule 12).
        ["holds"] = facts.Discharge?.CrtHoldsUntilAccepted == true,
    });

    public static Dictionary<string, object?> Action(PlannedAction action) => new()
    {
        ["who"] = action switch
        {
            { Owner: CareParty.Carer } => "carer", // never by name: another contact may read the page
            { Owner: CareParty.Patient } => "patient",
            { OwnerPerson: not null } or { OwnerName.Length: > 0 } => "named",
            { Owner: CareParty.Other } => "other",
            _ => action.Owner.ToString().ToLowerInvariant(),
        },
        ["name"] = action.OwnerPerson is { } person ? Named(person) : action.OwnerName,
        ["text"] = action.Text,
        ["due"] = action.DueOn is { } due ? Wording.When(due) : "",
    };

    public static Section Appointment(HandoutFacts facts, bool withdrawn = false) => Of(Headings.FutureAppointments, "Your next appointment", "appointment", new()
    {
        ["state"] = facts.FollowUp switch
        {
            null => "none",
            _ when withdrawn => "withdrawn",
            { Booked: true, Start: not null } => "booked",
            _ => "proposed",
        },
        ["when"] = facts.FollowUp?.Start is { } start ? Wording.When(start) : "",
        ["whom"] = facts.FollowUp?.With ?? facts.FollowUp?.Team?.Name,
        ["how"] = facts.FollowUp?.Channel?.Replace('-', ' '),
        ["place"] = facts.FollowUp?.Place,
        ["visit"] = Visit(facts),
    });

    public static string Visit(HandoutFacts facts) => facts.NextVisit is { } visit
        ? $"{Wording.When(visit.VisitAt)}, {visit.Who}{(visit.Channel is { Length: > 0 } channel ? ", " + channel.Replace('-', ' ') : "")}"
        : "";

    public static IEnumerable<Section> CrisisPlan(HandoutFacts facts, string title, bool withSummary)
    {
        if (facts.CrisisPlan is { } plan)
        {
            yield return Of(Headings.SafetyAlerts, title, "crisis-plan", new()
            {
                ["title"] = plan.Title ?? "Crisis plan",
                ["version"] = plan.Version,
                ["at"] = plan.At is { } at ? Wording.Day(at) : "",
                ["summary"] = withSummary ? plan.Summary : "",
            });
        }
    }

    public static Section ComeBack(HandoutFacts facts) => Of(Headings.Information, "How to come back to us", "come-back", new()
    {
        ["self"] = facts.Discharge?.SelfReferralRoute,
        ["refer"] = facts.Discharge?.ReferBackRoute,
        ["phone"] = facts.Phone,
    });

    /// <summary>The person's own words. The gate has taken out what is not theirs or not for this page.</summary>
    public static IEnumerable<Section> ToldUs(HandoutFacts facts)
    {
        if (facts.Discharge?.PatientConcerns is { } words)
        {
            yield return Of(Headings.Concerns, "What you told us", "told-us", new() { ["text"] = words.Text });
        }
    }

    public static Section Feedback(HandoutFacts facts) => Of(Headings.Information, "Tell us, or complain", "feedback", new() { ["phone"] = facts.Phone });

    /// <summary>Name and role: a direct number is for other professionals.</summary>
    public static string Named(Actor person) => string.Join(", ", new[] { person.Name, person.Role }.Where(p => !string.IsNullOrWhiteSpace(p)));

    public static Section Of(Heading heading, string title, string template, Dictionary<string, object?> model) =>
        new(heading, title, NarrativeRenderer.Render("handouts/" + template, model), []);
}
