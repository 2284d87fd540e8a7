using System.Text.Json.Nodes;
using Hub.Proxy.Commands.Try;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands.Samples;

/// <summary>What one recipient gets of a message: whether it is told at all, and what a reader finds in the very bytes of each copy.</summary>
internal static class RecipientView
{
    public static JsonObject Of(IntakePlan plan, IReadOnlyList<FrozenCopy> copies) => SourceView.Filled(new JsonObject
    {
        ["outcome"] = CliJson.Node(plan.Outcome),
        ["refusals"] = new JsonArray([.. plan.Problems.Select(p => CliJson.Node(new { p.Code, p.Location, p.Text }))]),
        ["told"] = copies.Count > 0,
        ["copies"] = new JsonArray([.. copies.Select(Copy)]),
    });

    private static JsonObject Copy(FrozenCopy copy) => SourceView.Filled(new JsonObject
    {
        ["title"] = copy.Delivery.Title,
        ["document"] = copy.Delivery.Part == DocumentPart.ProfessionalsOnly ? "professionals only" : null,
        ["urgency"] = CliJson.Node(copy.Delivery.Urgency),
        ["heldBecause"] = copy.Delivery.HeldBecause,
        ["refusedBecause"] = copy.Delivery.RefusedBecause,
        ["mediaType"] = copy.Message.MediaType,
        ["message"] = copy.Message.Bytes.Span is [(byte)'{', ..] ? FhirContentView.Of(copy.Message.Bytes.Span) : Hl7ContentView.Of(copy.Message.Bytes),
    });
}
