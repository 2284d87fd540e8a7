using System.Text.Json.Nodes;
using Hub.Fhir.Events;
using Hub.Proxy.Commands.Try;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands.Samples;

/// <summary>What a source's message comes to: who claims it, the events, who is told, the notes and the refusals. Nothing in it changes from one run to the next.</summary>
internal static class SourceView
{
    public static JsonObject Of(TriedMessage message, IntakePlan plan) => Filled(new JsonObject
    {
        ["kind"] = plan.Received.Kind,
        ["source"] = plan.Received.SourceId,
        ["outcome"] = CliJson.Node(plan.Outcome),
        ["setAsideBecause"] = plan.Received.SetAsideBecause,
        ["refusals"] = List(plan.Problems.Select(p => CliJson.Node(new { p.Code, p.Location, p.Text, p.Owner, p.Hl7ErrorCode }))),
        ["events"] = List(plan.Events.Select(e => (JsonNode?)Event(e.Event))),
        ["notes"] = List(plan.Events.SelectMany(e => e.Event.DataQuality).Distinct().Select(n => CliJson.Node(new { n.Code, n.Field, n.Text }))),
        ["told"] = List(plan.Events.SelectMany(e => e.Deliveries).Select(Told)),
        ["attention"] = List(plan.Attention.Where(_ => plan.Problems.Count == 0).Select(a => CliJson.Node(new { a.Kind, a.Owner, a.Reason }))),
        ["personHeldBecause"] = plan.Events.Select(e => e.Person.Hold).FirstOrDefault(h => h is { Length: > 0 }),
        ["notMapped"] = List(message.NotMapped.Select(n => (JsonNode?)n)),
    });

    private static JsonObject Event(CareEvent value)
    {
        var written = JsonNode.Parse(CareEventJson.Write(value))!.AsObject();
        written.Remove("dataQuality"); // told once for the whole message
        return Brief(written);
    }

    private static JsonObject Told(PlannedDelivery delivery) => Filled(new JsonObject
    {
        ["recipient"] = delivery.RecipientName,
        ["partner"] = delivery.PartnerId,
        ["audience"] = CliJson.Node(delivery.Audience),
        ["document"] = delivery.Part == DocumentPart.ProfessionalsOnly ? "professionals only" : null,
        ["urgency"] = CliJson.Node(delivery.Urgency),
        ["title"] = delivery.Title,
        ["heldBecause"] = delivery.HeldBecause,
        ["refusedBecause"] = delivery.RefusedBecause,
    });

    // An empty list says no more than no list, at any depth.
    private static JsonObject Brief(JsonObject value)
    {
        foreach (var inner in value.Select(m => m.Value).SelectMany(v => v is JsonArray items ? items.OfType<JsonObject>() : [.. new[] { v }.OfType<JsonObject>()]).ToList())
        {
            Brief(inner);
        }

        return Filled(value);
    }

    private static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items]);

    /// <summary>Without what says nothing, so that a person reads only what is there.</summary>
    internal static JsonObject Filled(JsonObject view)
    {
        foreach (var (name, _) in view.Where(m => m.Value is null or JsonArray { Count: 0 }).ToList())
        {
            view.Remove(name);
        }

        return view;
    }
}
