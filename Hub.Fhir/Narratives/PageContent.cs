namespace Hub.Fhir.Narratives;

/// <summary>What stands on the page of a message, before it is given a form: HTML for a screen, PDF for a practice's files.</summary>
public sealed record PageContent
{
    public required string Title { get; init; }

    /// <summary>Whose page it is: name, date of birth, NHS number in the way it is read out.</summary>
    public required string Person { get; init; }

    public required string Written { get; init; }
    public required string Version { get; init; }
    public required string Withdrawn { get; init; }

    /// <summary>The warning of document B; empty for a document that the person may read.</summary>
    public required string ProfessionalsOnly { get; init; }

    public required IReadOnlyList<PageSection> Sections { get; init; }
}

/// <summary>One section as the renderer made it.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Xhtml">What stands inside its <c>div</c>, escaped, from the allow-list of the narrative.</param>
/// <param name="Parts">Sections inside it.</param>
public sealed record PageSection(string Title, string Xhtml, IReadOnlyList<PageSection> Parts);
