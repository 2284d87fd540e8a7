using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Intake;

/// <summary>Steps 3 to 5: who is told of an event, what each audience is told, and whether it may go.</summary>
internal sealed class DeliveryPlanner(IPartnerDirectory partners, TimeProvider time)
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

        var bodies = BundleComposer.ComposeAll(
            new ComposeRequest { Event = careEvent, Episode = after, Before = before, ReceivedAt = received.ReceivedAt, Audience = Audience.Gp },
            [.. choice.Recipients.Select(r => r.Audience).Distinct()]);
        AskForRoute(draft, received, eventId, person, choice);
        var urgency = UrgencyRules.For(careEvent, before);
        var deliveries = new List<PlannedDelivery>();
        foreach (var recipient in choice.Recipients)
        {
            var body = bodies[recipient.Audience];
            var deliveryId = Guid.CreateVersion7(time.GetUtcNow());
            var broken = body.Issues.FirstOrDefault(i => i.Severity == IssueSeverity.Error);
            deliveries.Add(new PlannedDelivery
            {
                DeliveryId = deliveryId,
                PartnerId = recipient.Partner?.Id,
                RecipientName = recipient.RecipientName,
                Audience = recipient.Audience,
                Body = body.Json,
                Title = body.Title,
                Urgency = urgency,
                PartnerFileHash = recipient.Partner?.Hash,
                StopsLaneWhenRefused = UrgencyRules.StopsLaneWhenRefused(careEvent),

                // A hold on the person is the store's, and lifts with it; this one needs a person's word for this copy, whatever becomes of the other.
                HeldBecause = recipient.HeldBecause ?? (broken is null ? null : $"The composed message breaks {broken.Rule} at {broken.Location}."),
            });
            AddAttention(draft, received, eventId, person, recipient, deliveryId, broken);
        }

        return deliveries;
    }

    /// <summary>Whereabouts are hidden: a named person confirms the route within four hours (clinical rule 21).</summary>
    private void AskForRoute(PlanDraft draft, ReceivedMessage received, Guid eventId, PersonDraft person, RecipientChoice choice)
    {
        if (choice.Recipients.FirstOrDefault(r => r.HeldBecause is not null) is { } held)
        {
            draft.Attention.Add(Attend(
                "confirm-route", held.HeldBecause!, "CRT shift lead",
                "Confirm by phone where the copies may go, then release them.", received.ReceivedAt.AddHours(4), eventId, person, null));
        }
    }

    private void AddAttention(
        PlanDraft draft, ReceivedMessage received, Guid eventId, PersonDraft person, ChosenRecipient recipient, Guid deliveryId, ConformanceIssue? broken)
    {
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
