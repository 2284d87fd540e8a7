using System.Net;
using System.Text.RegularExpressions;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Proxy.Episodes;
using Hub.Tests.Support;
using Shouldly;

namespace Hub.Tests.Fhir.Bundles;

/// <summary>Plays the events of one person through the real episode history and the real composer, as they came in.</summary>
internal sealed partial class JourneyExamples
{
    private EpisodeState? state;
    private EpisodeState? before;
    private CareEvent? last;

    /// <summary>Applies an event. Null where nothing leaves: a repeat, or something a person decides.</summary>
    public JourneyExamples? Hear(CareEvent happened)
    {
        if (EpisodeHistory.Apply(state, happened, Cases.Received) is not Applied applied)
        {
            return null;
        }

        (before, state, last) = (state, applied.After, applied.Effective);
        return this;
    }

    /// <summary>What one reader gets of the last event that left.</summary>
    public ComposedBody For(Audience audience, params CareEvent[] notAccepted)
    {
        var body = BundleComposer.Compose(Cases.Request(last.ShouldNotBeNull(), audience, state, before) with { CarriedForward = notAccepted });
        body.Issues.Where(i => i.Severity == IssueSeverity.Error).ShouldBeEmpty();
        return body;
    }

    /// <summary>What a person reads.</summary>
    public static string Text(ComposedBody body)
    {
        var page = NarrativePage.Render(body.Json);
        return Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(page[page.IndexOf("<body>", StringComparison.Ordinal)..], " ")), " ");
    }

    /// <summary>The first page: what is asked, what changed, current medicines.</summary>
    public static string FirstPage(ComposedBody body) => Text(body) is var text && text.IndexOf("Allergies and adverse reactions", StringComparison.Ordinal) is > 0 and var end ? text[..end] : Text(body);

    /// <summary>Keeps bundle and page as an example, which a person has read.</summary>
    public static void Keep(ComposedBody body, string name)
    {
        Golden.ShouldMatch(body.Json, name, Golden.Journeys);
        Golden.ShouldMatchText(NarrativePage.Render(body.Json).Replace("><", ">\n<", StringComparison.Ordinal), name + ".html", Golden.Journeys);
    }

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
