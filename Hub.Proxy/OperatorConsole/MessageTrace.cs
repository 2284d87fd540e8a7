using Hub.Adapters.Contract;
using Hub.Proxy.Intake;
using Hub.Proxy.Mapping;
using Hub.Proxy.Store;

namespace Hub.Proxy.OperatorConsole;

/// <summary>Where each element of a message's copies comes from, as tables for a person.</summary>
/// <param name="Truth">Whether today's mapping still makes what was stored.</param>
internal sealed record MessageTrace(IReadOnlyList<(string Recipient, string? Truth, FactTable Elements)> Copies, FactTable NotMapped)
{
    private const int LongestShown = 120;

    /// <summary>Null where the original bytes are not kept.</summary>
    public static async Task<MessageTrace?> OfAsync(StoredMessages stored, StoredMessage message, IPartnerDirectory partners, MonitoringRuleBook rules, CancellationToken cancellationToken)
    {
        if (StoredMapping.TextOf(message) is not { } text)
        {
            return null;
        }

        var files = partners.All;
        var trace = MappingTracer.Of(new TraceRequest(text, StoredMapping.SlotsOf(message, text.Read(files).Events, asHeldNow: true), files, rules.Enabled));
        var copies = new List<(string, string?, FactTable)>();
        foreach (var (storedEvent, delivery) in message.Events.SelectMany(e => e.Deliveries.Where(d => d.ReplayOf is null).Select(d => (e, d))))
        {
            var index = trace.Message.Events.ToList().FindIndex(e => e.EventId == storedEvent.Row.Id);
            var today = trace.Message.Events.ElementAtOrDefault(index)?.Copies.FirstOrDefault(c => c.Recipient.Audience == delivery.Audience && c.Part == delivery.Part)?.Body.Json;
            var truth = TraceTruth.Of(message, delivery, await stored.ContentAsync(delivery.BodyPayloadId, cancellationToken), today, files);
            if (today is not null)
            {
                copies.Add((delivery.RecipientName, truth.Words, Elements(trace, new TracedCopy(index, delivery.Audience, delivery.Part), $"To {delivery.RecipientName}")));
            }
        }

        return new MessageTrace(copies, Unmapped(trace));
    }

    /// <summary>Of a message that is not stored.</summary>
    public static MessageTrace Of(SourceText text, IReadOnlyList<PartnerFile> partners)
    {
        var trace = MappingTracer.Of(new TraceRequest(text, Rerun.Slots(text, partners), partners, []));
        return new MessageTrace([.. trace.Copies.Keys.Select(copy => ($"{copy.Audience}", (string?)null, Elements(trace, copy, $"To the reader {copy.Audience}")))], Unmapped(trace));
    }

    private static FactTable Elements(MappingTrace trace, TracedCopy copy, string title) => new(title, ["Element", "Value", "Comes from", "How"], "Nothing was composed.")
    {
        Rows = [.. trace.Copies[copy].Where(e => !BundleElements.IsLink(e.Path, e.Value)).Select(e => new FactRow(e.Path, Shown(e.Value), Origins(e), e.Rule))],
    };

    private static FactTable Unmapped(MappingTrace trace) => new("Not mapped: nothing in this message hangs on these", ["Field", "Value"], "Every field of the message counts for something.")
    {
        Rows = [.. trace.NotMapped.Select(f => new FactRow(Named(f.Path), Shown(f.Value)))],
    };

    // Where the message itself says it, what the file and earlier messages add is left out.
    private static string Origins(TracedElement element) => string.Join(", ", element.From
        .Where(o => o.Input == TraceInput.Message || element.From.All(f => f.Input != TraceInput.Message))
        .Select(o => o.Input switch { TraceInput.PartnerFile => "partner file " + o.Path, TraceInput.Earlier => "earlier messages " + o.Path, _ => Named(o.Path) }).Distinct());

    private static string Named(string path) => Hl7FieldNames.Of(path) is { } name ? $"{path} ({name})" : path;

    private static string Shown(string value) => value.Length <= LongestShown ? value : $"{value[..(LongestShown - 20)]}... ({value.Length} characters)";
}
