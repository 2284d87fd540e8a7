using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>One message as events: what happened, from all that its readers found.</summary>
internal static class EventReader
{
    /// <returns>The events, or what is missing for one; nothing where the episode is neither a crisis team's nor a ward's.</returns>
    public static (IReadOnlyList<CareEvent> Events, Problem? Problem, string? SetAsideBecause) Read(ReadMessage message, string name, string messageId, R4.Patient main, R4.Patient? retired, DateTimeOffset? sentAt)
    {
        var patient = PersonReader.Read(message, main);
        var episode = new EpisodeReader(message);
        if (Times(message, episode, name, sentAt) is not { } times)
        {
            return ([], FhirMessageProblems.NoTime, null);
        }

        var facts = new Facts(messageId, Source(message), patient, times.OccurredAt, times.RecordedAt, sentAt is { } at ? ClinicalTime.At(at) : null, RecordedBy(message));
        if (name is "patient-updated" or "patient-merged")
        {
            return OfPerson(message, name, facts, retired);
        }

        if (episode.Key is not { } key)
        {
            return ([], FhirMessageProblems.NoEpisode, null);
        }

        if (episode.Kind is not { } kind)
        {
            return ([], null, "The Encounter is neither a crisis team's (class HH, team type A02) nor a ward's (class IMP).");
        }

        if (name == "medication-change" && MedicineReader.Read(message, facts.OccurredAt, changesOnly: true) is not { Count: > 0 })
        {
            return ([], FhirMessageProblems.NoMedicine, null);
        }

        return (WithDeath(OfEpisode(message, name, facts, episode, key, kind), facts, key), null, null);
    }

    private static CareEvent OfEpisode(ReadMessage message, string name, Facts facts, EpisodeReader episode, EpisodeKey key, EpisodeKind kind) => name switch
    {
        "admission" => Admission(message, facts, episode, key, kind),
        "discharge" => Discharge(message, facts, episode, key, kind),
        "medication-change" => MedicationChange(message, facts, episode, key),
        "admission-cancelled" => new AdmissionCancelled
        {
            SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
            RecordedBy = facts.RecordedBy, Episode = key, Reason = DocumentReader.WithdrawnBecause(message),
        },
        "discharge-cancelled" => new DischargeCancelled
        {
            SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
            RecordedBy = facts.RecordedBy, Episode = key, Reason = DocumentReader.WithdrawnBecause(message),
        },
        "transfer" => Transfer(message, facts, episode, key, kind),
        _ => new EpisodeUpdated
        {
            SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
            RecordedBy = facts.RecordedBy, Episode = key, Team = episode.Team, Cmht = episode.Cmht, Ward = episode.Ward, LegalStatus = episode.LegalStatus, Consultant = episode.Consultant,
            Allergies = Sent(ClinicalReader.Allergies(message)), Diagnoses = ClinicalReader.Diagnoses(message), Carers = CarersReader.Read(message), Risks = ClinicalReader.Risks(message),
        },
    };

    private static Admission Admission(ReadMessage message, Facts facts, EpisodeReader episode, EpisodeKey key, EpisodeKind kind) => new()
    {
        SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
        RecordedBy = facts.RecordedBy, Episode = key, Kind = kind,
        Team = episode.TeamOrSender(),
        Reason = episode.Reason,
        AdmissionMethod = episode.AdmissionMethod,
        SourceOfAdmission = episode.SourceOfAdmission,
        LegalStatus = episode.LegalStatus,
        LeadWorker = episode.LeadWorker,
        KeyWorker = episode.KeyWorker,
        Consultant = episode.Consultant,
        CareCoordinator = episode.CareCoordinator,
        Cmht = episode.Cmht,
        Ward = kind == EpisodeKind.Crt ? episode.Ward : null,
        Carers = CarersReader.Read(message),
        Medicines = MedicineReader.Read(message, facts.OccurredAt, changesOnly: false),
        Allergies = ClinicalReader.Allergies(message),
        Diagnoses = ClinicalReader.Diagnoses(message),
        Risks = ClinicalReader.Risks(message),
        Plan = PlanReader.Actions(message, episode),
    };

    private static Discharge Discharge(ReadMessage message, Facts facts, EpisodeReader episode, EpisodeKey key, EpisodeKind kind)
    {
        var medicines = MedicineReader.Read(message, facts.OccurredAt, changesOnly: false);
        var successors = PlanReader.Successors(message);
        return new()
        {
            SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
            RecordedBy = facts.RecordedBy, Episode = key, Kind = kind,
            Team = episode.Team,
            Method = episode.DischargeMethod,
            Destination = episode.Destination,
            DestinationTeams = successors,
            GpOnly = successors.Count == 0 && DocumentReader.IsGpAlone(message),
            Ward = kind == EpisodeKind.Crt ? episode.Ward : null,
            LegalStatus = episode.LegalStatus,
            ClinicalSummary = DocumentReader.ClinicalSummary(message),
            Diagnoses = ClinicalReader.Diagnoses(message),
            Procedures = DocumentReader.Procedures(message),
            Medicines = medicines,
            MedicinesConfirmed = medicines is not null && MedicineReader.IsConfirmed(message),
            Allergies = ClinicalReader.Allergies(message),
            Risks = ClinicalReader.Risks(message),
            Plan = PlanReader.Actions(message, episode),
            FollowUp = PlanReader.FollowUp(message),
            CrisisPlan = PlanReader.CrisisPlan(message),
            CareCoordinator = episode.CareCoordinator,
            Author = episode.Discharger,
            SocialContext = DocumentReader.SocialContext(message),
            Carers = CarersReader.Read(message),
        };
    }

