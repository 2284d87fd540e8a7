using Hl7.Fhir.Model;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>One copy to hand over, before it is put together.</summary>
internal sealed record HandoutDraft
{
    public required CaseFile File { get; init; }
    public required HandoutParts Parts { get; init; }

    /// <summary><see cref="HandoutPage.PatientCopy"/> or <see cref="HandoutPage.CarerCopy"/>, with its display.</summary>
    public required (string Code, string Display) Handling { get; init; }

    /// <summary>The carer's id; empty for the person's own copy.</summary>
    public string Reader { get; init; } = "";

    /// <summary>Nothing of the person: it stands in lists and file names.</summary>
    public required string Title { get; init; }
    public required (string Code, string Display) Type { get; init; }
    public required IReadOnlyList<Section> Sections { get; init; }
    public CareEvent? Replaces { get; init; }
    public IReadOnlyList<ConformanceIssue> Issues { get; init; } = [];
}

/// <summary>
/// Puts a copy together as a document of its own, never a trimmed one of somebody else's (FHIR-MR-01: the contents of one document are identical for
/// every recipient).
/// </summary>
internal static class HandoutBundle
{
    /// <param name="draft">What the copy says.</param>
    /// <param name="request">The request as it came, with all that the copy must not hold: the check looks for it.</param>
    public static ComposedBody ToBody(HandoutDraft draft, ComposeRequest request)
    {
        var (file, parts) = (draft.File, draft.Parts);
        var composition = CompositionMapper.ToComposition(new CompositionFacts
        {
            Id = file.EventId("Composition", draft.Handling.Code, draft.Reader),
            Status = draft.Replaces is null ? CompositionStatus.Final : CompositionStatus.Amended,
            Type = draft.Type,
            Title = draft.Title,
            PatientUrl = parts.Patient,
            Date = ((ClinicalTime?)file.WrittenAt).ToFhir()!,
            AuthorUrls = [parts.Author],
            CustodianUrl = parts.Author,
            ReplacesId = draft.Replaces is { } earlier ? ResourceIds.OfEvent("Composition", earlier, draft.Handling.Code, draft.Reader) : null,
            Sections = [.. draft.Sections.Select((s, i) => MessageAssembly.ToComponent(WithEntry(draft, s, i)))],
        });
        composition.Meta!.Tag.Add(new Coding(CodeSystems.Handling, draft.Handling.Code, draft.Handling.Display));

        var id = file.EventId("Bundle", draft.Handling.Code, draft.Reader);
        var bundle = new Bundle
        {
            Id = id,
            Identifier = Datatypes.UuidIdentifier(id),
            Type = Bundle.BundleType.Document,
            TimestampElement = new Instant(file.ReceivedAt),
        };
        bundle.Entry.Add(new Bundle.EntryComponent { FullUrl = ResourceIds.Url(composition.Id!), Resource = composition });
        bundle.Entry.AddRange(parts.Entries);
        return Check(bundle, draft, request);
    }

    // What no other resource carries is a Communication, so that text and entries say the same (UK Core hazard FHIR003).
    private static Section WithEntry(HandoutDraft draft, Section section, int number) => section.Entries.Count > 0 ? section : section with
    {
        Entries =
        [
            draft.Parts.Add(CommunicationMapper.ToPrepared(
                draft.File.EventId("Communication", draft.Handling.Code, draft.Reader, number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                draft.Parts.Patient, draft.Parts.Author, XhtmlText.Lines(section.Xhtml))),
        ],
    };

    private static ComposedBody Check(Bundle bundle, HandoutDraft draft, ComposeRequest request)
    {
        var json = FhirJson.Write(bundle);
        return new ComposedBody
        {
            Json = json,
            Title = draft.Title,
            Issues =
            [
                .. ConformanceCheck.Of(bundle),
                .. draft.File.PlacesHidden ? PlaceScan.Of(json, request) : [],
                .. HandoutScan.Of(json, request),
                .. draft.Issues,
            ],
        };
    }
}
