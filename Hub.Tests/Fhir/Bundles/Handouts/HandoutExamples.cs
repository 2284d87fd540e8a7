using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Proxy.Episodes;
using Hub.Tests.Support;
using Shouldly;

namespace Hub.Tests.Fhir.Bundles.Handouts;

/// <summary>Plays events through the real episode history, and keeps what the last one is told from.</summary>
internal sealed partial class HandoutExamples
{
    public EpisodeState? State { get; private set; }
    public EpisodeState? Before { get; private set; }
    public CareEvent? Last { get; private set; }

    public ComposeRequest Request => Cases.Request(Last.ShouldNotBeNull(), Audience.Gp, State, Before);

    public static HandoutExamples Played(params CareEvent[] events)
    {
        var journey = new HandoutExamples();
        foreach (var happened in events)
        {
            journey.Hear(happened);
        }

        return journey;
    }

    public HandoutExamples Hear(CareEvent happened)
    {
        var applied = EpisodeHistory.Apply(State, happened, Cases.Received).ShouldBeOfType<Applied>($"{happened} was not applied");
        (Before, State, Last) = (State, applied.After, applied.Effective);
        return this;
    }

    public static ComposedBody Sound(ComposedBody? body)
    {
        body.ShouldNotBeNull().Issues.Where(i => i.Severity == IssueSeverity.Error).Select(i => $"{i.Rule} {i.Location} {i.Text}").ShouldBeEmpty();
        Emitted.Keep(body.Json);
        Emitted.KeepPage(HandoutPage.Render(body.Json));
        return body;
    }

    /// <summary>What the one who holds the page reads.</summary>
    public static string Read(ComposedBody body) => Words(HandoutPage.Render(body.Json));

    public static string Words(string page) =>
        Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(page[page.IndexOf("<body>", StringComparison.Ordinal)..], " ")), " ");

    public static string Bytes(ComposedBody body) => Encoding.UTF8.GetString(body.Json.Span);

    /// <summary>Keeps bundle and page as an example, which a person has read.</summary>
    public static void Keep(ComposedBody body, string name)
    {
        Golden.ShouldMatch(body.Json, name, Golden.Journeys);
        Keep(HandoutPage.Render(body.Json), name);
    }

    public static void Keep(string page, string name) => Golden.ShouldMatchText(page.Replace("><", ">\n<", StringComparison.Ordinal), name + ".html", Golden.Journeys);

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
