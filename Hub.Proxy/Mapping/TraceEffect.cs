using System.Text.Json.Nodes;
using Hub.Fhir.Events;

namespace Hub.Proxy.Mapping;

/// <summary>The run that everything is compared with.</summary>
internal sealed class TraceStanding
{
    public TraceStanding(RerunMessage message)
    {
        Message = message;
        Bodies = BodiesOf(message);
        Copies = Bodies.ToDictionary(b => b.Key, b => BundleElements.Of(b.Value));
        Events = [.. message.Events.Select(e => PropertiesOf(e.Event))];
        Recipients = RecipientsOf(message);
    }

    public RerunMessage Message { get; }
    public IReadOnlyDictionary<TracedCopy, ReadOnlyMemory<byte>> Bodies { get; }
    public IReadOnlyDictionary<TracedCopy, IReadOnlyDictionary<string, string>> Copies { get; }
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Events { get; }
    public string Recipients { get; }

    public static Dictionary<TracedCopy, ReadOnlyMemory<byte>> BodiesOf(RerunMessage message)
    {
        var bodies = new Dictionary<TracedCopy, ReadOnlyMemory<byte>>();
        for (var i = 0; i < message.Events.Count; i++)
        {
            foreach (var copy in message.Events[i].Copies)
            {
                bodies.TryAdd(new TracedCopy(i, copy.Recipient.Audience, copy.Part), copy.Body.Json); // one body serves all of an audience
            }
        }

        return bodies;
    }

    public static IReadOnlyDictionary<string, string> PropertiesOf(CareEvent careEvent) => JsonLeaves.Leaves(JsonNode.Parse(CareEventJson.Write(careEvent)))
        .ToDictionary(leaf => JsonLeaves.Pointer(leaf).TrimStart('/'), JsonLeaves.Text, StringComparer.Ordinal);

    public static string RecipientsOf(RerunMessage message) =>
        string.Join('\n', message.Events.SelectMany(e => e.Copies.Select(c => $"{c.Recipient.Audience} {c.Recipient.Partner?.Id ?? c.Recipient.RecipientName} {c.Part}").Append(e.Event.GetType().Name)));
}

/// <summary>What one changed value did, all its variants taken together.</summary>
internal sealed class TraceEffect(TraceInput input, string path, string value)
{
    private readonly Dictionary<TracedCopy, HashSet<string>> elements = [];
    private readonly SortedSet<string> properties = new(StringComparer.Ordinal);
    private bool makesIds;
    private string? decides;

    public TracedOrigin Origin { get; } = new(input, path, value);

    public bool HasAny => elements.Count > 0 || properties.Count > 0 || makesIds || decides is not null;

    public bool MovesElements => elements.Count > 0;

    public IEnumerable<string> ElementsOf(TracedCopy copy) => elements.GetValueOrDefault(copy) ?? [];

    public TracedField ToField() => new(path, value)
    {
        EventProperties = [.. properties], Elements = elements.Values.Sum(e => e.Count), MakesIds = makesIds, Decides = decides,
    };

    /// <summary>Compares one run with what stands; null is a value that could not be asked.</summary>
    public void Add(TraceStanding standing, RerunMessage? run)
    {
        if (run is null)
        {
            return;
        }

        if (run.Reading.Outcome != standing.Message.Reading.Outcome)
        {
            decides ??= "whether the message is taken (" + run.Reading.Outcome + ")";
            return;
        }

        if (run.Events.Count != standing.Message.Events.Count || run.Events.Zip(standing.Message.Events).Any(e => e.First.Event.GetType() != e.Second.Event.GetType()))
        {
            decides ??= "what event it is";
            return;
        }

        if (TraceStanding.RecipientsOf(run) != standing.Recipients)
        {
            decides ??= run.Events.Any(e => e.NothingBecause is not null) ? "whether anything is told" : "who is told";
        }

        for (var i = 0; i < run.Events.Count; i++)
        {
            properties.UnionWith(BundleElements.Moved(standing.Events[i], TraceStanding.PropertiesOf(run.Events[i].Event)));
        }

        foreach (var (copy, body) in TraceStanding.BodiesOf(run))
        {
            AddCopy(standing, copy, body);
        }
    }

    private void AddCopy(TraceStanding standing, TracedCopy copy, ReadOnlyMemory<byte> body)
    {
        if (!standing.Bodies.TryGetValue(copy, out var before) || before.Span.SequenceEqual(body.Span))
        {
            return;
        }

        var (was, now) = (standing.Copies[copy], BundleElements.Of(body));
        foreach (var moved in BundleElements.Moved(was, now))
        {
            if (BundleElements.IsLink(moved, was.GetValueOrDefault(moved) ?? now[moved]))
            {
                makesIds = true;
                continue;
            }

            if (!elements.TryGetValue(copy, out var of))
            {
                elements[copy] = of = new HashSet<string>(StringComparer.Ordinal);
            }

            of.Add(moved);
        }
    }
}
