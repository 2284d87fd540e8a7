using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>Reads one HL7 v2 message as care events. Pure: the same message and settings give the same events.</summary>
public static class Hl7v2EventReader
{
    // MSH-9 decides; EVN-1 may disagree and is then noted.
    private static readonly HashSet<string> VisitTriggers = ["A01", "A02", "A03", "A04", "A08", "A11", "A12", "A13", "A21", "A22"];
    private static readonly HashSet<string> PersonTriggers = ["A24", "A28", "A31", "A37", "A40", "A47"];

    public static Hl7Reading Read(Hl7Message message, Hl7v2Source source)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            return Judge(new Hl7Reader(message, source));
        }
        catch (Hl7RefusalException refused)
        {
            return new Unreadable(refused.Refusal);
        }
    }

    private static Hl7Reading Judge(Hl7Reader reader)
    {
        var header = reader.Message.Header;
        RefuseByHeader(reader);
        var (type, trigger) = (header[9][1], header[9][2] ?? "");
        if (reader.Settings.Events.FirstOrDefault(rule => rule.Holds(reader.Message)) is { } own)
        {
            if (own.Means == Hl7v2TriggerRule.Ignore)
            {
                return new SetAside("The source's file says that this trigger of this sender is none of ours.", Subject(reader));
            }

            (type, trigger) = (own.Means[..3], own.Means[4..]);
        }

        if (type == "ADT" && PersonTriggers.Contains(trigger))
        {
            return Identity(reader, trigger);
        }

        return (type, trigger) switch
        {
            ("ADT", _) when VisitTriggers.Contains(trigger) => Visit(reader, trigger),
            ("RDE", "O11") or ("OMP", "O09") or ("RAS", "O17") => Medicines(reader),
            ("ADT" or "RDE" or "OMP" or "RAS", _) => new Unreadable(Refusals.Trigger()),
            _ => new Unreadable(Refusals.MessageType()),
        };
    }

    /// <summary>Every trigger that is read, as partner files name them.</summary>
    internal static IReadOnlyList<string> Triggers { get; } =
        [.. VisitTriggers.Concat(PersonTriggers).Order(StringComparer.Ordinal).Select(t => "ADT^" + t), "RDE^O11", "OMP^O09", "RAS^O17"];

    private static PatientRef? Subject(Hl7Reader reader) => reader.Message.Groups("PID") is [var group] ? PatientReader.Read(reader, group) : null;

    private static void RefuseByHeader(Hl7Reader reader)
    {
        var header = reader.Message.Header;
        var settings = reader.Settings;
        if (header[12].Text is not { } version || !settings.Versions.Contains(version))
        {
            throw new Hl7RefusalException(Refusals.Version());
        }

        if (header[11].Text is not { } processing || !settings.ProcessingIds.Contains(processing, StringComparer.OrdinalIgnoreCase))
        {
            throw new Hl7RefusalException(Refusals.ProcessingId());
        }

        if (header[10].Raw.Trim().Length == 0)
        {
            throw new Hl7RefusalException(Refusals.NoControlId());
        }
    }

    private static EventsRead Identity(Hl7Reader reader, string trigger)
    {
        var facts = EventFacts.Read(reader, otherwise: null);
        return trigger switch
        {
            "A40" => Finished(reader, facts, IdentityReader.Merged(reader, facts)),
            "A47" => Finished(reader, facts, IdentityReader.IdentifierChanged(reader, facts)),
            "A37" => Finished(reader, facts, [IdentityReader.Unmerged(reader, facts)]),
            "A24" => Finished(reader, facts, [IdentityReader.Linked(reader, facts)]),
            _ => WithDeath(reader, facts, Person(reader), patient => IdentityReader.Updated(reader, facts, patient)),
        };
    }

    private static Hl7Reading Visit(Hl7Reader reader, string trigger)
    {
        var patient = Person(reader);
        var (began, ended) = (reader.TimeThatMatters("PV1", 44), reader.TimeThatMatters("PV1", 45));
        if (Setting(reader) is not { } kind)
        {
            return NotOurs(patient);
        }

        var facts = EventFacts.Read(reader, trigger == "A03" ? ended : trigger is "A01" or "A04" ? began : null);
        return WithDeath(reader, facts, patient, p => trigger switch
        {
            "A04" => VisitReader.Missed(reader, facts, p) ?? VisitReader.Admission(reader, facts, p, kind),
            "A01" => VisitReader.Admission(reader, facts, p, kind),
            "A02" => VisitReader.Transfer(reader, facts, p, kind),
            "A03" => VisitReader.Discharge(reader, facts, p, kind),
            "A08" => VisitReader.Updated(reader, facts, p, kind),
            "A11" => VisitReader.AdmissionCancelled(reader, facts, p),
            "A12" => VisitReader.TransferCancelled(reader, facts, p),
            "A13" => VisitReader.DischargeCancelled(reader, facts, p),
            _ => VisitReader.Leave(reader, facts, p, returned: trigger == "A22"),
        });
    }

    private static Hl7Reading Medicines(Hl7Reader reader)
    {
        var patient = Person(reader);
        if (Setting(reader) is null)
        {
            return NotOurs(patient);
        }

        var facts = EventFacts.Read(reader, MedicationReader.OccurredAt(reader));
        facts = facts with { RecordedAt = facts.RecordedAt ?? MedicationReader.RecordedAt(reader) };
        return MedicationReader.Read(reader, facts, patient) is { } change
            ? Finished(reader, facts, [change])
            : new SetAside("Its orders answer or confirm earlier ones; no medicine changed.", patient);
    }

    /// <summary>A report of death, or its removal, travels beside the event it came with, as an event of its own.</summary>
    private static EventsRead WithDeath(Hl7Reader reader, EventFacts facts, PatientRef patient, Func<PatientRef, CareEvent> read)
    {
        var events = new List<CareEvent> { read(patient) };
        var episode = events[0] is EpisodeEvent e ? e.Episode : null;
        if (patient.Deceased is true)
        {
            events.Add(new DeathReported
            {
                SourceMessageId = facts.IdOf(1), Source = facts.Source, Patient = patient,
                OccurredAt = patient.DeceasedAt ?? facts.OccurredAt, DiedAt = patient.DeceasedAt, Episode = episode,
            });
        }
        else if (patient.Cleared.Contains("deceased") || patient.Cleared.Contains("deceasedAt"))
        {
            events.Add(new DeathWithdrawn
            {
                SourceMessageId = facts.IdOf(1), Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt, Episode = episode,
            });
        }

        return Finished(reader, facts, events);
    }

    private static EventsRead Finished(Hl7Reader reader, EventFacts facts, IReadOnlyList<CareEvent> events)
    {
        var usual = events.Any(e => e is EpisodeEvent) && Setting(reader) == EpisodeKind.Crt ? VisitReader.UsualTeams(reader) : null;
        return WithFacts(reader, facts, [.. events.Select(e => e is EpisodeEvent own and not Admission ? own with { UsualTeams = usual } : e)]);
    }

    private static EventsRead WithFacts(Hl7Reader reader, EventFacts facts, IReadOnlyList<CareEvent> events) => new(
        [.. events.Select(e => e with
        {
            RecordedAt = facts.RecordedAt, SentAt = facts.SentAt, Sequence = facts.Sequence, RecordedBy = facts.RecordedBy, DataQuality = [.. reader.Notes],
        })]);

    private static PatientRef Person(Hl7Reader reader) => reader.Message.Groups("PID") switch
    {
        [] => throw new Hl7RefusalException(Refusals.NoPatient("PID")),
        [var group] => PatientReader.Read(reader, group),
        _ => throw new Hl7RefusalException(Refusals.SeveralPatients()),
    };

    private static EpisodeKind? Setting(Hl7Reader reader) => reader.Setting() switch
    {
        CareSetting.Crt => EpisodeKind.Crt,
        CareSetting.Ward => EpisodeKind.Ward,
        _ => null,
    };

    private static SetAside NotOurs(PatientRef patient) => new("No rule of the source's file makes it an event of the crisis team or of a ward.", patient);
}
