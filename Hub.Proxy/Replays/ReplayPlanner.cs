using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Episodes;
using Hub.Proxy.Intake;
using Hub.Proxy.Mapping;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Replays;

/// <summary>
/// Works out what sending a stored message to one partner again would be, and changes nothing: what may go and what not, who would see a duplicate,
/// what today's mapping makes of the original bytes.
/// </summary>
internal sealed class ReplayPlanner(
    StoredMessages stored, IMessageStore store, DeliveryPlanner deliveries, IPartnerDirectory partners, IEnumerable<IRecipientProtocol> protocols, TimeProvider time)
{
    /// <summary>Every delivery of a message that this partner was, or today would be, to have.</summary>
    /// <param name="message">The message.</param>
    /// <param name="partner">The recipient.</param>
    /// <param name="only">One delivery; all where left out.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<Replay>> PlanAsync(StoredMessage message, PartnerFile partner, Guid? only, CancellationToken cancellationToken)
    {
        var replays = new List<Replay>();
        foreach (var one in message.Events)
        {
            foreach (var original in one.Deliveries.Where(d => d.ReplayOf is null && (only is null || d.Id == only) && IsFor(d, partner)))
            {
                replays.Add(await PlanAsync(message, one, original, partner, cancellationToken));
            }
        }

        return replays;
    }

    /// <summary>The order for one of them, to be queued so long from now.</summary>
    public async Task<ReplayOrder> OrderAsync(Replay replay, ReplayForm form, string by, string note, TimeSpan wait)
    {
        var (original, partner) = (replay.Original, replay.Partner);
        var deliveryId = Guid.CreateVersion7(time.GetUtcNow());
        var today = form == ReplayForm.AsSent ? null : replay.Today;
        return new ReplayOrder
        {
            DeliveryId = deliveryId,
            OriginalId = original.Id,
            OriginalState = original.State,
            EventId = replay.Event.Row.Id,
            PartnerId = partner.Id,
            PersonId = replay.Event.Person.Id,
            RecipientName = partner.Name,
            Audience = original.Audience,
            Part = original.Part,
            Urgency = original.Urgency,
            Title = today?.Title ?? original.Title,
            Version = form == ReplayForm.AsSent ? original.Version : replay.Version,
            PartnerFileHash = partner.Hash,
            StopsLane = original.StopsLane,
            Form = form,
            By = by,
            Note = note,
            Wait = wait,
            HeldBecause = today?.HeldBecause,
            Content = today is null ? null : new ReplayContent(today.Body, await BindAsync(replay, today.Body, deliveryId)),
            Attention = form == ReplayForm.AsSent ? [] : [.. replay.Attention.Select(a => a with { DeliveryId = deliveryId, DueAt = time.GetUtcNow().AddHours(4) })],
        };
    }

    /// <summary>The same event told to the practice that a person has confirmed, in place of the one that returned it: a message of its own about the same document.</summary>
    public async Task<Replay> ReaddressAsync(StoredMessage message, StoredEvent one, DeliveryRow original, PartnerFile to, ConfirmedPractice practice, CancellationToken cancellationToken)
    {
        var facts = await FactsAsync(message, one, original, to, cancellationToken);
        var refused = ReplayRules.ReaddressRefused(facts);
        var replay = new Replay
        {
            Message = message, Event = one, Original = original, Partner = to, Judgement = new ReplayJudgement { AsSentRefused = "It is another recipient's.", RemapRefused = refused },
            Version = VersionFor(one, original, to),
        };
        return refused is null ? Composed(replay, practice) : replay;
    }

    // A recipient that nobody served then is served by this partner now, if its audience is this partner's; today's routing has the last word.
    private static bool IsFor(DeliveryRow delivery, PartnerFile partner) =>
        delivery.PartnerId == partner.Id || (delivery.State == DeliveryState.Unroutable && delivery.Audience == partner.Audience);

    private async Task<Replay> PlanAsync(StoredMessage message, StoredEvent one, DeliveryRow original, PartnerFile partner, CancellationToken cancellationToken)
    {
        var facts = await FactsAsync(message, one, original, partner, cancellationToken);
        var judgement = ReplayRules.Judge(facts);
        var replay = new Replay
        {
            Message = message, Event = one, Original = original, Partner = partner, Judgement = judgement,
            Version = VersionFor(one, original, partner),
            Stamp = judgement.Stamped ? CopyStamp.Words(message.Received.ReceivedAt, judgement.NewerExists) : null,
        };
        return judgement.RemapRefused is null ? Composed(replay) : replay;
    }

    private static int VersionFor(StoredEvent one, DeliveryRow original, PartnerFile partner) =>
        one.Deliveries.Where(d => d.PartnerId == partner.Id && d.Part == original.Part).Select(d => d.Version).DefaultIfEmpty(0).Max() + 1;

    private async Task<ReplayFacts> FactsAsync(StoredMessage message, StoredEvent one, DeliveryRow original, PartnerFile partner, CancellationToken cancellationToken)
    {
        var lane = await stored.LaneAsync(partner.Id, one.Person.Id, cancellationToken);
        var now = await stored.EpisodeNowAsync(one.Row.EpisodeId, cancellationToken);
        return new ReplayFacts
        {
            Original = original,
            EarlierReplays = [.. lane.Select(l => l.Delivery).Where(d => d.ReplayOf == original.Id)],
            Later = [.. lane.Where(l => l.EpisodeId == one.Row.EpisodeId && l.Delivery is { ReplayOf: null, Part: DocumentPart.Shareable } && l.Delivery.EventId != original.EventId && l.Delivery.CreatedAt > original.CreatedAt)
                .Select(l => l.Delivery)],
            Carrier = lane.Select(l => l.Delivery).FirstOrDefault(d => d.Id == original.CarriedBy),
            Person = one.Person,
            HasSentBytes = original.FrozenPayloadId is { } frozen && await stored.ContentAsync(frozen, cancellationToken) is not null,
            HasOriginalMessage = message.Original is not null,
            InShadow = partner.Mode == PartnerMode.Shadow,
            DeathReported = now?.Death is not null && one.Event is not (DeathReported or DeathWithdrawn),
        };
    }

    /// <param name="replay">What is to be sent.</param>
    /// <param name="practice">Where the person is registered, where a person has confirmed that since; null for what is held.</param>
    private Replay Composed(Replay replay, ConfirmedPractice? practice = null)
    {
        Replay Refuse(string why) => replay with { Judgement = replay.Judgement with { RemapRefused = why } };

        var reading = StoredMapping.TextOf(replay.Message)!.Read(partners.All);
        var slot = StoredMapping.SlotsOf(replay.Message, reading.Events, asHeldNow: true).FirstOrDefault(s => s.EventId == replay.Event.Row.Id);
        if (slot is null || slot.EventIndex >= reading.Events.Count)
        {
            return Refuse($"Today's reader does not take the message ({reading.Outcome}).");
        }

        if (EpisodeHistory.Apply(slot.Before, reading.Events[slot.EventIndex], replay.Message.Received.ReceivedAt) is not Applied applied)
        {
            return Refuse("By today's rules nobody is told of it.");
        }

        var draft = new PlanDraft(store);
        var told = practice?.Of(applied) ?? applied;
        var planned = deliveries.Plan(draft, Received(replay.Message), replay.Event.Row.Id, told, slot.Before, Person(replay.Event, practice), told.Effective.DataQuality.Count)
            .Deliveries.FirstOrDefault(p => p.PartnerId == replay.Partner.Id && p.Part == replay.Original.Part && p.Audience == replay.Original.Audience);
        if (planned is null)
        {
            return Refuse($"By today's partner files and this person's teams {replay.Partner.Name} is not to be told of it.");
        }

        if (planned.RefusedBecause is { } broken)
        {
            return Refuse("What today's mapping makes is not sent: " + broken);
        }

        return Stamped(replay with { Today = planned, Attention = [.. draft.Attention.Where(a => a.DeliveryId == planned.DeliveryId)] });
    }

    private static Replay Stamped(Replay replay)
    {
        if (replay.Stamp is not { } words)
        {
            return replay;
        }

        var body = CopyStamp.Apply(new ComposedBody { Json = replay.Today!.Body, Title = replay.Today.Title, Issues = [] }, words);
        return body.Issues.FirstOrDefault(i => i.Severity == IssueSeverity.Error) is { } broken && replay.Today.HeldBecause is null
            ? replay with { Today = null, Judgement = replay.Judgement with { RemapRefused = $"Stamped as a copy it breaks {broken.Rule} at {broken.Location}." } }
            : replay with { Today = replay.Today with { Body = body.Json, Title = body.Title } };
    }

    /// <summary>The id that the message would have: of its own, since it is another recipient's or another version.</summary>
    public static Guid MessageId(Replay replay) => EnvelopeBinder.MessageId(Head(replay, default, default), replay.Partner.Id);

    private async Task<FrozenMessage> BindAsync(Replay replay, ReadOnlyMemory<byte> body, Guid deliveryId)
    {
        await using var adapter = protocols.First(p => p.Name == replay.Partner.Protocol).Create(replay.Partner);
        return EnvelopeBinder.Bind(Head(replay, body, deliveryId), replay.Partner, adapter, []);
    }

    private static LaneHead Head(Replay replay, ReadOnlyMemory<byte> body, Guid deliveryId)
    {
        var received = replay.Message.Received;
        return new LaneHead
        {
            DeliveryId = deliveryId, Body = body, Audience = replay.Original.Audience, Part = replay.Original.Part, ReceivedAt = received.ReceivedAt,
            SourceKey = received.MessageKey is { } key ? $"{received.SourceId}|{key}|{received.KeyDate:yyyy-MM-dd}" : $"{received.SourceId}|{received.Id}",
            Version = replay.Version, EventType = replay.Event.Row.Type, EventIndex = replay.Event.Row.EventIndex,
        };
    }

    private static ReceivedMessage Received(StoredMessage message) => new()
    {
        SourceId = message.Received.SourceId, Protocol = message.Received.Protocol, ContentHash = message.Received.ContentHash, Bytes = message.Original,
        MediaType = message.Received.MediaType, ReceivedAt = message.Received.ReceivedAt, Kind = message.Received.Kind,
    };

    // As held now, nothing of the old message laid over it; under another record's identifiers where it was merged since.
    private static PersonDraft Person(StoredEvent one, ConfirmedPractice? practice) => PersonDraft.Of(new KnownPerson
    {
        PersonId = one.Person.Id, Version = 1, Identity = practice?.Of(one.Person.Identity) ?? one.Person.Identity, HeldReason = one.Person.HeldReason,
        FoundThrough = one.Person.Id == one.Row.PersonId ? [] : [one.Row.PersonId],
    });
}
