using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Proxy.Episodes;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Mapping;

/// <summary>One event of a message and the episode as it stood before it.</summary>
/// <param name="EventIndex">Which of the events that the reader finds.</param>
/// <param name="Before">Null where nothing had been heard of the episode.</param>
internal sealed record RerunSlot(int EventIndex, EpisodeState? Before)
{
    /// <summary>The stored event that it stands for; none where a file at hand is read.</summary>
    public Guid? EventId { get; init; }

    /// <summary>The person as held, who decides which practice is told; as the message says where left out.</summary>
    public PatientRef? Identity { get; init; }
}

/// <summary>One message for one recipient, as composed.</summary>
internal sealed record RerunCopy(ChosenRecipient Recipient, DocumentPart Part, ComposedBody Body);

/// <summary>What one event led to: an episode and copies, or the reason why nobody is told.</summary>
internal sealed record RerunEvent
{
    public required CareEvent Event { get; init; }
    public Guid? EventId { get; init; }
    public EpisodeState? After { get; init; }
    public string? NothingBecause { get; init; }
    public IReadOnlyList<RerunCopy> Copies { get; init; } = [];
    public IReadOnlyList<MissingRecipient> Missing { get; init; } = [];
}

/// <summary>A whole message run through reading, choosing, composing and checking once more.</summary>
internal sealed record RerunMessage(SourceReading Reading, IReadOnlyList<RerunEvent> Events);

/// <summary>
/// Steps 1, 3, 4 and 5 without the store: what these bytes become by these partner files. Pure, so that it can be asked again with one thing changed
/// and the two answers compared.
/// </summary>
internal static class Rerun
{
    public static RerunMessage Of(SourceText text, IReadOnlyList<RerunSlot> slots, IReadOnlyList<PartnerFile> partners, IReadOnlyList<MonitoringRule> rules)
    {
        var reading = text.Read(partners);
        return new RerunMessage(reading, [.. slots.Where(s => s.EventIndex < reading.Events.Count).Select(s => Of(reading.Events[s.EventIndex], s, text.ReceivedAt, partners, rules))]);
    }

    /// <summary>The slots of a message that the store does not have: each event after the one before it.</summary>
    public static IReadOnlyList<RerunSlot> Slots(SourceText text, IReadOnlyList<PartnerFile> partners)
    {
        var states = new Dictionary<EpisodeKey, EpisodeState>();
        var slots = new List<RerunSlot>();
        foreach (var careEvent in text.Read(partners).Events)
        {
            var key = (careEvent as EpisodeEvent)?.Episode;
            var before = key is null ? null : states.GetValueOrDefault(key);
            slots.Add(new RerunSlot(slots.Count, before));
            if (key is not null && EpisodeHistory.Apply(before, careEvent, text.ReceivedAt) is Applied applied)
            {
                states[key] = applied.After;
            }
        }

        return slots;
    }

    private static RerunEvent Of(CareEvent careEvent, RerunSlot slot, DateTimeOffset receivedAt, IReadOnlyList<PartnerFile> partners, IReadOnlyList<MonitoringRule> rules)
    {
        var nothing = new RerunEvent { Event = careEvent, EventId = slot.EventId };
        if (careEvent is PatientMerged or PatientUnmerged or PatientLinkReported)
        {
            return nothing with { NothingBecause = "A change of identity is composed for every open episode of both persons; it cannot be run again alone." };
        }

        // Another visit number would have another history; here it is the same history under another number, so that the number itself can be followed.
        var before = slot.Before is { } held && careEvent is EpisodeEvent inEpisode && inEpisode.Episode != held.Key ? held with { Key = inEpisode.Episode } : slot.Before;
        if (before is null && careEvent is not EpisodeEvent)
        {
            return nothing with { NothingBecause = "The message changes a person who is in no episode." };
        }

        return EpisodeHistory.Apply(before, careEvent, receivedAt) switch
        {
            Applied applied => Compose(applied, before, slot, receivedAt, partners, rules),
            NoChange same => nothing with { NothingBecause = same.Why },
            HeldForPerson heldUp => nothing with { NothingBecause = heldUp.Reason },
            _ => throw new InvalidOperationException("a step that is not known"),
        };
    }

    private static RerunEvent Compose(
        Applied applied, EpisodeState? before, RerunSlot slot, DateTimeOffset receivedAt, IReadOnlyList<PartnerFile> partners, IReadOnlyList<MonitoringRule> rules)
    {
        var choice = RecipientList.Choose(applied.Effective, applied.After, slot.Identity ?? applied.After.Patient, partners, before);
        var bodies = BundleComposer.ComposeAll(
            new ComposeRequest { Event = applied.Effective, Episode = applied.After, Before = before, ReceivedAt = receivedAt, Audience = Audience.Gp, Rules = rules },
            [.. choice.Recipients.Select(r => r.Audience).Distinct()]);
        return new RerunEvent
        {
            Event = applied.Effective,
            EventId = slot.EventId,
            After = applied.After,
            Missing = choice.Missing,
            Copies = [.. choice.Recipients.SelectMany(r => Copies(r, bodies[r.Audience]))],
        };
    }

    private static IEnumerable<RerunCopy> Copies(ChosenRecipient recipient, ComposedBody body)
    {
        yield return new RerunCopy(recipient, DocumentPart.Shareable, body);
        if (body.ProfessionalsOnly is { } withheld)
        {
            yield return new RerunCopy(recipient, DocumentPart.ProfessionalsOnly, withheld);
        }
    }
}
