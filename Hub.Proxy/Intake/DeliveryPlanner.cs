using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Hub.Proxy.Telemetry;

namespace Hub.Proxy.Intake;

/// <summary>The copies of one event.</summary>
/// <param name="Deliveries">One copy a recipient and document.</param>
/// <param name="Asks">What they ask, the same for every reader.</param>
internal sealed record PlannedCopies(IReadOnlyList<PlannedDelivery> Deliveries, IReadOnlyList<AskedTask> Asks);

/// <summary>Steps 3 to 5: who is told of an event, what each audience is told, and whether it may go.</summary>
internal sealed partial class DeliveryPlanner(IPartnerDirectory partners, MonitoringRuleBook rules, TimeProvider time, ILogger<DeliveryPlanner> logger)
{
    private const string FetchedProtocol = "pull";

    public PlannedCopies Plan(
        PlanDraft draft, ReceivedMessage received, Guid eventId, Applied applied, EpisodeState? before, PersonDraft person, int senderNotes)
    {
        var choice = RecipientList.Choose(applied.Effective, applied.After, person.Identity, partners.All, before);
        return Compose(draft, received, eventId, applied.Effective, applied.After, before, person, choice, senderNotes);
    }

    /// <summary>The partner that stands for a practice; null where no file serves it.</summary>
    public PartnerFile? PracticeAt(OdsCode code) => RecipientMatch.Practice(code, partners.All);

    /// <summary>Everyone who was told of an open episode of either person hears that the identity was corrected (clinical rule 4).</summary>
    public async Task<IReadOnlyList<PlannedDelivery>> PlanIdentityCorrectedAsync(
        PlanDraft draft, ReceivedMessage received, Guid eventId, CareEvent careEvent, MergeStands stands, PersonDraft person, CancellationToken cancellationToken)
    {
        var deliveries = new List<PlannedDelivery>();
        foreach (var personId in new[] { stands.Survivor, stands.Retired })
        {
            foreach (var episode in await draft.FindEpisodesAsync(personId, cancellationToken))
            {
                var choice = RecipientList.Choose(careEvent, episode.State, person.Identity, partners.All);
                deliveries.AddRange(Compose(draft, received, eventId, careEvent, episode.State, episode.State, person, choice).Deliveries
                    .Where(d => deliveries.All(e => e.PartnerId != d.PartnerId || e.RecipientName != d.RecipientName)));
            }
        }

        return deliveries;
    }

    private PlannedCopies Compose(
        PlanDraft draft, ReceivedMessage received, Guid eventId, CareEvent careEvent, EpisodeState? after, EpisodeState? before, PersonDraft person,
        RecipientChoice choice, int senderNotes = 0)
    {
        foreach (var missing in choice.Missing)
        {
            draft.Attention.Add(Attend(missing.Kind, missing.Reason, missing.Owner, missing.NextStep, received.ReceivedAt.AddHours(4), eventId, person, null));
        }

        var bodies = ComposeBodies(
            Request(careEvent, after, before, person, received.ReceivedAt) with { Rules = rules.Enabled },
            [.. choice.Recipients.Select(r => r.Audience).Distinct()]);
        var urgency = UrgencyRules.For(careEvent, before);
        var stops = UrgencyRules.StopsLaneWhenRefused(careEvent);
        var held = InvalidRules.HoldOf(partners.Find(received.SourceId), senderNotes);
        var deliveries = new List<PlannedDelivery>();
        foreach (var recipient in choice.Recipients)
        {
            var body = bodies[recipient.Audience];
            Add(body, DocumentPart.Shareable);

            // What the person must not find at home is a message of its own, for professionals only (clinical rule 20).
            if (body.ProfessionalsOnly is { } withheld)
            {
                Add(withheld, DocumentPart.ProfessionalsOnly);
            }

            void Add(ComposedBody document, DocumentPart part)
            {
                var deliveryId = Guid.CreateVersion7(time.GetUtcNow());
                var fault = InvalidRules.Of(document.Issues, recipient.Partner, stops);
                var shadow = recipient.Partner?.Mode == PartnerMode.Shadow;
                deliveries.Add(new PlannedDelivery
                {
                    DeliveryId = deliveryId,
                    PartnerId = recipient.Partner?.Id,
                    RecipientName = recipient.RecipientName,
                    Audience = recipient.Audience,
                    Body = document.Json,
                    Title = document.Title,
                    Part = part,
                    Urgency = urgency,
                    PartnerFileHash = recipient.Partner?.Hash,
                    StopsLaneWhenRefused = stops,
                    Withdraws = UrgencyRules.Withdraws(careEvent),

                    // A hold on the person is the store's, and lifts with it; this one needs a person's word for this copy, whatever becomes of the other.
                    HeldBecause = recipient.HeldBecause ?? held ?? (fault?.Policy == InvalidPolicy.Quarantine ? fault.Why : null),
                    WaitsBecause = recipient.Partner is { Protocol: FetchedProtocol } fetching ? $"{fetching.Name} fetches it itself." : null,
                    RefusedBecause = fault?.Policy == InvalidPolicy.Reject ? fault.Why : null,
                    Shadow = shadow,
                });
                if (shadow)
                {
                    return; // it waits for nobody: what would have held it is kept with it
                }

                AddAttention(draft, received, eventId, person, recipient, deliveryId, fault, held);
            }
        }

        return new PlannedCopies(deliveries, bodies.Values.Select(b => b.Asks).FirstOrDefault() ?? []);
    }

