using System.Globalization;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>One order group (ORC with RXO or RXE, RXR, TQ1, NTE, OBX) to one line of a medication change.</summary>
internal static class MedicineLineReader
{
    /// <returns>Null where the order control says that nothing changed.</returns>
    public static MedicineLine? Read(Hl7Reader reader, IReadOnlyList<Hl7Segment> order, int position)
    {
        var orc = order[0];
        string? control = orc[1].Text?.ToUpperInvariant(), status = orc[5].Text?.ToUpperInvariant();
        if (OrderControl.Read(control, status) is not { } action)
        {
            return null;
        }

        var rx = order.FirstOrDefault(s => s.Name == "RXE") ?? order.FirstOrDefault(s => s.Name == "RXO");
        var timing = OrderTiming.Read(order);
        var ended = action is MedicineAction.Stop or MedicineAction.Cancelled or MedicineAction.CourseFinished;
        var dosage = Dosage(order, rx, timing);
        if (action == MedicineAction.NotUnderstood)
        {
            reader.Note("order-control-not-understood", "ORC-1", "URGENT: what the order does to the medicine could not be understood; it is passed on in the sender's words.");
        }

        return new MedicineLine
        {
            LineId = LineId(reader, orc, position),
            Action = action,
            Medicine = Medicine(reader, rx),
            Before = ended ? dosage : null,
            After = ended ? null : dosage,
            Use = timing.Use(reader.Settings.RapidTranquillisationPriorities),
            Indication = Indication(rx),
            Reason = Hl7Reader.Coded(orc[16].First)?.Text,
            EffectiveFrom = reader.Time(orc[15].Text ?? (ended ? null : timing.StartText), "ORC-15"),
            RecordedAt = reader.Time(orc[9].Text, "ORC-9"),
            DecidedBy = reader.Actor(orc[12]),
            StopOrReviewOn = reader.Time(timing.EndText, "TQ1-8"),
            Quantity = Quantity(rx),
            ControlledDrug = rx is { Name: "RXE" } && rx[35].Text is not null,
            SourceControl = OrderControl.Words(control, status),
            Note = Notes(order),
        };
    }

    /// <summary>The order's number: the filler's, else the placer's, with who assigned it.</summary>
    public static string LineId(Hl7Reader reader, Hl7Segment? orc, int position)
    {
        foreach (var number in new[] { orc?[3] ?? default, orc?[2] ?? default })
        {
            if (number.Text is { } id)
            {
                return number[2] is { } authority ? $"{id}@{authority}" : id;
            }
        }

        reader.Note("order-number-missing", "ORC-3", "The order has no number, so that later changes cannot be joined to it.");
        return $"{reader.Message.Header[10].Raw.Trim()}#{position.ToString(CultureInfo.InvariantCulture)}";
    }

    public static MedicineRef Medicine(Hl7Reader reader, Hl7Field coded, string? form)
    {
        var medicine = coded.First;
        var words = medicine.Component(2) ?? medicine.Component(5) ?? medicine.Component(9);
        var dmd = Dmd(reader, medicine.Component(1), medicine.Component(3)) ?? Dmd(reader, medicine.Component(4), medicine.Component(6));
        if (words is null)
        {
            reader.Note("medicine-name-missing", "RXE-2", "The medicine has a code and no name.");
        }

        return new MedicineRef
        {
            Text = words ?? medicine.Component(1) ?? "medicine not named by the sender",
            DmdCode = dmd,
            OtherCode = dmd is null && medicine.Component(1) is { } code ? new Coded { Text = words ?? code, Code = code, System = medicine.Component(3) } : null,
            Form = form,
        };
    }

    public static Coded? Route(Hl7Reader reader, IReadOnlyList<Hl7Segment> order) =>
        order.LastOrDefault(s => s.Name == "RXR") is { } rxr ? Hl7Reader.Coded(rxr[1].First) : null;

    public static string? Notes(IReadOnlyList<Hl7Segment> order)
    {
        var lines = order.Where(s => s.Name == "NTE").Select(s => s[3].WholeText)
            .Concat(order.Where(s => s.Name == "OBX").Select(s => $"{s[3][2] ?? s[3].Text}: {s[5].WholeText} {s[6].Text}".Trim()))
            .Where(t => !string.IsNullOrWhiteSpace(t)).ToList();
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    private static MedicineRef Medicine(Hl7Reader reader, Hl7Segment? rx) => rx?.Name switch
    {
        "RXE" => Medicine(reader, rx[2], rx[6][2] ?? rx[6].Text),
        "RXO" => Medicine(reader, rx[1], rx[5][2] ?? rx[5].Text),
        _ => Medicine(reader, default, null),
    };

    private static string? Dmd(Hl7Reader reader, string? code, string? system) =>
        code is { Length: >= 6 and <= 18 } && code.All(char.IsAsciiDigit) && system is not null
        && reader.Settings.DmdNames.Contains(system, StringComparer.OrdinalIgnoreCase) ? code : null;

    private static Dosage? Dosage(IReadOnlyList<Hl7Segment> order, Hl7Segment? rx, OrderTiming timing)
    {
        // RXE-3/4/5 give amount and units, RXO-2/3/4 requested amount and units; instructions in RXE-7 and RXO-7.
        var shift = rx?.Name == "RXE" ? 1 : 0;
        string? least = rx?[2 + shift].Text, most = rx?[3 + shift].Text, unit = rx?[4 + shift][2] ?? rx?[4 + shift].Text;
        var instruction = rx is null ? null : Instructions(rx[7]);
        var route = order.LastOrDefault(s => s.Name == "RXR");
        var amount = most is not null && most != least ? $"{least}-{most}" : least;
        var words = new[] { Words(amount, unit), timing.Pattern, route?[1][2] ?? route?[1].Text, timing.Condition, timing.Instruction, instruction };
        var text = string.Join(", ", words.Where(w => !string.IsNullOrWhiteSpace(w)));
        if (text.Length == 0)
        {
            return null;
        }

        var frequency = timing.Frequency();
        return new Dosage
        {
            Text = text,
            Dose = most is null or "" || most == least ? Number(least) : null,
            Unit = unit,
            Frequency = frequency?.Times,
            PeriodDays = frequency?.Days,
            Route = route is null ? null : CodedOf(route[1].First),
            Site = route is null ? null : CodedOf(route[2].First),
            AsNeeded = timing.AsNeeded,
            Instruction = instruction,
        };
    }

    internal static decimal? Number(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Words(string? amount, string? unit) => amount is null ? null : unit is null ? amount : $"{amount} {unit}";

    private static string? Instructions(Hl7Field field)
    {
        var all = field.Repetitions.Select(r => r.Component(2) ?? r.Component(1)).OfType<string>().ToList();
        return all.Count == 0 ? null : string.Join(" ", all);
    }

    private static Coded? CodedOf(Hl7Repetition value) =>
        (value.Component(2) ?? value.Component(1)) is { } text ? new Coded { Text = text, Code = value.Component(1), System = value.Component(3) } : null;

    // RXE-27 give indication, RXO-20 indication.
    private static string? Indication(Hl7Segment? rx) => rx?.Name switch
    {
        "RXE" => rx[27][2] ?? rx[27].Text,
        "RXO" => rx[20][2] ?? rx[20].Text,
        _ => null,
    };

    private static string? Quantity(Hl7Segment? rx) => rx?.Name switch
    {
        "RXE" => Words(rx[10].Text, rx[11][2] ?? rx[11].Text),
        "RXO" => Words(rx[11].Text, rx[12][2] ?? rx[12].Text),
        _ => null,
    };
}
