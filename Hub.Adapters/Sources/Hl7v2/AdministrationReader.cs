using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>RAS^O17: each RXA is one dose given, refused or taken back. Every depot given is news, the same dose again too (clinical rule 3).</summary>
internal static class AdministrationReader
{
    public static MedicineLine Read(Hl7Reader reader, IReadOnlyList<Hl7Segment> order, Hl7Segment rxa, int position)
    {
        var route = MedicineLineReader.Route(reader, order);
        var rxr = order.LastOrDefault(s => s.Name == "RXR");
        var medicine = MedicineLineReader.Medicine(reader, rxa[5], rxa[8][2] ?? rxa[8].Text);
        var given = reader.Time(rxa[3].Text, "RXA-3");
        string? amount = rxa[6].Text, unit = rxa[7][2] ?? rxa[7].Text;
        var dose = amount is null or "999" ? null : unit is null ? amount : $"{amount} {unit}"; // 999: amount not known (HL7 v2.9, 4A.4.7.6)
        var action = Action(rxa[20].Text, rxa[21].Text);
        var depot = action == MedicineAction.Administer && IsDepot(reader, medicine)
            ? new Depot { LastGivenAt = given, LastDose = dose, Site = rxr?[2][2] ?? rxr?[2].Text, GivenBy = reader.Actor(rxa[10])?.Name }
            : null;
        return new MedicineLine
        {
            LineId = MedicineLineReader.LineId(reader, order.FirstOrDefault(s => s.Name == "ORC"), position),
            Action = action,
            Medicine = medicine,
            After = dose is null ? null : new Dosage
            {
                Text = string.Join(", ", new[] { dose, route?.Text }.OfType<string>()),
                Dose = MedicineLineReader.Number(amount),
                Unit = unit,
                Route = route,
                Site = rxr is null ? null : Hl7Reader.Coded(rxr[2].First),
            },
            Use = OrderTiming.Read(order).Use(reader.Settings.RapidTranquillisationPriorities),
            EffectiveFrom = given,
            RecordedAt = reader.Time(rxa[22].Text, "RXA-22"),
            DecidedBy = reader.Actor(rxa[10]),
            LastDoseAt = action == MedicineAction.Administer ? given : null,
            Depot = depot,
            Reason = Hl7Reader.Coded(rxa[18].First)?.Text,
            SourceControl = $"RXA-20 {rxa[20].Text ?? "empty"}, RXA-21 {rxa[21].Text ?? "empty"}",
            Note = Note(rxa[20].Text, MedicineLineReader.Notes(order)),
        };
    }

    // Tables 0322 (completion status) and 0323 (action code). A dose not given is no administration, and is never lost either.
    private static MedicineAction Action(string? completion, string? action) => (completion, action) switch
    {
        (_, "D") => MedicineAction.EnteredInError,
        ("RE" or "NA", _) => MedicineAction.NotUnderstood,
        _ => MedicineAction.Administer,
    };

    private static string? Note(string? completion, string? notes)
    {
        var said = completion switch
        {
            "RE" => "The dose was refused and not given.",
            "NA" => "The dose was not given.",
            "PA" => "The dose was given in part.",
            _ => null,
        };
        return said is null ? notes : notes is null ? said : said + "\n" + notes;
    }

    private static bool IsDepot(Hl7Reader reader, MedicineRef medicine) =>
        reader.Settings.DepotWords.Any(w => $"{medicine.Text} {medicine.Form}".Contains(w, StringComparison.OrdinalIgnoreCase));
}
