using System.Collections.Frozen;
using Hub.Fhir.Events;

namespace Hub.Proxy.Routing;

/// <summary>Which of a person's wards hear of an event.</summary>
[Flags]
public enum WardsTold
{
    None = 0,

    /// <summary>The ward that referred, or that the person came from.</summary>
    Referring = 1,

    /// <summary>The ward the person is on.</summary>
    Current = 2,

    /// <summary>The ward the person goes to.</summary>
    Destination = 4,
}

/// <summary>Who hears of one kind of event.</summary>
public sealed record RoutingRule(bool Gp, bool Cmht, WardsTold Wards);

/// <summary>The table of who is told of what: one line an event, and a test that no event is forgotten.</summary>
public static class RoutingRules
{
    private const WardsTold Here = WardsTold.Current;
    private const WardsTold From = WardsTold.Referring;
    private const WardsTold To = WardsTold.Destination;
    private const WardsTold No = WardsTold.None;

    public static IReadOnlyDictionary<Type, RoutingRule> Table { get; } = new Dictionary<Type, RoutingRule>
    {
        //                               GP     CMHT   wards
        [typeof(ReferralReceived)] = new(false, true, No),
        [typeof(ReferralAnswered)] = new(true, true, From),
        [typeof(ReferralDeclined)] = new(true, true, From),
        [typeof(GatekeepingDecision)] = new(false, true, From | To),
        [typeof(Admission)] = new(true, true, From | To),
        [typeof(AdmissionCancelled)] = new(true, true, From | Here),
        [typeof(Transfer)] = new(true, true, From | To),
        [typeof(TransferCancelled)] = new(true, true, From | Here | To),
        [typeof(Leave)] = new(false, true, No),
        [typeof(MedicationChange)] = new(true, true, Here),
        [typeof(SideEffectReported)] = new(true, true, Here),
        [typeof(PhysicalHealthCheck)] = new(true, true, Here),
        [typeof(WorkerChange)] = new(true, true, No),
        [typeof(NextVisit)] = new(false, false, No),       // the person's own; part of every later message
        [typeof(ContactRecorded)] = new(false, false, No), // every visit would bury what matters
        [typeof(ContactMissed)] = new(false, true, No),
        [typeof(CarerViewRecorded)] = new(false, true, Here),
        [typeof(ConsentChanged)] = new(false, true, Here),
        [typeof(CrisisPlanPublished)] = new(true, true, Here),
        [typeof(DischargePlanned)] = new(true, true, Here),
        [typeof(Discharge)] = new(true, true, From | Here | To),
        [typeof(DischargeCancelled)] = new(true, true, From | Here | To),
        [typeof(EpisodeUpdated)] = new(true, true, Here),
        [typeof(PatientUpdated)] = new(false, true, Here),
        [typeof(PatientMerged)] = new(true, true, From | Here),
        [typeof(PatientUnmerged)] = new(true, true, From | Here),
        [typeof(PatientLinkReported)] = new(false, false, No), // a person decides first (clinical rule 4)
        [typeof(DeathReported)] = new(true, true, From | Here),
        [typeof(DeathWithdrawn)] = new(true, true, From | Here),
    }.ToFrozenDictionary();

    /// <summary>False where nothing in the event is the GP's business, though events of its kind are.</summary>
    internal static bool ConcernsGp(CareEvent value, EpisodeState? episode, EpisodeState? before) => value switch
    {
        MedicationChange change => change.Lines.Any(l => MayReachGp(l, episode)),
        // A08 comes with every keystroke: the GP hears of it where it says something a prescriber acts on.
        EpisodeUpdated update => update.Allergies is { Status: not AllergyStatus.NotSent } || update.Risks.Count > 0 || update.Diagnoses.Count > 0
            || Takeover.ChangedTo(update, before) is not null, // the practice was told of another team at the discharge
        WorkerChange worker => worker.Role is WorkerRole.CareCoordinator or WorkerRole.Consultant or WorkerRole.Lead,
        _ => true,
    };

    /// <summary>Clinical rule 7: a ward's one-off and as-needed medicines, and rapid tranquillisation anywhere, never reach the GP as current medicines.</summary>
    internal static bool MayReachGp(MedicineLine line, EpisodeState? episode) => line switch
    {
        { Use: MedicineUse.RapidTranquillisation } => false,
        { Depot: not null } => true, // every depot given is told (clinical rule 3), and it is given once at a time
        { Use: MedicineUse.OneOff or MedicineUse.AsNeeded } => episode?.Kind != EpisodeKind.Ward,
        _ => true,
    };
}
