using System.Text.Json.Nodes;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>
/// Makes every reference of a written resource one that the server can resolve: to what is written with it, to its own Patient, or by identifier to what it may
/// or may not hold.
/// </summary>
internal sealed class References(IReadOnlyList<MessagePart> parts, IReadOnlyList<string> patientSystems)
{
    private readonly Dictionary<string, MessagePart> byUrl = parts.Where(p => p.Url.Length > 0).DistinctBy(p => p.Url).ToDictionary(p => p.Url, StringComparer.Ordinal);

    /// <param name="node">Changed in place.</param>
    /// <param name="isWritten">Whether what a reference names is written too.</param>
    public void Rewrite(JsonNode? node, Func<MessagePart, bool> isWritten)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (value is JsonObject child && Target(child) is { } target)
                    {
                        members[name] = Resolved(child, target, isWritten);
                    }
                    else
                    {
                        Rewrite(value, isWritten);
                    }
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is JsonObject child && Target(child) is { } target)
                    {
                        items[i] = Resolved(child, target, isWritten);
                    }
                    else
                    {
                        Rewrite(items[i], isWritten);
                    }
                }

                break;
        }
    }

    /// <summary>Takes out of a Composition's sections what would point at nothing: the words about it stand in the section's text (cmp-1).</summary>
    public void PruneEntries(JsonObject section, Func<MessagePart, bool> isWritten)
    {
        if (section["entry"] is JsonArray entries)
        {
            foreach (var gone in entries.OfType<JsonObject>().Where(e => Target(e) is { Kind: not "Patient" } target && !isWritten(target)).ToList())
            {
                entries.Remove(gone);
            }

            if (entries.Count == 0)
            {
                section.Remove("entry");
            }
        }

        foreach (var inner in (section["section"] as JsonArray ?? []).OfType<JsonObject>())
        {
            PruneEntries(inner, isWritten);
        }
    }

    private MessagePart? Target(JsonObject candidate) =>
        candidate["reference"] is JsonValue value && value.TryGetValue<string>(out var url) ? byUrl.GetValueOrDefault(url) : null;

    private JsonObject Resolved(JsonObject reference, MessagePart target, Func<MessagePart, bool> isWritten)
    {
        if (isWritten(target))
        {
            return (JsonObject)reference.DeepClone();
        }

        if (target.Kind == "Patient" && PatientReference.Of(target.Resource, patientSystems) is { } person)
        {
            return new JsonObject { ["reference"] = person.Url };
        }

        return target.ToLogicalReference(reference["display"]);
    }
}
