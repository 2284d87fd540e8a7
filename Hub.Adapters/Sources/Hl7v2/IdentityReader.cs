using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>ADT messages about who a person is: A28 and A31, and the pairs of A24, A37, A40 and A47.</summary>
internal static class IdentityReader
{
    public static CareEvent Updated(Hl7Reader reader, EventFacts facts, PatientRef patient)
    {
        var allergies = ClinicalSegments.Allergies(reader);
        return new PatientUpdated
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
            Carers = ClinicalSegments.Carers(reader),
            Allergies = allergies.Status == AllergyStatus.NotSent ? null : allergies,
        };
    }

    /// <summary>A40: each PID with its MRG is one merge; a message may hold several.</summary>
    public static IReadOnlyList<CareEvent> Merged(Hl7Reader reader, EventFacts facts) =>
        [.. WithMrg(reader).Select((pair, n) => new PatientMerged
        {
            SourceMessageId = facts.IdOf(n), Source = facts.Source, Patient = pair.Survivor, OccurredAt = facts.OccurredAt, Retired = pair.Other,
        })];

    /// <summary>A37: two PID segments, once wrongly one person.</summary>
    public static CareEvent Unmerged(Hl7Reader reader, EventFacts facts)
    {
        var (first, second) = Pair(reader);
        return new PatientUnmerged
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = first, OccurredAt = facts.OccurredAt, Separated = second,
        };
    }

    /// <summary>A24: two PID segments said to be one person.</summary>
    public static CareEvent Linked(Hl7Reader reader, EventFacts facts)
    {
        var (first, second) = Pair(reader);
        return new PatientLinkReported
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = first, OccurredAt = facts.OccurredAt,
            Kind = PatientLinkKind.Linked, Other = second,
        };
    }

    /// <summary>A47: the identifier list before is in MRG-1.</summary>
    public static IReadOnlyList<CareEvent> IdentifierChanged(Hl7Reader reader, EventFacts facts) =>
        [.. WithMrg(reader).Select((pair, n) => new PatientLinkReported
        {
            SourceMessageId = facts.IdOf(n), Source = facts.Source, Patient = pair.Survivor, OccurredAt = facts.OccurredAt,
            Kind = PatientLinkKind.IdentifierChanged, Other = pair.Other,
        })];

    private static List<(PatientRef Survivor, PatientRef Other)> WithMrg(Hl7Reader reader)
    {
        var groups = reader.Message.Groups("PID");
        if (groups.Count == 0)
        {
            throw new Hl7RefusalException(Refusals.NoPatient());
        }

        return [.. groups.Select(group => (PatientReader.Read(reader, group), Retired(reader, group)))];
    }

    private static PatientRef Retired(Hl7Reader reader, IReadOnlyList<Hl7Segment> group)
    {
        if (group.FirstOrDefault(s => s.Name == "MRG") is not { } mrg
            || PersonIdentifierReader.Read(reader, mrg[1], "MRG-1", stated: null) is not { IsEmpty: false } old)
        {
            throw new Hl7RefusalException(Refusals.NoMerge("MRG-1"));
        }

        return new PatientRef
        {
            NhsNumber = old.Number,
            NhsNumberStatus = old.Status,
            RejectedNhsNumber = old.Rejected,
            LocalIds = old.LocalIds,
            Name = PatientReader.Name(mrg[7]),
        };
    }

    private static (PatientRef First, PatientRef Second) Pair(Hl7Reader reader)
    {
        var groups = reader.Message.Groups("PID");
        return groups.Count switch
        {
            0 => throw new Hl7RefusalException(Refusals.NoPatient()),
            1 => (PatientReader.Read(reader, groups[0]), Retired(reader, groups[0])), // some senders write the second record as MRG
            _ => (PatientReader.Read(reader, groups[0]), PatientReader.Read(reader, groups[1])),
        };
    }
}
