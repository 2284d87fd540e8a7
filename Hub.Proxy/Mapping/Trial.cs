using Hub.Adapters.Contract;
using Hub.Fhir.Medicines;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Mapping;

/// <summary>One thing that another set of partner files would make other.</summary>
/// <param name="Kind">Stable name: newly-refused, newly-set-aside, newly-taken, other-event, newly-told, no-longer-told, newly-routed, newly-unroutable, rerouted, newly-held, released, element.</param>
/// <param name="Where">Recipient or element; never a value.</param>
internal sealed record TrialDifference(string Kind, string Where)
{
    public string? Recipient { get; init; }

    /// <summary>Values, for elements; shown only to whoever asks for content.</summary>
    public string? Before { get; init; }
    public string? After { get; init; }
}

/// <summary>A stored message composed by two sets of partner files.</summary>
internal sealed record TrialResult(Guid ReceivedId, string SourceId, string? Kind, IReadOnlyList<TrialDifference> Differences)
{
    public bool IsSame => Differences.Count == 0;
}

/// <summary>Composes a stored message by the partner files as they are and as they would be, and tells what would differ. Sends and stores nothing.</summary>
internal static class Trial
{
    /// <returns>Null where the message's bytes are not kept.</returns>
    public static TrialResult? Of(StoredMessage message, IReadOnlyList<PartnerFile> now, IReadOnlyList<PartnerFile> then, IReadOnlyList<MonitoringRule> rules)
    {
        if (StoredMapping.TextOf(message) is not { } text)
        {
            return null;
        }

        var (one, other) = (Run(message, text, now, rules), Run(message, text, then, rules));
        return new TrialResult(message.Received.Id, message.Received.SourceId, message.Received.Kind, [.. Compare(one, other)]);
    }

    private static RerunMessage Run(StoredMessage message, SourceText text, IReadOnlyList<PartnerFile> partners, IReadOnlyList<MonitoringRule> rules)
    {
        var read = text.Read(partners).Events;

        // A message that was refused, or set aside, when it came has no events in the store; it may be taken by other files.
        return Rerun.Of(text, message.Events.Count > 0 ? StoredMapping.SlotsOf(message, read, asHeldNow: true) : Rerun.Slots(text, partners), partners, rules);
    }

    private static IEnumerable<TrialDifference> Compare(RerunMessage one, RerunMessage other)
    {
        if (one.Reading.Outcome != other.Reading.Outcome)
        {
            return [new TrialDifference(other.Reading.Outcome switch { SourceReading.Taken => "newly-taken", SourceReading.Aside => "newly-set-aside", _ => "newly-refused" }, other.Reading.Outcome)];
        }

        if (one.Events.Count != other.Events.Count || one.Events.Zip(other.Events).Any(e => e.First.Event.GetType() != e.Second.Event.GetType()))
        {
            return [new TrialDifference("other-event", string.Join(", ", other.Events.Select(e => Hub.Fhir.Events.CareEventJson.TypeName(e.Event))))];
        }

        return one.Events.Zip(other.Events).SelectMany(e => Compare(e.First, e.Second));
    }

    private static IEnumerable<TrialDifference> Compare(RerunEvent one, RerunEvent other)
    {
        foreach (var missing in other.Missing.Where(m => one.Missing.All(o => o.Kind != m.Kind)))
        {
            yield return new TrialDifference("newly-missing", missing.Kind);
        }

        var (before, after) = (one.Copies.ToLookup(KeyOf), other.Copies.ToLookup(KeyOf));
        foreach (var key in before.Select(b => b.Key).Union(after.Select(a => a.Key)))
        {
            foreach (var difference in Compare(before[key].FirstOrDefault(), after[key].FirstOrDefault()))
            {
                yield return difference;
            }
        }
    }

    private static IEnumerable<TrialDifference> Compare(RerunCopy? one, RerunCopy? other)
    {
        if (one is null || other is null)
        {
            var name = (one ?? other)!.Recipient.RecipientName;
            yield return new TrialDifference(one is null ? "newly-told" : "no-longer-told", name) { Recipient = name };
            yield break;
        }

        var recipient = other.Recipient.RecipientName;
        if (one.Recipient.Partner?.Id != other.Recipient.Partner?.Id)
        {
            yield return new TrialDifference(
                other.Recipient.Partner is null ? "newly-unroutable" : one.Recipient.Partner is null ? "newly-routed" : "rerouted",
                $"{one.Recipient.Partner?.Id ?? "nobody"} to {other.Recipient.Partner?.Id ?? "nobody"}") { Recipient = recipient };
        }

        var (heldBefore, heldAfter) = (HeldOf(one), HeldOf(other));
        if (heldBefore != heldAfter)
        {
            yield return new TrialDifference(heldAfter is null ? "released" : "newly-held", heldAfter ?? heldBefore!) { Recipient = recipient };
        }

        if (one.Body.Json.Span.SequenceEqual(other.Body.Json.Span))
        {
            yield break;
        }

        var (was, now) = (BundleElements.Of(one.Body.Json), BundleElements.Of(other.Body.Json));
        foreach (var path in BundleElements.Moved(was, now))
        {
            yield return new TrialDifference("element", path) { Recipient = recipient, Before = was.GetValueOrDefault(path), After = now.GetValueOrDefault(path) };
        }
    }

    // Why a copy would wait or not go at all, by rule and place, without a value.
    private static string? HeldOf(RerunCopy copy) =>
        copy.Recipient.HeldBecause ?? (InvalidRules.Of(copy.Body.Issues, copy.Recipient.Partner, stopsLane: false) is { Policy: not InvalidPolicy.Warn } fault ? fault.Why : null);

    private static string KeyOf(RerunCopy copy) =>
        $"{copy.Recipient.Audience}|{copy.Recipient.Practice?.Value ?? copy.Recipient.Team?.LocalCode ?? copy.Recipient.Team?.Name}|{copy.Part}|{(copy.Recipient.Partner?.Mode == PartnerMode.Shadow ? "shadow" : "")}";
}
