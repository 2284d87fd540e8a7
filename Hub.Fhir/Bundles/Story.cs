using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Something asked of somebody. One ask is one Task and one line on the first page.</summary>
internal sealed record Ask
{
    /// <summary>Unique within the event: the plan's own id, or a kind and a line id.</summary>
    public required string Id { get; init; }
    public required CareParty Owner { get; init; }
    public string? OwnerName { get; init; }
    public Actor? OwnerPerson { get; init; }

    /// <summary>The very team that is asked, where it may be another than the one on record.</summary>
    public Team? OwnerTeam { get; init; }
    public required string Text { get; init; }
    public ClinicalTime? Due { get; init; }

    /// <summary>The medicine line it is about.</summary>
    public MedicineLine? Line { get; init; }
    public bool Practical { get; init; }
    public bool? AgreedWithPatient { get; init; }
}

/// <summary>One section of the Composition: its text and its entries were made from the same values.</summary>
internal sealed record Section(Heading Heading, string Title, string Xhtml, IReadOnlyList<string> Entries)
{
    public IReadOnlyList<Section> Parts { get; init; } = [];
}

/// <summary>What one event says: told once, and worded from here for every reader.</summary>
internal sealed record Story
{
    /// <summary>What it is, for titles: "CRT discharge".</summary>
    public required string Subject { get; init; }

    /// <summary>What happened, one fact a line, the first one the most important.</summary>
    public required IReadOnlyList<string> News { get; init; }
    public IReadOnlyList<CardLine> Changes { get; init; } = [];
    public IReadOnlyList<Ask> Asks { get; init; } = [];

    /// <summary>Sections of this family of events, after the medicines and risks.</summary>
    public IReadOnlyList<Section> Details { get; init; } = [];

    /// <summary>References of "what changed" beside the medicines.</summary>
    public IReadOnlyList<string> NewsEntries { get; init; } = [];

    /// <summary>The event that this one replaces or withdraws, by its source id; null where it stands alone.</summary>
    public CareEvent? Replaces { get; init; }

    /// <summary>"v3 replaces 3 May 2026"; null for a first version.</summary>
    public string? Version { get; init; }
    public CompositionStatus Status { get; init; } = CompositionStatus.Final;

    /// <summary>True where the person or a proxy must not meet it in an online record (clinical rule 20); then it is marked as document B is.</summary>
    public bool NotOnline { get; init; }

    /// <summary>False where medicines, risks and the episode are not told again, as for a merge or a missed visit.</summary>
    public bool TellsWholeCase { get; init; } = true;

    /// <summary>HL7 v2 table 0003 code where the event has one.</summary>
    public string? TriggerEvent { get; init; }

    /// <summary>What the document is: SNOMED CT code and its words.</summary>
    public (string Code, string Display) DocumentType { get; init; } = ("371531000", "Report of clinical encounter");

    /// <summary>Things that must keep this message from leaving by itself.</summary>
    public IReadOnlyList<Conformance.ConformanceIssue> Issues { get; init; } = [];
}
