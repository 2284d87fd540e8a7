using Hl7.Fhir.Model;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>One event, told and mapped once; each audience's message is put together from it.</summary>
internal sealed class ComposedCase
{
    public required CaseFile File { get; init; }
    public required Story Story { get; init; }
    public required PartSet Parts { get; init; }
    public required string Author { get; init; }
    public required string? EncounterUrl { get; init; }

    /// <summary>Every section but the first, which is worded for its reader.</summary>
    public required IReadOnlyList<Section> Shared { get; init; }

    /// <summary>The same sections as FHIR has them: one object each, whoever is told.</summary>
    public required IReadOnlyList<Composition.SectionComponent> SharedComponents { get; init; }

    /// <summary>What every audience's message holds, so that it is judged once.</summary>
    public required SharedParts SharedParts { get; init; }
    public BundleWriter Writer { get; } = new();
    public required Section? Adjustments { get; init; }
    public required IReadOnlyList<Ask> Asks { get; init; }

    /// <summary>The same for who follows them.</summary>
    public IReadOnlyList<AskedTask> AskedTasks => field ??=
        [.. Asks.Select(a => new AskedTask(a.Id, File.EventId("Task", a.Id), a.Owner, a.OwnerPerson?.Name ?? a.OwnerName, a.Text, a.Due))];

    /// <summary>Tasks and proposals of the asks, in their order.</summary>
    public required IReadOnlyList<string> AskEntries { get; init; }

    public static ComposedCase Of(CaseFile file)
    {
        var parts = new PartSet(file);
        var author = parts.Author();
        var story = StoryTeller.Tell(file, parts, file.Event);
        var earlier = file.CarriedForward.Where(e => e.SourceMessageId != file.Event.SourceMessageId)
            .Select(e => (Event: e, Story: StoryTeller.Tell(file, parts, e))).ToList();
        var changes = Changes(story, earlier.Count == 0 ? [] : [.. ChangeStory.CarriedForward(file)]);

        var mapped = new CaseParts(file, parts);
        var sections = new List<Section>();
        if (story.TellsWholeCase)
        {
            mapped.MapEpisode();
        }

        var medicines = story.TellsWholeCase || changes.Count > 0 ? mapped.MapMedicines(changes) : null;
        // What is due first is read first; without a date it comes last, in the order it was sent.
        var asks = story.Asks.Concat(earlier.SelectMany(e => e.Story.Asks)).DistinctBy(a => a.Id).OrderBy(a => a.Due?.Instant ?? DateTimeOffset.MaxValue).ToList();
        var askEntries = MapAsks(file, parts, asks, author);
        var monitoring = MonitoringGrid.Of(changes, file.ListConfirmed is null ? [] : file.Medicines.Current, file.PhysicalHealth, file.Rules);
        sections.Add(Changed(file, parts, story, changes, earlier, mapped, monitoring));
        if (medicines is not null)
        {
            sections.Add(medicines);
        }

        if (story.TellsWholeCase)
        {
            sections.Add(CaseSections.Allergies(file, parts));
            sections.Add(CaseSections.Safety(file, parts));
            sections.AddRange(story.Details);
            sections.AddRange(CaseSections.Rest(file, parts, mapped, monitoring));
        }

        sections.AddRange(CaseSections.Identity(file, parts));
        var components = sections.ConvertAll(MessageAssembly.ToComponent);
        var adjustments = CaseSections.Adjustments(file, parts);
        return new ComposedCase
        {
            File = file,
            Story = story,
            Parts = parts,
            Author = author,
            EncounterUrl = mapped.EncounterUrl,
            Shared = sections,
            SharedComponents = components,
            SharedParts = new SharedParts(parts.Entries, components),
            Adjustments = adjustments,
            Asks = asks,
            AskEntries = askEntries,
        };
    }

    // Oldest first; an earlier change that was not accepted stands before the one that came after it.
    private static List<CardLine> Changes(Story story, IReadOnlyList<CardLine> carried) =>
        [.. carried.Concat(story.Changes).OrderBy(c => c.Group).ThenBy(c => c.OccurredAt.Instant)];

    private static Section Changed(
        CaseFile file, PartSet parts, Story story, List<CardLine> changes, List<(CareEvent Event, Story Story)> earlier, CaseParts mapped,
        IReadOnlyList<MonitoringRow> monitoring)
    {
        var card = changes.Count == 0
            ? ContinuityCard.Empty
            : new ContinuityCard { Lines = changes, Checks = ContinuityChecks.Of(changes, file.Medicines, file.ListConfirmed, file.Plan, monitoring, file.Rules.Count > 0,
                file.Confirmed.Confirmation is null ? [] : [.. file.Confirmed.Earlier, .. file.Confirmed.Later]) };
        var entries = story.NewsEntries.Concat(changes.Select(c => mapped.Statements[c.Line.LineId])).Distinct().ToList();
        if (entries.Count == 0)
        {
            // What no other resource carries is a Communication, so that text and entries say the same (UK Core hazard FHIR003).
            entries.Add(parts.Add(CommunicationMapper.ToNews(file.EventId("Communication", "news"), parts.Patient, parts.Organization(file.Author), file.Event.OccurredAt, story.News)));
        }

        var again = earlier.Select(e => (Wording.When(e.Event.OccurredAt), e.Story.Subject, e.Story.News)).ToList();
        return new Section(Headings.WhatChanged, "What changed", MedicineNarrative.Changes(file, story, card, again), entries);
    }

    private static List<string> MapAsks(CaseFile file, PartSet parts, List<Ask> asks, string author)
    {
        var entries = new List<string>();
        foreach (var ask in asks)
        {
            string? proposal = null;
            if (ask.Line is { } line && MedicationRequestMapper.Asks(line.GpRequest) && !(line.GpRequest == GpRequest.Repeat && MedicineFacts.CannotRepeat(line)))
            {
                proposal = parts.Add(MedicationRequestMapper.ToProposal(
                    line, file.EventId("MedicationRequest", ask.Id), parts.Patient, parts.Practice, author, ask.Text, file.WrittenAt));
                entries.Add(proposal);
            }

            entries.Add(parts.Add(TaskMapper.ToTask(
                file.EventId("Task", ask.Id), ask.Text, parts.Patient, OwnerText(ask), Owner(parts, ask), author, ask.Due, file.WrittenAt, proposal)));
        }

        if (file.Plan.Count > 0)
        {
            var tasks = asks.Where(a => a.Id.StartsWith("plan-", StringComparison.Ordinal)).Select(a => ResourceIds.Url(file.EventId("Task", a.Id))).ToList();
            if (tasks.Count > 0)
            {
                entries.Add(parts.Add(CarePlanMapper.ToCarePlan(file.CaseId("CarePlan"), "Plan", parts.Patient, author, file.WrittenAt, tasks)));
            }
        }

        return entries;
    }

    public static string OwnerText(Ask ask) => ask.OwnerPerson?.Name ?? ask.OwnerName ?? Wording.Party(ask.Owner);

    // A person named in the plan stands before a team; a team known only by name has no address.
    private static string? Owner(PartSet parts, Ask ask) => ask switch
    {
        { OwnerPerson: { } person } => parts.Role(person),
        { OwnerTeam: { } team } => parts.Organization(team),
        { OwnerName.Length: > 0 } => null,
        _ => parts.Owner(ask.Owner),
    };
}
