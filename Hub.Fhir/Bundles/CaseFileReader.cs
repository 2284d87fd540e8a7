using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Opens a case file: redacts first, then lays the event over its episode.</summary>
internal static class CaseFileReader
{
    public static CaseFile Open(ComposeRequest request)
    {
        var hidden = PlaceRedaction.Applies(request.Event, request.Episode);
        var happened = hidden ? PlaceRedaction.Of(request.Event) : request.Event;
        var episode = hidden ? PlaceRedaction.Of(request.Episode) : request.Episode;
        var patient = Merge(happened.Patient, episode?.Patient);
        var admission = happened as Admission;
        var discharge = happened as Discharge;
        var updated = happened as EpisodeUpdated;
        var kind = episode?.Kind ?? admission?.Kind ?? discharge?.Kind ?? EpisodeKind.Crt;

        return new CaseFile
        {
            Event = happened,
            Episode = episode,
            Before = hidden ? PlaceRedaction.Of(request.Before) : request.Before,
            CarriedForward = hidden ? [.. request.CarriedForward.Select(PlaceRedaction.Of)] : request.CarriedForward,
            ReceivedAt = request.ReceivedAt,
            Rules = [.. request.Rules.Where(r => r is { Enabled: true, Signature: not null })],
            PlacesHidden = hidden,
            Patient = patient,
            PatientId = ResourceIds.Patient(patient, happened.Source, happened.SourceMessageId),
            Kind = kind,
            Crt = episode?.Crt ?? CrtOf(happened),
            Cmht = episode?.Cmht ?? admission?.Cmht ?? updated?.Cmht,
            Ward = episode?.Ward ?? WardOf(happened),
            LeadWorker = episode?.LeadWorker ?? admission?.LeadWorker,
            KeyWorker = episode?.KeyWorker ?? admission?.KeyWorker,
            Consultant = episode?.Consultant ?? admission?.Consultant ?? updated?.Consultant,
            CareCoordinator = Known(discharge?.CareCoordinator) ?? Known(episode?.CareCoordinator) ?? admission?.CareCoordinator ?? CareCoordinator.Unknown,
            LegalStatus = discharge?.LegalStatus ?? episode?.LegalStatus ?? admission?.LegalStatus ?? updated?.LegalStatus,
            Medicines = MedicineList.Of(Reported(happened, episode), kind),
            Allergies = Sent(episode?.Allergies) ?? Sent(AllergiesOf(happened)) ?? AllergyRecord.NotSent,
            Diagnoses = FirstFilled(episode?.Diagnoses, discharge?.Diagnoses, admission?.Diagnoses, updated?.Diagnoses),
            Risks = FirstFilled(episode?.Risks, discharge?.Risks, admission?.Risks, updated?.Risks, (happened as ReferralReceived)?.Risks),
            Carers = FirstFilled(episode?.Carers, discharge?.Carers, admission?.Carers, updated?.Carers, (happened as PatientUpdated)?.Carers),
            PhysicalHealth = FirstFilled(episode?.PhysicalHealth, discharge?.PhysicalHealth, happened is PhysicalHealthCheck check ? [check.Check] : null),
            SideEffects = FirstFilled(episode?.SideEffects, happened is SideEffectReported effect ? [effect] : null),
            Plan = discharge?.Plan ?? FirstFilled(admission?.Plan, episode?.Discharge?.Plan, episode?.Admission?.Plan),
            Given = FirstFilled(episode?.Given, discharge?.InformationGiven, admission?.InformationGiven, (happened as CrisisPlanPublished)?.GivenTo),
            Remarks = [.. (discharge?.Remarks ?? admission?.Remarks ?? updated?.Remarks ?? []).Concat(episode?.Remarks ?? []).Distinct()],
            CrisisPlan = discharge?.CrisisPlan ?? (happened as CrisisPlanPublished)?.Plan ?? episode?.CrisisPlan,
            FollowUp = discharge?.FollowUp ?? episode?.Discharge?.FollowUp ?? (happened is DischargeCancelled ? (episode?.LastTold?.FollowUp) : null),
            NextVisit = happened as NextVisit ?? episode?.NextVisit,
            Gatekeeping = happened as GatekeepingDecision ?? episode?.Gatekeeping,
            Referral = happened as ReferralReceived ?? episode?.Referral,
        };
    }

