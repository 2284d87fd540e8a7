using Hub.Proxy.Mapping;
using Spectre.Console;

namespace Hub.Proxy.Commands.Try;

/// <summary>Shows a mapping trace: for people as tables, for programs as one JSON object a copy. It is about a person: standard output and nowhere else.</summary>
internal sealed class TracePrinter(bool json, string? element)
{
    // A narrative is a page: its length says enough in a table.
    private const int LongestShown = 60;

    /// <param name="head">What the copy is, for the JSON and the heading.</param>
    /// <param name="trace">The trace of its message.</param>
    /// <param name="copy">Which copy.</param>
    /// <param name="truth">Whether the trace tells of the stored message; null where there is none.</param>
    public void PrintCopy(TracedHead head, MappingTrace trace, TracedCopy copy, TraceTruth? truth)
    {
        var elements = trace.Copies[copy].Where(e => element is null || e.Path.StartsWith(element, StringComparison.Ordinal)).ToList();
        if (json)
        {
            CliJson.Print(new
            {
                head.Recipient, copy.Audience, copy.Part, head.MessageId, head.DeliveryId, head.MappedBy, mappingNow = MappingVersion.Current, truth = truth?.Words,
                reproduced = truth?.Reproduced, elements, head.Provenance,
            });
            return;
        }

        AnsiConsole.MarkupLine($"[bold]to {Markup.Escape(head.Recipient)}[/] ({copy.Audience}{(copy.Part == Store.DocumentPart.Shareable ? "" : ", professionals only")})  mapped by {Markup.Escape(head.MappedBy ?? MappingVersion.Current)}");
        if (truth is not null)
        {
            AnsiConsole.MarkupLine(truth.Reproduced ? $"  {Markup.Escape(truth.Words)}" : $"  [red]{Markup.Escape(truth.Words)}[/]");
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("element", "value", "from", "rule");
        foreach (var e in elements.Where(e => !BundleElements.IsLink(e.Path, e.Value)))
        {
            table.AddRow(new[] { e.Path, Shown(e.Value), string.Join(", ", e.From.Where(o => o.Input == TraceInput.Message || e.From.All(f => f.Input != TraceInput.Message)).Select(Place).Distinct()), e.Rule }.Select(Markup.Escape).ToArray());
        }

        AnsiConsole.Write(table);
    }

    /// <summary>The other way round: each field of the source, what hangs on it, and what is not mapped at all.</summary>
    public void PrintFields(MappingTrace trace)
    {
        if (json)
        {
            CliJson.Print(new { fields = trace.Fields, notMapped = trace.NotMapped.Select(f => f.Path) });
            return;
        }

        foreach (var field in trace.Fields.Where(f => f.Decides is not null))
        {
            AnsiConsole.MarkupLine($"  {Markup.Escape(field.Path)} decides {Markup.Escape(field.Decides!)}");
        }

        foreach (var field in trace.Fields.Where(f => f is { IsMapped: true, Elements: 0, Decides: null }))
        {
            AnsiConsole.MarkupLine($"  {Markup.Escape(field.Path)} is read{(field.MakesIds ? " into ids" : $" ({Markup.Escape(string.Join(", ", field.EventProperties))}) and told to nobody in this message")}");
        }

        foreach (var field in trace.NotMapped)
        {
            AnsiConsole.MarkupLine($"  [yellow]not mapped[/] (nothing in this message hangs on it) {Markup.Escape(field.Path)}: {Markup.Escape(Shown(field.Value))}");
        }
    }

    private static string Place(TracedOrigin origin) => origin.Input switch
    {
        TraceInput.PartnerFile => "file " + origin.Path,
        TraceInput.Earlier => "earlier " + origin.Path,
        _ => origin.Path,
    };

    private static string Shown(string value) => value.Length <= LongestShown ? value : $"{value[..(LongestShown - 20)]}... ({value.Length} characters)";
}

/// <summary>What a traced copy is.</summary>
internal sealed record TracedHead(string Recipient)
{
    public Guid? MessageId { get; init; }
    public Guid? DeliveryId { get; init; }

    /// <summary>The mapping's version as it was kept with the message.</summary>
    public string? MappedBy { get; init; }
    public System.Text.Json.Nodes.JsonNode? Provenance { get; init; }
}
