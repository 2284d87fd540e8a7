using System.Text.Json.Serialization;

namespace Hub.Fhir.Events;

/// <summary>
/// Something the crisis team did that other teams must hear about, in our words rather than any system's.
/// The set of events is closed: a new one is a new record here and a new bundle in <c>Bundles/</c>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(ReferralReceived), "referral-received")]
[JsonDerivedType(typeof(ReferralAnswered), "referral-answered")]
[JsonDerivedType(typeof(ReferralDeclined), "referral-declined")]
[JsonDerivedType(typeof(GatekeepingDecision), "gatekeeping-decision")]
[JsonDerivedType(typeof(Admission), "admission")]
[JsonDerivedType(typeof(AdmissionCancelled), "admission-cancelled")]
[JsonDerivedType(typeof(Transfer), "transfer")]
[JsonDerivedType(typeof(TransferCancelled), "transfer-cancelled")]
[JsonDerivedType(typeof(Leave), "leave")]
[JsonDerivedType(typeof(MedicationChange), "medication-change")]
[JsonDerivedType(typeof(SideEffectReported), "side-effect-reported")]
[JsonDerivedType(typeof(PhysicalHealthCheck), "physical-health-check")]
[JsonDerivedType(typeof(WorkerChange), "worker-change")]
[JsonDerivedType(typeof(NextVisit), "next-visit")]
[JsonDerivedType(typeof(ContactRecorded), "contact-recorded")]
[JsonDerivedType(typeof(ContactMissed), "contact-missed")]
[JsonDerivedType(typeof(CarerViewRecorded), "carer-view-recorded")]
[JsonDerivedType(typeof(ConsentChanged), "consent-changed")]
[JsonDerivedType(typeof(CrisisPlanPublished), "crisis-plan-published")]
[JsonDerivedType(typeof(DischargePlanned), "discharge-planned")]
[JsonDerivedType(typeof(Discharge), "discharge")]
[JsonDerivedType(typeof(DischargeCancelled), "discharge-cancelled")]
[JsonDerivedType(typeof(EpisodeUpdated), "episode-updated")]
[JsonDerivedType(typeof(PatientUpdated), "patient-updated")]
[JsonDerivedType(typeof(PatientMerged), "patient-merged")]
[JsonDerivedType(typeof(PatientUnmerged), "patient-unmerged")]
[JsonDerivedType(typeof(PatientLinkReported), "patient-link-reported")]
[JsonDerivedType(typeof(DeathReported), "death-reported")]
[JsonDerivedType(typeof(DeathWithdrawn), "death-withdrawn")]
public abstract record CareEvent
{
    private protected CareEvent() { }

    /// <summary>The sender's own id for this event. Sent twice, it must be accepted once.</summary>
    public required SourceMessageId SourceMessageId { get; init; }

    public required SourceSystem Source { get; init; }
    public required PatientRef Patient { get; init; }

    /// <summary>Places the fact on the person's timeline. It never decides which of two assertions wins.</summary>
    public required ClinicalTime OccurredAt { get; init; }

    /// <summary>When the sender wrote it down (EVN-2).</summary>
    public ClinicalTime? RecordedAt { get; init; }

    /// <summary>When the message was made (MSH-7).</summary>
    public ClinicalTime? SentAt { get; init; }

    /// <summary>The sender's sequence number where it counts (MSH-13); null where absent or always zero.</summary>
    public long? Sequence { get; init; }

    public Actor? RecordedBy { get; init; }
    public IReadOnlyList<DataQualityNote> DataQuality { get; init; } = [];

    /// <summary>The type's name and the sender's message id: nothing of the person.</summary>
    public sealed override string ToString() => $"{GetType().Name} {SourceMessageId}";
}

/// <summary>An event inside one episode of care.</summary>
public abstract record EpisodeEvent : CareEvent
{
    private protected EpisodeEvent() { }

    public required EpisodeKey Episode { get; init; }

    /// <summary>Whom to reckon with where nothing heard of the episode names a team: the source's own defaults. They assert nothing.</summary>
    public UsualTeams? UsualTeams { get; init; }
}

/// <summary>The teams that usually look after the people of one source.</summary>
public sealed record UsualTeams
{
    public Team? Crt { get; init; }
    public Team? Cmht { get; init; }
    public Team? Ward { get; init; }
}
