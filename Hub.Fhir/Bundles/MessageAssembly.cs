using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Puts one audience's message or document together from the parts that all share.</summary>
internal static class MessageAssembly
{
    public static Bundle ToMessage(ComposedCase composed, Audience audience)
    {
        var composition = ToComposition(composed, audience);
        return ToMessage(composed.File, composed.Story, composed.Parts.Entries, composition, composed.Author, audience.ToString());
    }

    public static Bundle ToDocument(ComposedCase composed, Audience audience)
    {
        var composition = ToComposition(composed, audience);
        var bundle = NewBundle(composed.File, Bundle.BundleType.Document, composed.File.EventId("Bundle", "document", audience.ToString()));
        bundle.Entry.Add(Entry(composition));
        bundle.Entry.AddRange(composed.Parts.Entries);
        return bundle;
    }

    /// <summary>A message of one Composition and what it refers to.</summary>
    public static Bundle ToMessage(CaseFile file, Story story, IEnumerable<Bundle.EntryComponent> entries, Composition composition, string author, string discriminator)
    {
        var header = MessageHeaderMapper.ToHeader(
            file.EventId("MessageHeader", discriminator), file.Event, story.TriggerEvent, author, [ResourceIds.Url(composition.Id!)]);
        var provenance = ProvenanceMapper.ToProvenance(
            file.Event, file.EventId("Provenance", discriminator), [ResourceIds.Url(composition.Id!)], author, author, file.ReceivedAt);
        var bundle = NewBundle(file, Bundle.BundleType.Message, file.EventId("Bundle", discriminator));
        bundle.Entry.Add(Entry(header));
        bundle.Entry.Add(Entry(composition));
        bundle.Entry.AddRange(entries);
        bundle.Entry.Add(Entry(provenance));
        return bundle;
    }

    /// <summary>What is asked, what it is, which version; nothing of the person.</summary>
    public static string Title(ComposedCase composed, Audience audience)
    {
        var mine = composed.Asks.Count(a => a.Owner == Party(audience));
        var kind = mine > 0 ? $"ACTION {mine}" : "INFO";
        return $"{kind}: {composed.Story.Subject}{(composed.Story.Version is { } version ? ", " + version : "")}";
    }

    private static Composition ToComposition(ComposedCase composed, Audience audience)
    {
        var file = composed.File;
        return CompositionMapper.ToComposition(new CompositionFacts
        {
            Id = file.EventId("Composition", audience.ToString()),
            Status = composed.Story.Status,
            Type = composed.Story.DocumentType,
            Title = Title(composed, audience),
            PatientUrl = file.PatientUrl,
            EncounterUrl = composed.EncounterUrl,
            Date = ((ClinicalTime?)file.WrittenAt).ToFhir()!,
            AuthorUrls = [composed.Author],
            CustodianUrl = composed.Author,
            ReplacesId = composed.Story.Replaces is { } replaced ? ResourceIds.OfEvent("Composition", replaced, audience.ToString()) : null,
            Sections = [ToComponent(Asked(composed, audience)), .. composed.SharedComponents],
            Handling = composed.Story.NotOnline ? ProfessionalsOnly.Handling : null,
        });
    }

    private static Section Asked(ComposedCase composed, Audience audience)
    {
        var mine = composed.Asks.Where(a => a.Owner == Party(audience));
        var others = composed.Asks.Where(a => a.Owner != Party(audience));
        var text = NarrativeRenderer.Render("sections/asked", new Dictionary<string, object?>
        {
            ["mine"] = mine.Select(a => Row(a, mine: true)).ToList(),
            ["others"] = others.Select(a => Row(a, mine: false)).ToList(),
            ["summary"] = FirstPage.Summary(composed, Party(audience)),
            ["contact"] = FirstPage.Contact(composed, audience),

            // Clinical rule 20: the NHS App shows a practice's filed letters; a ward's and a community team's are not read at home.
            ["home"] = audience == Audience.Gp && composed.Story.TellsWholeCase,
        });
        return new Section(Headings.Plan, "Asked of you, and by when", text, composed.AskEntries)
        {
            Parts = composed.Adjustments is { } adjustments ? [adjustments] : [],
        };
    }

    private static Dictionary<string, object?> Row(Ask ask, bool mine) => new()
    {
        ["owner"] = ComposedCase.OwnerText(ask),
        ["text"] = ask.Text + (mine && ask.OwnerTeam is not null && ask.OwnerName is { Length: > 0 } name ? $" ({name})" : ""),
        ["due"] = ask.Due is { } due ? Wording.When(due) : "no date stated",
    };

    private static CareParty Party(Audience audience) => audience switch
    {
        Audience.Gp => CareParty.Gp,
        Audience.Cmht => CareParty.Cmht,
        _ => CareParty.Ward,
    };

    public static Composition.SectionComponent ToComponent(Section section) => new()
    {
        Title = section.Title,
        Code = section.Heading.ToConcept(),
        Text = new Narrative
        {
            Status = Narrative.NarrativeStatus.Generated,
            Div = $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{section.Xhtml}</div>",
        },
        Entry = [.. section.Entries.Select(e => new ResourceReference(e))],
        Section = [.. section.Parts.Select(ToComponent)],
    };

    private static Bundle NewBundle(CaseFile file, Bundle.BundleType type, string id) => new()
    {
        Id = id,
        Identifier = Datatypes.UuidIdentifier(id),
        Type = type,
        TimestampElement = new Instant(file.ReceivedAt),
    };

    private static Bundle.EntryComponent Entry(Resource resource) => new() { FullUrl = ResourceIds.Url(resource.Id!), Resource = resource };
}
