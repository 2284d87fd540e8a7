using Microsoft.AspNetCore.Mvc.Filters;

namespace Hub.Proxy.Access.People;

/// <summary>Whom a page or an endpoint is about: what its address names.</summary>
internal enum About
{
    /// <summary>Nobody, or many: what a list shows is the list's own matter.</summary>
    Nobody,
    Episode,
    Obligation,
    Person,

    /// <summary>A message, or one of its events or copies.</summary>
    Message,
    AttentionEntry,
}

/// <summary>What somebody who signed in needs for an endpoint. Stands on each that is for people; one without it answers nobody.</summary>
/// <param name="Right">What they must be allowed to do.</param>
/// <param name="About">Whom the address names.</param>
/// <param name="Least">How much of that person they must see.</param>
/// <param name="Key">The part of the address that names them.</param>
internal sealed record PersonNeed(PersonRight Right, About About = About.Nobody, Sight Least = Sight.That, string Key = "id")
{
    /// <summary>Holds no word about a patient, and machines ask for it: from the hub's own machine nobody signs in for it.</summary>
    public bool AlsoForMachinesHere { get; init; }
}

/// <summary>How endpoints say it.</summary>
internal static class PersonNeedExtensions
{
    public static T ForPeople<T>(this T builder, PersonRight right, About about = About.Nobody, Sight least = Sight.That, string key = "id")
        where T : IEndpointConventionBuilder => builder.ForPeople(new PersonNeed(right, about, least, key));

    public static T ForPeople<T>(this T builder, PersonNeed need)
        where T : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(need));
        return builder;
    }
}

/// <summary>
/// What each page of the console, and each act on it, needs: the whole of it, in one place. A page or an act that is not here is for nobody, and a test finds it.
/// </summary>
internal static class PageNeeds
{
    /// <summary>By the page's address as its file has it.</summary>
    public static IReadOnlyDictionary<string, PersonNeed> Pages { get; } = new Dictionary<string, PersonNeed>(StringComparer.Ordinal)
    {
        ["console"] = new(PersonRight.Figures),
        ["console/access"] = new(PersonRight.Access),
        ["console/alerts"] = new(PersonRight.Lists),
        ["console/arrivals"] = new(PersonRight.Caseload),
        ["console/attention"] = new(PersonRight.Lists),
        ["console/attention/{id:guid}"] = new(PersonRight.Lists, About.AttentionEntry),
        ["console/audit"] = new(PersonRight.Audit),
        ["console/break-glass"] = new(PersonRight.BreakGlass),
        ["console/clocks"] = new(PersonRight.Figures),
        ["console/handovers"] = new(PersonRight.Messages),
        ["console/handovers/{episode:long}"] = new(PersonRight.Handovers, About.Episode, Sight.Who, "episode"),
        ["console/handovers/{episode:long}/print/{what}"] = new(PersonRight.Handovers, About.Episode, Sight.Content, "episode"),
        ["console/handovers/{episode:long}/story"] = new(PersonRight.Handovers, About.Episode, Sight.Content, "episode"),
        ["console/inbox/{partner}"] = new(PersonRight.Caseload),
        ["console/messages"] = new(PersonRight.Lists),
        ["console/messages/{id:guid}"] = new(PersonRight.Messages, About.Message),
        ["console/messages/{id:guid}/replay/{delivery:guid}"] = new(PersonRight.Deliver, About.Message),
        ["console/messages/{id:guid}/trace"] = new(PersonRight.Messages, About.Message),
        ["console/obligations/{id:guid}"] = new(PersonRight.Handovers, About.Obligation, Sight.Who),
        ["console/partners"] = new(PersonRight.Lists),
        ["console/partners/{id}"] = new(PersonRight.Lists),
        ["console/partners/{id}/sheet"] = new(PersonRight.Deliver),
        ["console/people/{id:guid}"] = new(PersonRight.Handovers, About.Person, Sight.Who),
        ["console/reports"] = new(PersonRight.Figures),
        ["console/shift"] = new(PersonRight.Caseload),
        ["console/system"] = new(PersonRight.Figures),
        ["console/try"] = new(PersonRight.Try),
    };

    /// <summary>Acts that need more than their page, by the page and the method that runs.</summary>
    public static IReadOnlyDictionary<(string Page, string Act), PersonNeed> Acts { get; } = new Dictionary<(string, string), PersonNeed>
    {
        [("console/alerts", "OnPostAsync")] = new(PersonRight.Answer),
        [("console/attention", "OnPostCloseAsync")] = new(PersonRight.Deliver),
        [("console/attention/{id:guid}", "OnPostCloseAsync")] = new(PersonRight.Deliver, About.AttentionEntry),
        [("console/attention/{id:guid}", "OnPostReleaseAsync")] = new(PersonRight.Deliver, About.AttentionEntry),
        [("console/break-glass", "OnPostAsync")] = new(PersonRight.BreakGlass),
        [("console/messages", "OnPostAsync")] = new(PersonRight.Lists),
        [("console/messages/{id:guid}", "OnPostContentAsync")] = new(PersonRight.Messages, About.Message, Sight.Content),
        [("console/messages/{id:guid}", "OnPostReleaseAsync")] = new(PersonRight.Deliver, About.Message),
        [("console/messages/{id:guid}/replay/{delivery:guid}", "OnPostAsync")] = new(PersonRight.Deliver, About.Message),
        [("console/messages/{id:guid}/trace", "OnPostAsync")] = new(PersonRight.Messages, About.Message, Sight.Content),
        [("console/obligations/{id:guid}", "OnPostAsync")] = new(PersonRight.Answer, About.Obligation, Sight.Who),
        [("console/partners", "OnPostHoldAsync")] = new(PersonRight.Deliver),
        [("console/partners", "OnPostReleaseAsync")] = new(PersonRight.Deliver),
        [("console/partners/{id}", "OnPostProbeAsync")] = new(PersonRight.Probe),
        [("console/try", "OnPostAsync")] = new(PersonRight.Try),
    };

    /// <summary>Pages that are there before anybody signs in; they hold no word of what the hub does.</summary>
    public static IReadOnlySet<string> BeforeSignIn { get; } = new HashSet<string>(StringComparer.Ordinal) { "console/sign-in" };

    /// <summary>What a method of a page needs. Reading needs what the page needs; an act that is not in the list is for nobody.</summary>
    public static PersonNeed? Of(string page, string method, string verb) =>
        Acts.GetValueOrDefault((page, method)) ?? (verb.Equals("GET", StringComparison.OrdinalIgnoreCase) ? Pages.GetValueOrDefault(page) : null);
}
