using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Intake;

/// <summary>Steps 3 to 5: who is told of an event, what each audience is told, and whether it may go.</summary>
internal sealed partial class DeliveryPlanner(IPartnerDirectory partners, TimeProvider time, ILogger<DeliveryPlanner> logger)
{
    public IReadOnlyList<PlannedDelivery> Plan(
        PlanDraft draft, ReceivedMessage received, Guid eventId, Applied applied, EpisodeState? before, PersonDraft person)
    {
        var choice = RecipientList.Choose(applied.Effective, applied.After, person.Identity, partners.All);
        return Compose(draft, received, eventId, applied.Effective, applied.After, before, person, choice);
    }

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
                deliveries.AddRange(Compose(draft, received, eventId, careEvent, episode.State, episode.State, person, choice)
                    .Where(d => deliveries.All(e => e.PartnerId != d.PartnerId || e.RecipientName != d.RecipientName)));
            }
        }

        return deliveries;
    }

    private List<PlannedDelivery> Compose(
        PlanDraft draft, ReceivedMessage received, Guid eventId, CareEvent careEvent, EpisodeState? after, EpisodeState? before, PersonDraft person,
        RecipientChoice choice)
    {
        foreach (var missing in choice.Missing)
        {
            draft.Attention.Add(Attend(missing.Kind, missing.Reason, missing.Owner, missing.NextStep, received.ReceivedAt.AddHours(4), eventId, person, null));
        }

        var bodies = ComposeBodies(
            new ComposeRequest { Event = careEvent, Episode = after, Before = before, ReceivedAt = received.ReceivedAt, Audience = Audience.Gp },
            [.. choice.Recipients.Select(r => r.Audience).Distinct()]);
        var urgency = UrgencyRules.For(careEvent, before);
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
                var broken = document.Issues.FirstOrDefault(i => i.Severity == IssueSeverity.Error);
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
                    StopsLaneWhenRefused = UrgencyRules.StopsLaneWhenRefused(careEvent),

                    // A hold on the person is the store's, and lifts with it; this one needs a person's word for this copy, whatever becomes of the other.
                    HeldBecause = recipient.HeldBecause ?? (broken is null ? null : $"The composed message breaks {broken.Rule} at {broken.Location}."),
                });
                AddAttention(draft, received, eventId, person, recipient, deliveryId, broken);
            }
        }

        return deliveries;
    }

    /// <summary>
    /// A fault of ours in composing must stop this event's copies and nothing else: thrown on, it would close the sender's connection, and the sender
    /// would send the same message for ever.
    /// </summary>
    private IReadOnlyDictionary<Audience, ComposedBody> ComposeBodies(ComposeRequest request, IReadOnlyList<Audience> audiences)
    {
        try
        {
            return BundleComposer.ComposeAll(request, audiences);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogFault(CareEventJson.TypeName(request.Event), fault.GetType().Name, fault.TargetSite?.Name);
            var issue = new ConformanceIssue { Severity = IssueSeverity.Error, Rule = "composer-fault", Location = "Bundle", Text = fault.GetType().Name };
            return audiences.ToDictionary(a => a, _ => new ComposedBody { Json = "{}"u8.ToArray(), Title = "Cannot be rendered", Issues = [issue] });
        }
    }

    // Only the type and the method: a fault's text may hold something about a person.
    [LoggerMessage(1004, LogLevel.Error, "Composing {Event} failed with {Fault} in {Method}; its copies are held for the operator")]
    private partial void LogFault(string @event, string fault, string? method);

    private void AddAttention(
        PlanDraft draft, ReceivedMessage received, Guid eventId, PersonDraft person, ChosenRecipient recipient, Guid deliveryId, ConformanceIssue? broken)
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

        if (broken is not null)
        {
            draft.Attention.Add(Attend(
                "cannot-render", $"The message for {recipient.RecipientName} breaks rule {broken.Rule} at {broken.Location} and is held.", "Hub operator",
                "Tell the hub's maintainers, and tell the recipient by phone meanwhile.", received.ReceivedAt.AddMinutes(15), eventId, person, deliveryId));
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
