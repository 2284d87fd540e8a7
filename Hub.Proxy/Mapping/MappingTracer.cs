using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Proxy.Mapping;

/// <summary>What a trace is made of; <see cref="Rerun"/> is asked the same again and again with one value changed.</summary>
internal sealed record TraceRequest(SourceText Text, IReadOnlyList<RerunSlot> Slots, IReadOnlyList<PartnerFile> Partners, IReadOnlyList<MonitoringRule> Rules);

/// <summary>
/// Traces by experiment: changes one value of the source at a time, runs the whole pipeline again, and sees which elements are others than before. It
/// keeps no books that could be wrong, costs nothing until somebody asks, and holds for every source and every mapper, those not yet written included.
/// </summary>
internal static class MappingTracer
{
    // An episode of many months holds thousands of values; what they move is told up to here, and the rest is said to be left out.
    private const int MostEarlier = 400;

    public static MappingTrace Of(TraceRequest request)
    {
        request = request with { Text = request.Text.AsJson() };
        var standing = new TraceStanding(Rerun.Of(request.Text, request.Slots, request.Partners, request.Rules));
        var message = OfMessage(request).Select(leaf => Try(standing, TraceInput.Message, leaf.Leaf, leaf.Run)).ToList();
        var others = OfPartnerFile(request).Concat(OfEarlier(request).Take(MostEarlier))
            .Select(leaf => Try(standing, leaf.Input, leaf.Leaf, leaf.Run)).ToList();
        return new MappingTrace
        {
            Message = standing.Message,
            Fields = [.. message.Select(e => e.ToField())],
            Copies = standing.Copies.ToDictionary(c => c.Key, c => Elements(c.Key, c.Value, [.. message, .. others])),
        };
    }

    private static IEnumerable<(SourceLeaf Leaf, Func<byte[], RerunMessage> Run)> OfMessage(TraceRequest request)
    {
        var leaves = request.Text.Protocol == Hl7v2SourceSettingsReader.Protocol ? Hl7Leaves.Of(request.Text.Bytes) : JsonLeaves.Of(request.Text.Bytes);
        return leaves.Select(leaf => (leaf, (Func<byte[], RerunMessage>)(bytes =>
            Rerun.Of(request.Text with { Bytes = bytes }, request.Slots, request.Partners, request.Rules))));
    }

    private static IEnumerable<(TraceInput Input, SourceLeaf Leaf, Func<byte[], RerunMessage> Run)> OfPartnerFile(TraceRequest request)
    {
        if (request.Partners.FirstOrDefault(p => p.Id == request.Text.SourceId) is not { Settings.ValueKind: JsonValueKind.Object } file)
        {
            return [];
        }

        return JsonLeaves.Of(JsonSerializer.SerializeToUtf8Bytes(file.Settings)).Select(leaf => (TraceInput.PartnerFile, leaf with { Path = "/settings" + leaf.Path }, (Func<byte[], RerunMessage>)(bytes =>
        {
            var changed = file with { Settings = JsonSerializer.Deserialize<JsonElement>(bytes) };
            return Rerun.Of(request.Text, request.Slots, [.. request.Partners.Select(p => ReferenceEquals(p, file) ? changed : p)], request.Rules);
        })));
    }

    private static IEnumerable<(TraceInput Input, SourceLeaf Leaf, Func<byte[], RerunMessage> Run)> OfEarlier(TraceRequest request) => request.Slots
        .Select((slot, index) => (slot, index)).Where(s => s.slot.Before is not null)
        .SelectMany(s => JsonLeaves.Of(CareEventJson.Write(s.slot.Before!)).Select(leaf => (TraceInput.Earlier, leaf, (Func<byte[], RerunMessage>)(bytes =>
        {
            var slots = request.Slots.ToArray();
            slots[s.index] = s.slot with { Before = CareEventJson.ReadState(bytes) };
            return Rerun.Of(request.Text, slots, request.Partners, request.Rules);
        }))));

    // A value of our own records has a type of its own; what does not fit it cannot be asked.
    private static RerunMessage? Attempt(Func<RerunMessage> run)
    {
        try
        {
            return run();
        }
        catch (Exception misfit) when (misfit is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TraceEffect Try(TraceStanding standing, TraceInput input, SourceLeaf leaf, Func<byte[], RerunMessage> run)
    {
        var effect = new TraceEffect(input, leaf.Path, leaf.Value);
        foreach (var other in LeafVariants.Of(leaf.Value))
        {
            effect.Add(standing, Attempt(() => run(leaf.With(other))));
        }

        // A partner file checks its values, so that another one may only turn the message away: what the right one does is seen without it.
        if (!effect.HasAny || (input == TraceInput.PartnerFile && !effect.MovesElements))
        {
            effect.Add(standing, Attempt(() => run(leaf.With(null))));
        }

        return effect;
    }

    private static IReadOnlyList<TracedElement> Elements(TracedCopy copy, IReadOnlyDictionary<string, string> elements, IReadOnlyList<TraceEffect> effects)
    {
        var origins = effects.SelectMany(e => e.ElementsOf(copy).Select(path => (path, e.Origin))).ToLookup(o => o.path, o => o.Origin, StringComparer.Ordinal);
        return [.. elements.Select(e => new TracedElement(e.Key, e.Value, TraceRules.Of(e.Key, e.Value, [.. origins[e.Key]]), [.. origins[e.Key]]))];
    }
}
