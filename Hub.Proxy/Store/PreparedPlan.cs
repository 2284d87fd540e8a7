using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Store.AtRest;

namespace Hub.Proxy.Store;

/// <summary>A plan with its content serialised, hashed, compressed and sealed: all that needs no database, done before the writer is asked.</summary>
internal sealed class PreparedPlan
{
    private PreparedPlan(IntakePlan plan, PreparedPayload? original, string? problems, string? dedupeKey, IReadOnlyList<PreparedEvent> events)
    {
        Plan = plan;
        Original = original;
        Problems = problems;
        DedupeKey = dedupeKey;
        Events = events;
    }

    public IntakePlan Plan { get; }

    public PreparedPayload? Original { get; }

    public string? Problems { get; }

    /// <summary>What may be committed once; null where the message is judged afresh each time it comes.</summary>
    public string? DedupeKey { get; }

    public IReadOnlyList<PreparedEvent> Events { get; }

    public static PreparedPlan Of(IntakePlan plan, IdentifierHasher hasher, ContentKeys keys) => new(
        plan,
        plan.KeepContent ? PreparedPayload.Of(plan.Received.Bytes.Span, keys) : null,
        plan.Problems.Count == 0 ? null : JsonSerializer.Serialize(plan.Problems),
        DedupeKeyOf(plan),
        [.. plan.Events.Select(planned => PreparedEvent.Of(planned, hasher, keys))]);

    private static string? DedupeKeyOf(IntakePlan plan)
    {
        var received = plan.Received;
        if (received.MessageKey is null || plan.Outcome is IntakeOutcome.Parked or IntakeOutcome.Rejected)
        {
            return null;
        }

        var key = $"{received.SourceId}\n{received.MessageKey}\n{received.KeyDate:yyyy-MM-dd}";
        return plan.Outcome is IntakeOutcome.Conflict ? $"{key}\n{Convert.ToHexString(received.ContentHash.Span)}" : key;
    }
}

/// <summary>One event of a plan, ready to be written.</summary>
internal sealed class PreparedEvent
{
    public required PlannedEvent Planned { get; init; }
    public required string Type { get; init; }
    public required PreparedPayload Event { get; init; }

    /// <summary>Null where the identity stays as it is. Sealed only where it is another: the writer compares it.</summary>
    public StoredContent? Identity { get; init; }
    public IReadOnlyList<byte[]> IdentifiersToStore { get; init; } = [];
    public IReadOnlyList<byte[]> IdentifiersToFind { get; init; } = [];
    /// <summary>Sealed by the writer, who gives its row a number.</summary>
    public StoredContent? State { get; init; }

    /// <summary>In the order of the deliveries; equal bodies are one object.</summary>
    public required IReadOnlyList<PreparedPayload> Bodies { get; init; }

    public static PreparedEvent Of(PlannedEvent planned, IdentifierHasher hasher, ContentKeys keys)
    {
        var identity = planned.Person.Identity;
        return new PreparedEvent
        {
            Planned = planned,
            Type = CareEventJson.TypeName(planned.Event),
            Event = PreparedPayload.Of(CareEventJson.Write(planned.Event), keys),
            Identity = identity is null ? null : StoredContent.Of(IdentityJson.Write(identity)),
            IdentifiersToStore = identity is null ? [] : hasher.ToStore(identity),
            IdentifiersToFind = identity is null ? [] : hasher.ToFind(identity),
            State = planned.Episode is { } episode ? StoredContent.Of(CareEventJson.Write(episode.State)) : null,
            Bodies = Prepare(planned.Deliveries, keys),
        };
    }

    // A body per audience serves several recipients: it is hashed, compressed and sealed once.
    private static List<PreparedPayload> Prepare(IReadOnlyList<PlannedDelivery> deliveries, ContentKeys keys)
    {
        var made = new Dictionary<ReadOnlyMemory<byte>, PreparedPayload>();
        var bodies = new List<PreparedPayload>(deliveries.Count);
        foreach (var delivery in deliveries)
        {
            if (!made.TryGetValue(delivery.Body, out var body))
            {
                body = PreparedPayload.Of(delivery.Body.Span, keys);
                made.Add(delivery.Body, body);
            }

            bodies.Add(body);
        }

        return bodies;
    }
}

/// <summary>The JSON form of an identity in the store.</summary>
internal static class IdentityJson
{
    public static byte[] Write(PatientRef identity) => JsonSerializer.SerializeToUtf8Bytes(identity, CareEventJson.Options);

    /// <exception cref="JsonException">The stored bytes are no identity.</exception>
    public static PatientRef Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<PatientRef>(json, CareEventJson.Options) ?? throw new JsonException("null is not an identity");
}
