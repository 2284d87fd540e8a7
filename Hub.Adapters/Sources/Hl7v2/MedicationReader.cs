using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>RDE^O11, OMP^O09 and RAS^O17: all order groups of a person are one medication change with a line each.</summary>
internal static class MedicationReader
{
    public static CareEvent? Read(Hl7Reader reader, EventFacts facts, PatientRef patient)
    {
        var orders = reader.Message.Groups("ORC");
        if (orders.Count == 0)
        {
            throw new Hl7RefusalException(Refusals.NoOrders());
        }

        var lines = reader.Message.Header[9].Text == "RAS" ? Administered(reader, orders) : Ordered(reader, orders);
        if (lines.Count == 0)
        {
            return null;
        }

        var allergies = ClinicalSegments.Allergies(reader);
        return new MedicationChange
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient,
            OccurredAt = facts.OccurredAt,
            Episode = reader.Episode(patient),
            Lines = lines,
            DecidedBy = lines.Select(l => l.DecidedBy).FirstOrDefault(a => a is not null),
            Team = VisitReader.OwnTeam(reader),
            Allergies = allergies.Status == AllergyStatus.NotSent ? null : allergies,
        };
    }

    /// <summary>When the change took place: these messages have no EVN.</summary>
    public static ClinicalTime? OccurredAt(Hl7Reader reader) =>
        reader.Time(reader.Message.Field("RXA", 3).Text, "RXA-3") ?? reader.Time(reader.Message.Field("ORC", 9).Text, "ORC-9");

    /// <summary>When it was written down: system entry of an administration, transaction time of an order.</summary>
    public static ClinicalTime? RecordedAt(Hl7Reader reader) =>
        reader.Time(reader.Message.Field("RXA", 22).Text, "RXA-22") ?? reader.Time(reader.Message.Field("ORC", 9).Text, "ORC-9");

    private static List<MedicineLine> Administered(Hl7Reader reader, IReadOnlyList<IReadOnlyList<Hl7Segment>> orders)
    {
        var lines = new List<MedicineLine>();
        foreach (var order in orders)
        {
            foreach (var rxa in order.Where(s => s.Name == "RXA"))
            {
                lines.Add(AdministrationReader.Read(reader, order, rxa, lines.Count + 1));
            }
        }

        return lines;
    }

    private static List<MedicineLine> Ordered(Hl7Reader reader, IReadOnlyList<IReadOnlyList<Hl7Segment>> orders)
    {
        var lines = new List<MedicineLine>();
        for (var i = 0; i < orders.Count; i++)
        {
            var line = MedicineLineReader.Read(reader, orders[i], i + 1);

            // HL7 v2.9, 4.5.1.1: RP (or RU) names the order replaced and the RO behind it the one that replaces.
            if (orders[i][0][1].Text is "RP" or "RU" && i + 1 < orders.Count && orders[i + 1][0][1].Text == "RO"
                && MedicineLineReader.Read(reader, orders[i + 1], i + 2) is { } by && line is { } old)
            {
                lines.AddRange(Replacement(old, by));
                i++;
            }
            else if (line is not null)
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    private static MedicineLine[] Replacement(MedicineLine old, MedicineLine by)
    {
        if (SameMedicine(old.Medicine, by.Medicine))
        {
            return [by with { Action = MedicineAction.Amend, Before = old.After ?? old.Before }];
        }

        var group = $"{old.LineId}>{by.LineId}";
        return
        [
            old with { Action = MedicineAction.Switch, Before = old.After ?? old.Before, After = null, SwitchGroup = group },
            by with { Action = MedicineAction.Switch, SwitchGroup = group },
        ];
    }

    private static bool SameMedicine(MedicineRef a, MedicineRef b) =>
        a.DmdCode is not null && b.DmdCode is not null ? a.DmdCode == b.DmdCode : string.Equals(a.Text, b.Text, StringComparison.OrdinalIgnoreCase);
}
