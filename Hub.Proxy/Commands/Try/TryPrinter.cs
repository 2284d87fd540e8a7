using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;
using Spectre.Console;

namespace Hub.Proxy.Commands.Try;

/// <summary>Shows an intake plan: for people as text, for programs as one JSON object a message.</summary>
internal sealed class TryPrinter(bool json, bool bundles)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Shows traces as well; null for none.</summary>
    public TracePrinter? Trace { get; init; }

    /// <summary>Where each element of what was just printed comes from.</summary>
    public void Explain(ReceivedMessage received, IReadOnlyList<PartnerFile> partners)
    {
        if (Trace is null)
        {
            return;
        }

        var text = new SourceText
        {
            Bytes = received.Bytes, Protocol = received.Protocol, MediaType = received.MediaType, SourceId = received.SourceId, Kind = received.Kind, Key = received.MessageKey, ReceivedAt = received.ReceivedAt,
        };
        var trace = MappingTracer.Of(new TraceRequest(text, Rerun.Slots(text, partners), partners, []));
        foreach (var copy in trace.Copies.Keys)
        {
            Trace.PrintCopy(new TracedHead($"{copy.Audience}"), trace, copy, truth: null);
        }

        Trace.PrintFields(trace);
    }

    public void Print(IntakePlan plan, IReadOnlyList<string> notMapped)
    {
        if (json)
        {
            Console.WriteLine(AsJson(plan, notMapped).ToJsonString());
            return;
        }

        AnsiConsole.MarkupLine($"[bold]{Markup.Escape(plan.Received.Kind ?? "message")}[/] from {Markup.Escape(plan.Received.SourceId)}: [bold]{plan.Outcome}[/]");
        if (plan.Received.SetAsideBecause is { } because)
        {
            Console.WriteLine("  " + because);
        }

        foreach (var problem in plan.Problems)
        {
            AnsiConsole.MarkupLine($"  [red]{Markup.Escape(problem.Code)}[/] at {Markup.Escape(problem.Location)}: {Markup.Escape(problem.Text)}");
            AnsiConsole.MarkupLine($"    {problem.Owner} acts: {Markup.Escape(problem.NextStep)}");
        }

        if (plan.Problems.Any(p => p.Code == "unknown-sender"))
        {
            Console.WriteLine("    To see what it would become, add --as SOURCE (and --kind crt where its rules do not fit).");
        }

        foreach (var planned in plan.Events)
        {
            PrintEvent(planned);
        }

        foreach (var left in notMapped)
        {
            AnsiConsole.MarkupLine($"  [grey]not mapped[/] {Markup.Escape(left)}");
        }

        foreach (var attention in plan.Attention.Where(a => plan.Problems.Count == 0))
        {
            AnsiConsole.MarkupLine($"  [yellow]attention[/] {Markup.Escape(attention.Kind)}: {Markup.Escape(attention.Reason)}");
            AnsiConsole.MarkupLine($"    {Markup.Escape(attention.Owner)}: {Markup.Escape(attention.NextStep)}");
        }
    }

    private void PrintEvent(PlannedEvent planned)
    {
        AnsiConsole.MarkupLine($"  [bold]event[/] {CareEventJson.TypeName(planned.Event)}  occurred {Markup.Escape(planned.Event.OccurredAt.ToString())}");
        foreach (var note in planned.Event.DataQuality)
        {
            AnsiConsole.MarkupLine($"    [yellow]note[/] {Markup.Escape(note.Code)} at {Markup.Escape(note.Field)}: {Markup.Escape(note.Text)}");
        }

        foreach (var line in Encoding.UTF8.GetString(CareEventJson.Write(planned.Event)) is var text ? Indent(text).Split('\n') : [])
        {
            Console.WriteLine("    " + line);
        }

        if (planned.Person.Hold is { Length: > 0 } hold)
        {
            AnsiConsole.MarkupLine($"    [red]everything about this person is held[/]: {Markup.Escape(hold)}");
        }

        foreach (var delivery in planned.Deliveries)
        {
            PrintDelivery(delivery);
        }
    }

    private void PrintDelivery(PlannedDelivery delivery)
    {
        AnsiConsole.MarkupLine($"  [bold]to[/] {Markup.Escape(delivery.RecipientName)} ({delivery.Audience}, {delivery.Urgency}): {Markup.Escape(delivery.Title)}");
        var stays = delivery.RefusedBecause ?? delivery.HeldBecause ?? (delivery.PartnerId is null ? "no partner file serves this recipient" : null);
        if (stays is not null)
        {
            AnsiConsole.MarkupLine($"    [red]stays here[/]: {Markup.Escape(stays)}");
        }

        var body = JsonNode.Parse(delivery.Body.Span)!;
        foreach (var resource in Resources(body))
        {
            Console.WriteLine($"    {resource.Type,-22} {string.Join(", ", resource.Profiles)}");
        }

        if (bundles)
        {
            Console.WriteLine(body.ToJsonString(Indented));
        }
    }

    private static string Indent(string text) => JsonNode.Parse(text)!.ToJsonString(Indented);

    private static IEnumerable<(string Type, IReadOnlyList<string> Profiles)> Resources(JsonNode bundle) =>
        (bundle["entry"]?.AsArray() ?? []).Select(e => e!["resource"]!).Select(r => (
            r["resourceType"]!.GetValue<string>(),
            (IReadOnlyList<string>)[.. (r["meta"]?["profile"]?.AsArray() ?? []).Select(p => p!.GetValue<string>().Split('/')[^1])]));

    private JsonObject AsJson(IntakePlan plan, IReadOnlyList<string> notMapped) => new()
    {
        ["kind"] = plan.Received.Kind,
        ["source"] = plan.Received.SourceId,
        ["outcome"] = plan.Outcome.ToString(),
        ["setAsideBecause"] = plan.Received.SetAsideBecause,
        ["problems"] = CliJson.Node(plan.Problems),
        ["notMapped"] = CliJson.Node(notMapped),
        ["events"] = new JsonArray([.. plan.Events.Select(e => new JsonObject
        {
            ["event"] = JsonNode.Parse(CareEventJson.Write(e.Event)),
            ["deliveries"] = new JsonArray([.. e.Deliveries.Select(d => new JsonObject
            {
                ["recipient"] = d.RecipientName,
                ["partner"] = d.PartnerId,
                ["audience"] = d.Audience.ToString(),
                ["urgency"] = d.Urgency.ToString(),
                ["title"] = d.Title,
                ["heldBecause"] = d.HeldBecause,
                ["refusedBecause"] = d.RefusedBecause,
                ["resources"] = new JsonArray([.. Resources(JsonNode.Parse(d.Body.Span)!).Select(r => new JsonObject { ["type"] = r.Type, ["profiles"] = CliJson.Node(r.Profiles) })]),
                ["bundle"] = bundles ? JsonNode.Parse(d.Body.Span) : null,
            })]),
        })]),
        ["attention"] = CliJson.Node(plan.Attention.Select(a => new { a.Kind, a.Reason, a.Owner, a.NextStep })),
    };
}