    /// <summary>The list the hub keeps; where it keeps none, the lines of this event alone.</summary>
    public static IReadOnlyList<ReportedMedicine> Reported(CareEvent happened, EpisodeState? episode) => episode is { Medicines.Count: > 0 }
        ? episode.Medicines
        : [.. LinesOf(happened).Select(line => new ReportedMedicine
        {
            Line = line,
            Status = MedicineChanges.StatusAfter(line),
            AsOf = happened.RecordedAt ?? happened.OccurredAt,
            From = happened.SourceMessageId,
        })];

    public static IReadOnlyList<MedicineLine> LinesOf(CareEvent happened) => happened switch
    {
        MedicationChange change => change.Lines,
        Discharge { Medicines: { } lines } => lines,
        Admission { Medicines: { } lines } => lines,
        _ => [],
    };

    // What this message says of the person stands before what was heard earlier; what it does not say is taken from there.
    private static PatientRef Merge(PatientRef now, PatientRef? earlier) => earlier is null ? now : earlier with
    {
        NhsNumber = now.NhsNumber ?? earlier.NhsNumber,
        NhsNumberStatus = now.NhsNumber is null ? earlier.NhsNumberStatus : now.NhsNumberStatus ?? earlier.NhsNumberStatus,
        LocalIds = now.LocalIds.Count > 0 ? now.LocalIds : earlier.LocalIds,
        Name = now.Name ?? earlier.Name,
        BirthDate = now.BirthDate ?? earlier.BirthDate,
        Sex = now.Sex ?? earlier.Sex,
    };

    private static Team? CrtOf(CareEvent happened) => happened switch
    {
        Admission { Kind: EpisodeKind.Crt } admission => admission.Team,
        Discharge { Kind: EpisodeKind.Crt } discharge => discharge.Team,
        MedicationChange change => change.Team,
        ReferralReceived referral => referral.Team,
        ReferralAnswered answered => answered.Team,
        ReferralDeclined declined => declined.Team,
        EpisodeUpdated updated => updated.Team,
        Transfer { Direction: TransferDirection.WardToCrt } transfer => transfer.To,
        Transfer { Direction: TransferDirection.CrtToWard } transfer => transfer.From,
        _ => null,
    };

    private static Team? WardOf(CareEvent happened) => happened switch
    {
        Admission { Kind: EpisodeKind.Ward } admission => admission.Team,
        Admission admission => admission.Ward ?? admission.ReferringWard,
        Discharge { Kind: EpisodeKind.Ward } discharge => discharge.Team ?? discharge.Ward,
        Discharge discharge => discharge.Ward,
        Leave leave => leave.Ward,
        GatekeepingDecision decision => decision.Ward,
        EpisodeUpdated updated => updated.Ward,
        Transfer { Direction: TransferDirection.CrtToWard } transfer => transfer.To,
        Transfer { Direction: TransferDirection.WardToCrt } transfer => transfer.From,
        _ => null,
    };

    private static AllergyRecord? AllergiesOf(CareEvent happened) => happened switch
    {
        Admission admission => admission.Allergies,
        Discharge discharge => discharge.Allergies,
        MedicationChange change => change.Allergies,
        EpisodeUpdated updated => updated.Allergies,
        PatientUpdated updated => updated.Allergies,
        _ => null,
    };

    private static AllergyRecord? Sent(AllergyRecord? record) => record is { Status: not AllergyStatus.NotSent } ? record : null;

    private static CareCoordinator? Known(CareCoordinator? coordinator) => coordinator is { Status: not CareCoordinatorStatus.Unknown } ? coordinator : null;

    private static IReadOnlyList<T> FirstFilled<T>(params ReadOnlySpan<IReadOnlyList<T>?> lists)
    {
        foreach (var list in lists)
        {
            if (list is { Count: > 0 })
            {
                return list;
            }
        }

        return [];
    }
}
