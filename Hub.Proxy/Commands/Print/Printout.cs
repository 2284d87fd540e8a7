using Hub.Fhir.Bundles;
using Hub.Fhir.Bundles.Handouts;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands.Print;

/// <summary>One page of an episode as it stands now, or why there is none. Composed anew each time: consent, a death and hidden places count as they stand (clinical rules 20 to 22).</summary>
internal sealed record Printout
{
    /// <summary>A standalone A4 page; null where <see cref="Refused"/> says why there is none.</summary>
    public string? Html { get; init; }

    /// <summary>The FHIR document or message that the page was made from; null for a sheet, which has none.</summary>
    public ReadOnlyMemory<byte>? Json { get; init; }

    /// <summary>A file that is no page, such as a PDF or a message; null where <see cref="Html"/> is what to write.</summary>
    public ReadOnlyMemory<byte>? File { get; init; }

    /// <summary>In words without anything of the person.</summary>
    public string? Refused { get; init; }

    /// <summary>How the page may reach its reader, for whoever prints it; null where nothing is to be said.</summary>
    public string? Handling { get; init; }

    public static IReadOnlyList<string> Kinds { get; } = ["patient-copy", "carer-copy", "who-we-are", "discharge-plan", "gp", "cmht", "ward", "document", "itk3", "pdf"];

    public static Printout Of(string what, string? carer, EpisodeView episode, IReadOnlyList<MonitoringRule> rules) => what switch
    {
        "patient-copy" => PatientPage(episode),
        "carer-copy" => CarerPage(episode, carer),
        "who-we-are" => Sheet(WhoWeAreSheet.WhyNot(episode.State), WhoWeAreSheet.Render(episode.State), episode.State),
        "discharge-plan" => Sheet(DischargePlanSheet.WhyNot(episode.State), DischargePlanSheet.Render(episode.State), episode.State),
        "gp" => Professional(episode, Audience.Gp, rules),
        "cmht" => Professional(episode, Audience.Cmht, rules),
        "ward" => Professional(episode, Audience.Ward, rules),
        "document" => Document(episode, rules),
        "itk3" or "pdf" => PracticeFile.Of(what, episode, Professional(episode, Audience.Gp, rules)),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "not one of the kinds"),
    };

    private static Printout PatientPage(EpisodeView episode)
    {
        if (Newest(episode, e => e is Discharge or DischargeCancelled or MedicationChange) is not { } told)
        {
            return No("The episode has no change of medicines and no discharge to make a copy of.");
        }

        var request = Request(told, episode, Audience.Gp, []);
        return PatientCopy.WhyNot(request) is { } why ? No(why) : Handout(PatientCopy.Compose(request)!, episode.State);
    }

    private static Printout CarerPage(EpisodeView episode, string? carer)
    {
        var carers = episode.State.Carers.GroupBy(c => c.Id).Select(g => g.Last()).ToList();
        var chosen = carers.Find(c => c.Id == carer) ?? (int.TryParse(carer, out var number) && number > 0 && number <= carers.Count ? carers[number - 1] : null);
        if (chosen is null)
        {
            return No($"Name the carer with --carer: a number from 1 to {carers.Count}, or the contact's id.");
        }

        if (episode.Events.Count == 0)
        {
            return No("The store holds no event of this episode.");
        }

        var request = Request(episode.Events[0], episode, Audience.Gp, []);
        return CarerCopy.WhyNot(request, chosen) is { } why ? No(why) : Handout(CarerCopy.Compose(request, chosen)!, null);
    }

    private static Printout Professional(EpisodeView episode, Audience audience, IReadOnlyList<MonitoringRule> rules)
    {
        if (episode.Events.Count == 0)
        {
            return No("The store holds no event of this episode.");
        }

        var body = BundleComposer.Compose(Request(episode.Events[0], episode, audience, rules));
        return Checked(body) ?? new Printout
        {
            Html = NarrativePage.Render(body.Json),
            Json = body.Json,
            Handling = body.ProfessionalsOnly is null ? null : "There is a second document for professionals only; it is not in this page.",
        };
    }

    private static Printout Document(EpisodeView episode, IReadOnlyList<MonitoringRule> rules)
    {
        if (Newest(episode, e => e is Discharge or DischargeCancelled) is not { } told)
        {
            return No("A document is made of a discharge and of its withdrawal only.");
        }

        var body = DocumentComposer.Compose(Request(told, episode, Audience.Gp, rules));
        return Checked(body) ?? new Printout { Html = NarrativePage.Render(body.Json), Json = body.Json };
    }

    private static Printout Handout(ComposedBody body, EpisodeState? person) =>
        Checked(body) ?? new Printout { Html = HandoutPage.Render(body.Json), Json = body.Json, Handling = person is null ? ByHand : Ways(person.Patient.SafeContact) };

    private static Printout Sheet(string? why, string? page, EpisodeState person) =>
        page is null ? No(why ?? "The sheet cannot be made.") : new Printout { Html = page, Handling = Ways(person.Patient.SafeContact) };

    private const string ByHand = "Hand it over yourself: nothing says that another way reaches the carer alone.";

    // Clinical rule 20: safeContact governs post, text messages and e-mail; what was not asked is not safe.
    private static string Ways(SafeContact? safe)
    {
        var ways = new (string Way, bool? Safe)[] { ("post", safe?.Post), ("e-mail", safe?.Email) }.Where(w => w.Safe != true)
            .Select(w => w.Way + (w.Safe == false ? " is not safe" : ": nobody has asked whether it is safe")).ToList();
        return ways.Count == 0 ? "Post and e-mail are safe for this person." : $"Hand it over yourself: {string.Join("; ", ways)}.";
    }

    private static Printout? Checked(ComposedBody body) => body.Issues.FirstOrDefault(i => i.Severity == IssueSeverity.Error) is { } broken
        ? No($"The page breaks {broken.Rule}: {broken.Text}")
        : null;

    private static EpisodeEventView? Newest(EpisodeView episode, Func<CareEvent, bool> which) => episode.Events.FirstOrDefault(e => which(e.Event));

    private static ComposeRequest Request(EpisodeEventView told, EpisodeView episode, Audience audience, IReadOnlyList<MonitoringRule> rules) => new()
    {
        // An old event told what was true of the person then; whether places are hidden counts as it stands now (clinical rule 21).
        Event = told.Event with { Patient = episode.State.Patient },
        Episode = episode.State,
        Before = told.Before,
        Audience = audience,
        ReceivedAt = told.ReceivedAt,
        Rules = rules,
    };

    private static Printout No(string why) => new() { Refused = why };
}
