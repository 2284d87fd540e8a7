using Hub.Fhir.Events;

namespace Hub.Fhir.Bundles;

/// <summary>Which file tells which event. The compiler cannot see that all are here: a test goes through the whole family.</summary>
internal static class StoryTeller
{
    public static Story Tell(CaseFile file, PartSet parts, CareEvent happened) => happened switch
    {
        Admission admission => AdmissionBundle.Tell(file, admission),
        Discharge discharge => DischargeBundle.Tell(file, parts, discharge),
        MedicationChange change => MedicationChangeBundle.Tell(file, change),
        AdmissionCancelled cancelled => WithdrawalBundle.Tell(file, cancelled),
        DischargeCancelled cancelled => WithdrawalBundle.Tell(file, cancelled),
        TransferCancelled cancelled => WithdrawalBundle.Tell(file, cancelled),
        Transfer transfer => TransferBundle.Tell(file, parts, transfer),
        Leave leave => LeaveBundle.Tell(leave),
        PatientMerged merged => IdentityBundle.Tell(file, parts, merged),
        PatientUnmerged unmerged => IdentityBundle.Tell(file, parts, unmerged),
        PatientLinkReported reported => IdentityBundle.Tell(reported),
        DischargePlanned planned => PlannedDischargeBundle.Tell(file, parts, planned),
        ReferralReceived referral => ReferralBundle.Tell(file, parts, referral),
        ReferralAnswered answered => ReferralBundle.Tell(file, parts, answered),
        ReferralDeclined declined => ReferralBundle.Tell(file, parts, declined),
        GatekeepingDecision decision => GatekeepingBundle.Tell(file, parts, decision),
        WorkerChange change => ContactBundle.Tell(change),
        NextVisit visit => ContactBundle.Tell(file, parts, visit),
        ContactRecorded contact => ContactBundle.Tell(contact),
        ContactMissed missed => ContactBundle.Tell(file, missed),
        CarerViewRecorded view => ConsentBundle.Tell(view),
        ConsentChanged consent => ConsentBundle.Tell(file, consent),
        SideEffectReported effect => SideEffectBundle.Tell(file, effect),
        PhysicalHealthCheck check => PhysicalHealthBundle.Tell(check),
        CrisisPlanPublished published => CrisisPlanBundle.Tell(published),
        EpisodeUpdated updated => UpdateBundle.Tell(file, updated),
        PatientUpdated updated => UpdateBundle.Tell(updated),
        DeathReported death => DeathBundle.Tell(death),
        DeathWithdrawn withdrawn => DeathBundle.Tell(withdrawn),
        _ => throw new NotSupportedException($"No bundle tells a {happened.GetType().Name}."),
    };
}
