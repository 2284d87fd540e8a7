using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>What a posted body says: one event, or everything that is wrong with it.</summary>
public sealed record EventApiReading
{
    public CareEvent? Event { get; init; }
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>SHA-256 of the content, the same however its members are ordered and spaced.</summary>
    public required ReadOnlyMemory<byte> ContentHash { get; init; }
}

/// <summary>Reads one posted event. Pure: the same bytes, key and partner give the same reading.</summary>
public static class EventApiReader
{
    /// <summary>The name partner files use.</summary>
    public const string Protocol = "event-api";

    public const int MaxBytes = 1024 * 1024;

    // As CareEventJson: nothing deeper could be read back from the store.
    private static readonly JsonDocumentOptions Bounds = new() { MaxDepth = 32 };

    /// <param name="body">The bytes as posted.</param>
    /// <param name="typeName">The event's name in the address, one of <see cref="EventSchemas.Names"/>.</param>
    /// <param name="key">The sender's id for the event: the Idempotency-Key.</param>
    /// <param name="partner">The source's partner file.</param>
    public static EventApiReading Read(ReadOnlyMemory<byte> body, string typeName, string key, PartnerFile partner)
    {
        if (!JsonDocumentReader.TryRead(body, Bounds, out var document, out var where, out var why))
        {
            return new() { ContentHash = SHA256.HashData(body.Span), Problems = [EventProblems.NotJson(where, why)] };
        }

        // A resend has a new send time and is the same message (clinical rule 3); the type counts by the address, however it is repeated in the body.
        var hash = JsonDocumentReader.CanonicalHash(document, typeName, "sentAt", "type", "$schema");
        if (EventSchemas.Find(typeName) is not { } schema)
        {
            return new() { ContentHash = hash, Problems = [EventProblems.NoSuchEvent(typeName)] };
        }

        var issues = new SchemaCheck(schema).Find(document);
        if (issues.Count > 0)
        {
            return new() { ContentHash = hash, Problems = [.. issues.Select(EventProblems.Of)] };
        }

        return Complete(document, typeName, key, partner) switch
        {
            (null, var problem) => new() { ContentHash = hash, Problems = [problem!] },
            ({ } read, _) => EventFindings.Judge(read) is { Count: > 0 } wrong
                ? new() { ContentHash = hash, Problems = wrong }
                : Taken(EventFindings.WithNotes(read), hash, partner),
        };
    }

    // A wrong NHS number is no reason to refuse, whatever the file says: the event is taken and a person checks it (clinical rule 4).
    private static EventApiReading Taken(CareEvent read, byte[] hash, PartnerFile partner) =>
        partner.OnInvalid == InvalidPolicy.Reject && read.DataQuality.Where(n => n.Code != EventDefaults.BadNumber).Select(EventProblems.Of).ToList() is { Count: > 0 } problems
            ? new() { ContentHash = hash, Problems = problems }
            : new() { ContentHash = hash, Event = read };

    /// <summary>The event's name where only a file is at hand: its <c>type</c>, or the schema it names; null where it says neither.</summary>
    public static string? FindTypeName(ReadOnlyMemory<byte> body)
    {
        if (!JsonDocumentReader.TryRead(body, Bounds, out var document, out _, out _) || document.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        string? Text(string name) => document.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
        return Text("type") ?? EventSchemas.Names.FirstOrDefault(n => Text("$schema")?.EndsWith($"/event-{n}.schema.json", StringComparison.Ordinal) ?? false);
    }

    private static (CareEvent? Event, Problem? Problem) Complete(JsonElement document, string typeName, string key, PartnerFile partner)
    {
        var root = JsonObject.Create(document)!;
        var notes = EventDefaults.Fill(root, typeName, key, partner);
        if (root["episode"] is JsonObject episode && episode["organisation"] is null)
        {
            return (null, EventProblems.NoEpisodeOrganisation);
        }

        try
        {
            var read = root.Deserialize<CareEvent>(CareEventJson.Options)!;
            return (read with { DataQuality = notes }, null);
        }
        catch (JsonException ex)
        {
            // The schema let something pass that the record does not take: still the sender's content, still named by its field.
            return (null, EventProblems.NotReadable(ex.Path));
        }
    }
}