    /// <summary>A message under the ids of a record that was merged is about the survivor, whose NHS number the retired record may never have had.</summary>
    private static ComposeRequest Request(CareEvent careEvent, EpisodeState? after, EpisodeState? before, PersonDraft person, DateTimeOffset receivedAt)
    {
        // An episode that has not heard of the hiding is told as one that has (clinical rule 21).
        careEvent = HoldRules.IsHidden(person.Identity) ? careEvent with { Patient = careEvent.Patient with { LocationHiding = person.Identity.LocationHiding } } : careEvent;
        var request = new ComposeRequest { Event = careEvent, Episode = after, Before = before, ReceivedAt = receivedAt, Audience = Audience.Gp };
        return person.Known.FoundThrough.Count == 0 || careEvent is PatientMerged or PatientUnmerged or PatientLinkReported ? request : request with
        {
            Event = careEvent with { Patient = person.Identity },
            Episode = after is null ? null : after with { Patient = person.Identity },
        };
    }

    /// <summary>
    /// A fault of ours in composing must stop this event's copies and nothing else: thrown on, it would close the sender's connection, and the sender
    /// would send the same message for ever.
    /// </summary>
    private IReadOnlyDictionary<Audience, ComposedBody> ComposeBodies(ComposeRequest request, IReadOnlyList<Audience> audiences)
    {
        try
        {
            var began = time.GetTimestamp();
            var bodies = BundleComposer.ComposeAll(request, audiences);
            HubMeters.Composed(time.GetElapsedTime(began));
            return bodies;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogFault(CareEventJson.TypeName(request.Event), fault.GetType().Name, fault.TargetSite?.Name);
            var issue = new ConformanceIssue { Severity = IssueSeverity.Error, Unsendable = true, Rule = "composer-fault", Location = "Bundle", Text = fault.GetType().Name };
            return audiences.ToDictionary(a => a, _ => new ComposedBody { Json = "{}"u8.ToArray(), Title = "Cannot be rendered", Issues = [issue] });
        }
    }

    // Only the type and the method: a fault's text may hold something about a person.
    [LoggerMessage(1004, LogLevel.Error, "Composing {Event} failed with {Fault} in {Method}; its copies are held for the operator")]
    private partial void LogFault(string @event, string fault, string? method);

    private void AddAttention(
        PlanDraft draft, ReceivedMessage received, Guid eventId, PersonDraft person, ChosenRecipient recipient, Guid deliveryId, InvalidCopy? fault,
        string? heldForSender)
    {
        // Whereabouts hidden, death reported: a named person confirms within four hours where this copy may go (clinical rules 18 and 21).
        if (recipient.HeldBecause is { } held)
        {
            draft.Attention.Add(Attend(
                "confirm-route", $"The copy for {recipient.RecipientName} waits: {held}", "CRT shift lead",
                "Confirm by phone where it may go, then release it: hub delivery release.", received.ReceivedAt.AddHours(4), eventId, person, deliveryId));
        }

        if (recipient.Unroutable is { } unroutable)
        {
            draft.Attention.Add(Attend(
                "unroutable", unroutable.Reason, unroutable.Owner, unroutable.NextStep, received.ReceivedAt.AddHours(4), eventId, person, deliveryId));
        }

        if (fault is not null)
        {
            draft.Attention.Add(Attend(
                fault.Kind, $"The message for {recipient.RecipientName}: {fault.Why}", "Hub operator", fault.NextStep, received.ReceivedAt.AddMinutes(15), eventId, person, deliveryId));
        }

        if (heldForSender is not null)
        {
            draft.Attention.Add(Attend(
                "sender-data-held", $"The copy for {recipient.RecipientName} waits: {heldForSender}", "Hub operator, with the sender's integration engineer",
                "Read what the sender left out, then release the copy: hub delivery release.", received.ReceivedAt.AddMinutes(15), eventId, person, deliveryId));
        }
    }

    private PlannedAttention Attend(
        string kind, string reason, string owner, string nextStep, DateTimeOffset dueAt, Guid eventId, PersonDraft person, Guid? deliveryId) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = kind,
        Reason = reason,
        Owner = owner,
        NextStep = nextStep,
        Urgency = Urgency.Urgent,
        DueAt = dueAt,
        EventId = eventId,
        PersonId = person.PersonId,
        DeliveryId = deliveryId,
    };
}
