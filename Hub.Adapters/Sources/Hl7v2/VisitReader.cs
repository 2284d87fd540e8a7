using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>ADT messages about an episode: one method a trigger.</summary>
internal static class VisitReader
{
    private static readonly HashSet<string> DischargeMethods = ["1", "3", "4", "6", "7", "8", "9"];

    // NHS Data Dictionary, "DISCHARGE DESTINATION CODE": two digits, where methods have one.
    private static bool IsDestination(string code) => code.Length == 2 && code.All(char.IsAsciiDigit);

    /// <summary>A01 and A04: care began. Whether an A04 in an open episode is a contact, the episodes judge.</summary>
    public static CareEvent Admission(Hl7Reader reader, EventFacts facts, PatientRef patient, EpisodeKind kind)
    {
        var (m, fields) = (reader.Message, reader.Settings.Fields);
        var ward = kind == EpisodeKind.Ward;
        return new Admission
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
            Episode = reader.Episode(patient),
            Kind = kind,
            Team = OwnTeam(reader) ?? new Team { Name = "team not sent" },
            Reason = reader.Fact(fields.Reason, m.Field("PV2", 3).First is { IsEmpty: false } reason ? Hl7Reader.Coded(reason)?.Text : null),
            AdmissionMethod = reader.Translate(CodeTables.AdmissionMethod, reader.Fact(fields.AdmissionMethod, m.Field("PV1", 4).Text), "PV1-4"),
            SourceOfAdmission = reader.Translate(CodeTables.SourceOfAdmission, reader.Fact(fields.SourceOfAdmission, m.Field("PV1", 14).Text), "PV1-14"),
            LegalStatus = ClinicalSegments.LegalStatus(reader),
            Consultant = reader.Actor(m.Field("PV1", 9), "consultant") ?? reader.Actor(m.Field("PV1", 7), "consultant"),
            Cmht = reader.Place(reader.Settings.Cmht, "cmht"),
            Ward = ward ? OwnTeam(reader) : null,
            ReferringWard = ward ? null : reader.Place(reader.Settings.Ward, "ward"),
            Carers = ClinicalSegments.Carers(reader),
            Allergies = ClinicalSegments.Allergies(reader),
            Diagnoses = ClinicalSegments.Diagnoses(reader),
            Remarks = ClinicalSegments.Remarks(reader),
            ServiceType = reader.Fact(fields.ServiceType, m.Field("PV1", 10).Text),
        };
    }

    public static CareEvent AdmissionCancelled(Hl7Reader reader, EventFacts facts, PatientRef patient) => new AdmissionCancelled
    {
        SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
        Episode = reader.Episode(patient),
        Reason = reader.Fact(reader.Settings.Fields.CancelReason, reader.Message.Field("EVN", 4)[2] ?? reader.Message.Field("EVN", 4).Text),
    };

    public static CareEvent Transfer(Hl7Reader reader, EventFacts facts, PatientRef patient, EpisodeKind kind)
    {
        var prior = reader.At(reader.Settings.PriorTeamField);
        return new Transfer
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
            Episode = reader.Episode(patient),
            From = reader.Team(prior, reader.Settings.PriorTeamField),
            To = OwnTeam(reader) ?? new Team { Name = "team not sent" },
            Direction = Direction(KindOf(reader, prior), kind),
            Reason = reader.Message.Field("PV2", 4)[2] ?? reader.Message.Field("PV2", 4).Text,
        };
    }

    /// <summary>A12: PV1-3 is where the person is again.</summary>
    public static CareEvent TransferCancelled(Hl7Reader reader, EventFacts facts, PatientRef patient) => new TransferCancelled
    {
        SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
        Episode = reader.Episode(patient),
        BackTo = OwnTeam(reader),
    };

    public static CareEvent Leave(Hl7Reader reader, EventFacts facts, PatientRef patient, bool returned) => new Leave
    {
        SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
        Episode = reader.Episode(patient),
        Returned = returned,
        ExpectedBackAt = reader.Time(reader.Message.Field("PV2", 47).Text, "PV2-47"),
        Ward = OwnTeam(reader),
    };

    /// <summary>A03. It carries no medicines and no allergies: the hub enriches from what it holds, as clinical rule 6 allows.</summary>
    public static CareEvent Discharge(Hl7Reader reader, EventFacts facts, PatientRef patient, EpisodeKind kind)
    {
        var (method, destination) = Disposal(reader);
        var ended = reader.TimeThatMatters("PV1", 45);
        if (ended is not null && ended.Instant != facts.OccurredAt.Instant && !ended.IsDateOnly)
        {
            reader.Note("discharge-time-differs", "PV1-45", "PV1-45 gives another time of discharge than EVN-6; EVN-6 was taken.");
        }

        return new Discharge
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
            Episode = reader.Episode(patient),
            Kind = kind,
            Team = OwnTeam(reader),
            Method = method,
            Destination = destination,
            DestinationTeams = reader.Place(reader.Settings.Cmht, "cmht") is { } cmht ? [cmht] : [],
            Ward = kind == EpisodeKind.Ward ? OwnTeam(reader) : reader.Place(reader.Settings.Ward, "ward"),
            LegalStatus = ClinicalSegments.LegalStatus(reader),
            Diagnoses = ClinicalSegments.Diagnoses(reader),
            Allergies = ClinicalSegments.Allergies(reader),
            Author = facts.RecordedBy,
            Carers = ClinicalSegments.Carers(reader),
            Remarks = ClinicalSegments.Remarks(reader),
        };
    }

    public static CareEvent DischargeCancelled(Hl7Reader reader, EventFacts facts, PatientRef patient) => new DischargeCancelled
    {
        SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
        Episode = reader.Episode(patient),
        Reason = reader.Fact(reader.Settings.Fields.CancelReason, reader.Message.Field("EVN", 4)[2] ?? reader.Message.Field("EVN", 4).Text),
    };

    public static CareEvent Updated(Hl7Reader reader, EventFacts facts, PatientRef patient, EpisodeKind kind)
    {
        var allergies = ClinicalSegments.Allergies(reader);
        return new EpisodeUpdated
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
            Episode = reader.Episode(patient),
            Team = OwnTeam(reader),
            Cmht = reader.Place(reader.Settings.Cmht is { Field: { } field } ? new Hl7v2Place { Field = field } : null, "cmht"),
            Ward = kind == EpisodeKind.Ward ? OwnTeam(reader) : null,
            LegalStatus = ClinicalSegments.LegalStatus(reader),
            Consultant = reader.Actor(reader.Message.Field("PV1", 9), "consultant"),
            Allergies = allergies.Status == AllergyStatus.NotSent ? null : allergies,
            Diagnoses = ClinicalSegments.Diagnoses(reader),
            Carers = ClinicalSegments.Carers(reader),
            Remarks = ClinicalSegments.Remarks(reader),
        };
    }

    /// <summary>An attendance that did not take place (ZU3-3): no admission may be made of it.</summary>
    public static CareEvent? Missed(Hl7Reader reader, EventFacts facts, PatientRef patient)
    {
        // NHS Data Dictionary, "ATTENDED OR DID NOT ATTEND CODE".
        var outcome = reader.Message.Field("ZU3", 3).Text?.TrimStart('0') switch
        {
            "2" or "4" => "cancelled",
            "3" or "7" => "did-not-attend",
            _ => null,
        };
        return outcome is null ? null : new ContactMissed
        {
            SourceMessageId = facts.MessageId, Source = facts.Source, Patient = patient, OccurredAt = facts.OccurredAt,
            Episode = reader.Episode(patient),
            PlannedAt = reader.TimeThatMatters("PV1", 44),
            Outcome = outcome,
        };
    }

    /// <summary>
    /// The places the source's file knows, for an episode whose admission was not heard of: an order may be the first message about a person.
    /// </summary>
    public static UsualTeams UsualTeams(Hl7Reader reader) => new()
    {
        Crt = OwnTeam(reader),
        Cmht = reader.Place(reader.Settings.Cmht, "cmht"),
        Ward = reader.Place(reader.Settings.Ward, "ward"),
    };

    public static Team? OwnTeam(Hl7Reader reader) => reader.Team(reader.At(reader.Settings.TeamField), reader.Settings.TeamField);

    private static (string? Method, string? Destination) Disposal(Hl7Reader reader)
    {
        var (method, destination) = SentDisposal(reader);
        return (
            reader.Translate(CodeTables.DischargeMethod, reader.Fact(reader.Settings.Fields.DischargeMethod, method), "PV1-36"),
            reader.Translate(CodeTables.DischargeDestination, reader.Fact(reader.Settings.Fields.DischargeDestination, destination), "PV1-37"));
    }

    private static (string? Method, string? Destination) SentDisposal(Hl7Reader reader)
    {
        string? pv136 = reader.Message.Field("PV1", 36).Text, pv137 = reader.Message.Field("PV1", 37).Text;
        if (pv137 is null && pv136 is not null && IsDestination(pv136))
        {
            reader.Note("destination-in-pv1-36", "PV1-36", "A discharge destination stands in PV1-36 and PV1-37 is empty; it was taken as the destination.");
            return (null, pv136);
        }

        var method = reader.Settings.DischargeMethodInPv136 && pv136 is not null && DischargeMethods.Contains(pv136) ? pv136 : null;
        if (method is null && pv136 is not null)
        {
            reader.Note("unmapped-code", "PV1-36", "The code mixes disposal and discharge methods; it is not taken as a discharge method.");
        }

        return (method, pv137);
    }

    private static CareSetting? KindOf(Hl7Reader reader, string? code) =>
        code is not null && reader.Settings.Teams.TryGetValue(code, out var team) ? team.Kind : null;

    private static TransferDirection Direction(CareSetting? from, EpisodeKind to) => (from, to) switch
    {
        (CareSetting.Ward, EpisodeKind.Crt) => TransferDirection.WardToCrt,
        (CareSetting.Crt, EpisodeKind.Ward) => TransferDirection.CrtToWard,
        _ => TransferDirection.Team,
    };
}