    private static MedicationChange MedicationChange(ReadMessage message, Facts facts, EpisodeReader episode, EpisodeKey key)
    {
        var lines = MedicineReader.Read(message, facts.OccurredAt, changesOnly: true)!;
        var decider = MedicineReader.OneDecider(lines);
        return new()
        {
            SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
            RecordedBy = facts.RecordedBy, Episode = key,
            Lines = decider is null ? lines : [.. lines.Select(l => l with { DecidedBy = null })],
            DecidedBy = decider,
            Team = episode.Team,
            Allergies = Sent(ClinicalReader.Allergies(message)),
        };
    }

    // A team where the person is now; where they came from is a ServiceRequest's requester in our own messages, or is not sent.
    private static Transfer Transfer(ReadMessage message, Facts facts, EpisodeReader episode, EpisodeKey key, EpisodeKind kind)
    {
        var request = message.Parts.First<R4.ServiceRequest>();
        var to = request?.Performer.Select(p => PeopleReader.Team(message, p)).FirstOrDefault(t => t is not null);
        var from = PeopleReader.Team(message, request?.Requester);
        return new()
        {
            SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
            RecordedBy = facts.RecordedBy, Episode = key,
            From = from,
            To = to ?? episode.TeamOrSender(),
            Direction = (from?.TypeCode, to?.TypeCode) switch { ("A02", "A10") => TransferDirection.CrtToWard, ("A10", "A02") => TransferDirection.WardToCrt, _ => TransferDirection.Team },
            Reason = request?.ReasonCode.Select(Values.Concept).FirstOrDefault(c => c is not null)?.Text,
        };
    }

    private static (IReadOnlyList<CareEvent>, Problem?, string?) OfPerson(ReadMessage message, string name, Facts facts, R4.Patient? retired)
    {
        if (name == "patient-updated")
        {
            return (WithDeath(new PatientUpdated
            {
                SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
                RecordedBy = facts.RecordedBy, Carers = CarersReader.Read(message), Allergies = Sent(ClinicalReader.Allergies(message)),
            }, facts, null), null, null);
        }

        return retired is null ? ([], FhirMessageProblems.NoRetired, null) : ([new PatientMerged
        {
            SourceMessageId = facts.Id, Source = facts.Source, Patient = facts.Patient, OccurredAt = facts.OccurredAt, RecordedAt = facts.RecordedAt, SentAt = facts.SentAt,
            RecordedBy = facts.RecordedBy, Retired = PersonReader.Read(message, retired),
        }], null, null);
    }

    /// <summary>A report of death travels beside the event it came with, as an event of its own.</summary>
    private static List<CareEvent> WithDeath(CareEvent happened, Facts facts, EpisodeKey? episode)
    {
        List<CareEvent> events = [happened];
        if (facts.Patient.Deceased == true)
        {
            events.Add(new DeathReported
            {
                SourceMessageId = new(facts.Id.Value + "/1"), Source = facts.Source, Patient = facts.Patient,
                OccurredAt = facts.Patient.DeceasedAt ?? facts.OccurredAt, DiedAt = facts.Patient.DeceasedAt, Episode = episode,
            });
        }

        return events;
    }

    private static AllergyRecord? Sent(AllergyRecord record) => record.Status == AllergyStatus.NotSent ? null : record;

    private static SourceSystem Source(ReadMessage message) => new()
    {
        Application = message.Settings.Application ?? Values.Text(message.Header.Source?.NameElement) ?? message.Partner.Id,
        Organisation = message.Organisation,
    };

    // The document's own provenance says when what it tells happened; of other provenance it is only known when a record was made.
    private static (ClinicalTime OccurredAt, ClinicalTime? RecordedAt)? Times(ReadMessage message, EpisodeReader episode, string name, DateTimeOffset? sentAt)
    {
        var provenance = message.Parts.All<R4.Provenance>();
        var ofDocument = message.Composition is { } document ? provenance.FirstOrDefault(p => p.Target.Exists(t => message.Parts.Look(t) == document)) : null;
        var recorded = Values.Time(message.Composition?.DateElement) ?? provenance.Select(p => Values.Time(p.RecordedElement)).FirstOrDefault(t => t is not null);
        var occurred = Values.Time(ofDocument?.Occurred)
            ?? (name switch { "admission" => episode.Began, "discharge" or "discharge-cancelled" => episode.Ended, _ => null })
            ?? provenance.Select(p => Values.Time(p.Occurred)).FirstOrDefault(t => t is not null);
        if (occurred is not null)
        {
            return (occurred, recorded);
        }

        if ((recorded ?? (sentAt is { } at ? ClinicalTime.At(at) : null)) is not { } instead)
        {
            return null;
        }

        message.Note("time-of-record-taken", "Provenance.occurred", "When it happened was not sent; the time it was recorded or sent stands in its place.");
        return (instead, recorded);
    }

    private static Actor? RecordedBy(ReadMessage message) => message.Parts.All<R4.Provenance>().SelectMany(p => p.Agent).Select(a => a.Who)
        .Where(w => message.Parts.Look(w) is R4.Practitioner or R4.PractitionerRole).Select(w => PeopleReader.Actor(message, w)).FirstOrDefault(a => a is not null);

    /// <summary>What every event of one message has.</summary>
    private sealed record Facts(string MessageId, SourceSystem Source, PatientRef Patient, ClinicalTime OccurredAt, ClinicalTime? RecordedAt, ClinicalTime? SentAt, Actor? RecordedBy)
    {
        public SourceMessageId Id { get; } = new(MessageId);
    }
}
