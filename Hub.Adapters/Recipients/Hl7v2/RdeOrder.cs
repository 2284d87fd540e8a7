using Hl7.Fhir.Model;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>One change of one medicine as an order group of RDE_O11: ORC, RXE, NTE, RXR (HL7 v2.4, 4.13).</summary>
internal sealed record RdeOrder
{
    public required MedicationStatement Statement { get; init; }

    /// <summary>The change, in the hub's own extension.</summary>
    public required Extension Change { get; init; }

    public required RdeControl Control { get; init; }

    /// <summary>True for the last change of this medicine: the coded dose is what stands after all of them.</summary>
    public required bool IsLast { get; init; }

    /// <summary>A group a change, in the order of the message; none where the message tells another event, or no change that has an order control.</summary>
    public static IReadOnlyList<RdeOrder> Of(Bundle bundle)
    {
        if (OutgoingMessage.EventCode(bundle) != "medication-change")
        {
            return [];
        }

        var changes = bundle.Entry.Select(entry => entry.Resource).OfType<MedicationStatement>()
            .SelectMany(statement => statement.Extension.Where(e => e.Url == CodeSystems.MedicationChange).Select(change => (statement, change))).ToList();
        var orders = changes.Select(c => (c.statement, c.change, control: RdeControl.Of((c.change.GetExtension("status")?.Value as CodeableConcept)?.Coding.FirstOrDefault()?.Code))).ToList();

        // One change without a word for it, and the whole leaves as a document: half of the changes would read as all of them.
        return orders.Any(o => o.control is null) ? [] : [.. orders.Select(o => new RdeOrder
        {
            Statement = o.statement, Change = o.change, Control = o.control!, IsLast = o.change == o.statement.Extension.Last(e => e.Url == CodeSystems.MedicationChange),
        })];
    }

    public void AddTo(SegmentWriter message)
    {
        message.Add("ORC", Order(message));
        message.Add("RXE", Encoded(message));
        if (Said("description") is { } description)
        {
            message.Add("NTE", ["1", "", message.Fit(description)]);
        }

        var route = Dose?.Route;
        message.Add("RXR", [route is null ? "^Not stated^L" : message.Concept(route, route.Text)]);
    }

    private string[] Order(SegmentWriter message)
    {
        var order = Statement.Identifier.FirstOrDefault(identifier => !string.IsNullOrEmpty(identifier.Value));
        var fields = Empty(16);
        fields[0] = Control.Code;
        fields[1] = order is null ? "" : $"{message.Fit(order.Value)}^{message.Fit(order.System)}";
        fields[4] = Control.Status;
        fields[8] = SegmentWriter.FhirTime((Change.GetExtension("date")?.Value as FhirDateTime)?.Value);
        fields[15] = Said("reason") is { } reason ? "^" + message.Fit(reason) : "";
        return fields;
    }

    private string[] Encoded(SegmentWriter message)
    {
        var quantity = IsLast ? Dose?.DoseAndRate.FirstOrDefault()?.Dose as Quantity : null;
        var fields = Empty(7);
        fields[0] = Said("after") is { } after ? "^^^^^^^^" + message.Fit(after) : ""; // TQ.9, the words of the instruction
        fields[1] = message.Medicine(Statement.Medication as CodeableConcept);
        fields[2] = quantity?.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";
        fields[4] = quantity is null ? "" : message.Fit(quantity.Unit ?? quantity.Code);
        fields[6] = IsLast && Dose?.Text is { } text ? "^" + message.Fit(text) : "";
        return fields;
    }

    private Dosage? Dose => Statement.Dosage.FirstOrDefault();

    private string? Said(string part) => (Change.GetExtension(part)?.Value as FhirString)?.Value;

    private static string[] Empty(int count) => [.. Enumerable.Repeat("", count)];
}

/// <summary>Order control and status (tables 0119 and 0038). As a filler tells them, unsolicited: what was done, never what the reader is to do.</summary>
internal sealed record RdeControl(string Code, string Status)
{
    /// <summary>Null where the change has no word there.</summary>
    public static RdeControl? Of(string? change) => change switch
    {
        "started" => new("NW", "IP"),
        "amended" => new("XX", "IP"),
        "stopped" => new("OD", "DC"),
        "on-hold" => new("OH", "HD"),
        "resumed" => new("OE", "IP"),
        "course-finished" => new("SC", "CM"),
        "cancelled" or "entered-in-error" => new("OC", "CA"),
        _ => null,
    };
}
