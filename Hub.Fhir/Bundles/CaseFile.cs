using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>
/// All that one bundle is written from: the event laid over its episode, with what is hidden already taken out. Mappers and narratives
/// read this and never the request, so that what is withheld cannot slip past it.
/// </summary>
internal sealed class CaseFile
{
    public required CareEvent Event { get; init; }
    public required EpisodeState? Episode { get; init; }
    public required EpisodeState? Before { get; init; }
    public required IReadOnlyList<CareEvent> CarriedForward { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The trust's monitoring rules that a pharmacist has signed.</summary>
    public IReadOnlyList<MonitoringRule> Rules { get; init; } = [];

    /// <summary>True where the person's and their contacts' places and numbers are withheld (clinical rule 21).</summary>
    public required bool PlacesHidden { get; init; }

    public required PatientRef Patient { get; init; }
    public required string PatientId { get; init; }
    public string PatientUrl => ResourceIds.Url(PatientId);

    public EpisodeKey? Key => Episode?.Key ?? (Event as EpisodeEvent)?.Episode;
    public EpisodeKind Kind { get; init; }
    public Team? Crt { get; init; }
    public Team? Cmht { get; init; }
    public Team? Ward { get; init; }
    public Actor? LeadWorker { get; init; }
    public Actor? KeyWorker { get; init; }
    public Actor? Consultant { get; init; }
    public CareCoordinator CareCoordinator { get; init; } = CareCoordinator.Unknown;
    public Coded? LegalStatus { get; init; }
    public required MedicineList Medicines { get; init; }

    /// <summary>What of the current medicines a clinician confirmed at the discharge that stands.</summary>
    public ConfirmedMedicines Confirmed => field ??= ConfirmedMedicines.Of(Standing, Medicines);

    /// <summary>True where the list that is handed over is the confirmed one; false where it is not; null where no list is handed over.</summary>
    public bool? ListConfirmed => Event is Discharge ? Confirmed.All : null;

    /// <summary>The discharge that stands; null before it and after its cancel.</summary>
    public Discharge? Standing => Event as Discharge ?? (Event is DischargeCancelled ? null : Episode?.Discharge);
    public AllergyRecord Allergies { get; init; } = AllergyRecord.NotSent;
    public IReadOnlyList<Diagnosis> Diagnoses { get; init; } = [];
    public IReadOnlyList<Risk> Risks { get; init; } = [];
    public IReadOnlyList<Carer> Carers { get; init; } = [];
    public IReadOnlyList<MonitoringCheck> PhysicalHealth { get; init; } = [];
    public IReadOnlyList<SideEffectReported> SideEffects { get; init; } = [];
    public IReadOnlyList<PlannedAction> Plan { get; init; } = [];
    public IReadOnlyList<GivenCopy> Given { get; init; } = [];
    public IReadOnlyList<Remark> Remarks { get; init; } = [];
    public CrisisPlanRef? CrisisPlan { get; init; }
    public FollowUp? FollowUp { get; init; }
    public NextVisit? NextVisit { get; init; }
    public GatekeepingDecision? Gatekeeping { get; init; }
    public ReferralReceived? Referral { get; init; }

    /// <summary>The team that speaks: of the episode, else the one its event names.</summary>
    public Team? Author => Kind == EpisodeKind.Ward ? Ward : Crt;

    /// <summary>The team whose number is answered day and night: the crisis team, the team that speaks, else a team that is asked to take over; null where none was sent.</summary>
    public Team? Line24h => new[] { Crt, Author }.Concat(((Event as Discharge) ?? Episode?.Discharge)?.DestinationTeams ?? []).FirstOrDefault(t => Datatypes.Null(t?.Phone24h) is not null);

    /// <summary>A number for people and professionals, day and night; null where none was sent.</summary>
    public string? Phone24h => Line24h?.Phone24h;

    /// <summary>How to send the person back, in the sender's words, else to the team that speaks or the crisis team; null where neither has a number for it.</summary>
    public string? ReferBack => Datatypes.Null((Event as Discharge)?.ReferBackRoute)
        ?? (Line24h is { } team && (team == Crt || team == Author) ? $"ring {team.Name} on {team.Phone24h}" : null);

    /// <summary>The clinician to ring about this message, where one is named with a number.</summary>
    public Actor? Contact => new[] { (Event as Discharge)?.Author, (Event as MedicationChange)?.DecidedBy, (Event as GatekeepingDecision)?.DecidedBy, Event.RecordedBy, LeadWorker }
        .FirstOrDefault(a => Datatypes.Null(a?.Phone) is not null);

    public ClinicalTime WrittenAt => Event.RecordedAt ?? Event.SentAt ?? Event.OccurredAt;

    /// <summary>Every id of this event's own resources goes through here.</summary>
    public string EventId(string kind, params ReadOnlySpan<string> id) => ResourceIds.OfEvent(kind, Event, id);

    /// <summary>An id of the episode where there is one, else of the event.</summary>
    public string CaseId(string kind, params ReadOnlySpan<string> id) => Key is { } key ? ResourceIds.OfEpisode(kind, key, id) : EventId(kind, id);
}
