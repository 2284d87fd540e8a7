using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>
/// Document B: what a professional must know and the person must not find at home (clinical rule 20). A message of its own, under the same
/// event; document A does not mention it.
/// </summary>
internal static class ProfessionalsOnly
{
    public const string Handling = "professionals-only";

    public const string Title = "PROFESSIONALS ONLY: do not make visible online";

    /// <summary>Null where there is nothing to keep apart.</summary>
    public static ComposedBody? Of(ComposedCase composed, ComposeRequest request)
    {
        var file = composed.File;
        var closed = RemarkGate.Closed(file);
        if (closed.Count == 0)
        {
            return null;
        }

        var parts = new PartSet(file);
        var author = parts.Author();
        var text = Sections.Facts(Headings.ProfessionalsOnly, Title, closed.Select(c => (c.Label, (string?)c.Text)).Append(("Questions", FirstPage.Author(file))),
            [parts.Add(CommunicationMapper.ToNews(file.EventId("Communication", "professionals-only"), parts.Patient, author, file.Event.OccurredAt, closed.Select(c => $"{c.Label}: {c.Text}")))],
            ["Not for the person, not for anyone at the person's home, not for an online record."]);
        var composition = CompositionMapper.ToComposition(new CompositionFacts
        {
            Id = file.EventId("Composition", "professionals-only"),
            Status = composed.Story.Status,
            Type = composed.Story.DocumentType,
            Title = $"{Title}; {composed.Story.Subject}",
            PatientUrl = file.PatientUrl,

            // Documents A and B are told apart from all others by the episode that both name (clinical rule 20: the same SenderReference).
            EpisodeIdentifier = file.Key is { } key ? EncounterMapper.EpisodeIdentifier(key) : null,
            Date = ((Events.ClinicalTime?)file.WrittenAt).ToFhir()!,
            AuthorUrls = [author],
            CustodianUrl = author,
            ReplacesId = null,
            Sections = [MessageAssembly.ToComponent(text)],
            Handling = Handling,
        });
        var bundle = MessageAssembly.ToMessage(file, composed.Story, parts.Entries, composition, author, "professionals-only");
        return BundleComposer.Check(bundle, $"{Title}; {composed.Story.Subject}", composed, request);
    }
}
