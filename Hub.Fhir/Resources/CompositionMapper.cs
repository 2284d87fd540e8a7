using Hl7.Fhir.Model;

namespace Hub.Fhir.Resources;

/// <summary>The head of a document: what it is, about whom, by whom, and what it replaces.</summary>
internal sealed record CompositionFacts
{
    public required string Id { get; init; }
    public required CompositionStatus Status { get; init; }
    public required (string Code, string Display) Type { get; init; }
    public required string Title { get; init; }
    public required string PatientUrl { get; init; }
    public string? EncounterUrl { get; init; }

    /// <summary>Names the episode where the bundle holds no Encounter to point at.</summary>
    public Identifier? EpisodeIdentifier { get; init; }
    public required FhirDateTime Date { get; init; }
    public required IReadOnlyList<string> AuthorUrls { get; init; }
    public string? CustodianUrl { get; init; }

    /// <summary>Id of the Composition that this one replaces.</summary>
    public string? ReplacesId { get; init; }
    public required IReadOnlyList<Composition.SectionComponent> Sections { get; init; }

    /// <summary>A handling tag such as <c>professionals-only</c>.</summary>
    public string? Handling { get; init; }
}

/// <summary>The document in front of the entries, as UK Core Composition.</summary>
internal static class CompositionMapper
{
    public static Composition ToComposition(CompositionFacts facts)
    {
        var composition = ProfileClaims.Claim(new Composition
        {
            Id = facts.Id,
            Language = "en-GB",
            Identifier = Datatypes.UuidIdentifier(facts.Id),
            Status = facts.Status,
            Type = Datatypes.Concept(CodeSystems.Snomed, facts.Type.Code, facts.Type.Display),
            Subject = new ResourceReference(facts.PatientUrl),
            Encounter = facts.EncounterUrl is { } url ? new ResourceReference(url) : facts.EpisodeIdentifier is { } episode ? new ResourceReference { Identifier = episode } : null,
            DateElement = facts.Date,
            Author = [.. facts.AuthorUrls.Select(url => new ResourceReference(url))],
            Title = facts.Title,
            // GP Connect receivers refuse R (20009); what must not be seen is not in here at all.
            Confidentiality = Composition.V3ConfidentialityClassification.N,
            Custodian = facts.CustodianUrl is null ? null : new ResourceReference(facts.CustodianUrl),
            RelatesTo = facts.ReplacesId is null ? [] : [new Composition.RelatesToComponent
            {
                Code = DocumentRelationshipType.Replaces,
                Target = Datatypes.UuidIdentifier(facts.ReplacesId),
            }],
            Section = [.. facts.Sections],
        });

        if (facts.Handling is { } handling)
        {
            composition.Meta!.Tag.Add(new Coding(CodeSystems.Handling, handling, "Professionals only: do not make visible online"));
        }

        return composition;
    }
}
