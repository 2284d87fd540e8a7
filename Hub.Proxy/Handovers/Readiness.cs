using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Proxy.Handovers;

/// <summary>What would be open if the person were discharged now: looked at before the day, when it can still be mended. Pure; advises nothing.</summary>
internal static class Readiness
{
    public static IReadOnlyList<HandoverCheck> Of(EpisodeState state)
    {
        var active = state.Medicines.Where(m => m is { Status: MedicineStatus.Active, Line.Use: MedicineUse.Regular }).ToList();
        var unsupplied = active.Count(m => m.Line is { SupplyEndsOn: null, Depot: null });
        var unowned = active.Count(m => m.Line.NextPrescriber is null or { Status: PrescriberStatus.NotAsked });
        return
        [
            new("practice-known", state.Patient.GpPractice is { NamesNoPractice: false },
                state.Patient.GpPractice is null ? "no practice was sent" : state.Patient.GpPractice.NamesNoPractice ? "the code names no practice: help to register" : "a practice is named"),
            new("team-asked", state.DischargePlanned is { } p ? p.FollowOn.Count > 0 || p.FollowOnIsGpOnly : false,
                state.DischargePlanned is null ? "no planned discharge was reported" : state.DischargePlanned.FollowOnIsGpOnly ? "the GP alone" : $"{state.DischargePlanned.FollowOn.Count} team(s) named to take over"),
            new("date-agreed", state.DischargePlanned is { AgreedWith.Count: > 0 },
                state.DischargePlanned is { } planned ? $"planned for {Wording.When(planned.PlannedFor)}, agreed with {planned.AgreedWith.Count}" : "no date was reported"),
            new("medicines-confirmed", null, active.Count == 0 ? "not checked: no medicines were reported" : $"not checked: {active.Count} current as last reported; a clinician confirms the list at discharge"),
            new("supply-known", active.Count == 0 ? null : unsupplied == 0, active.Count == 0 ? "not checked: no medicines were reported" : unsupplied == 0 ? "each has an end of supply" : $"{unsupplied} without an end of supply"),
            new("next-prescriber", active.Count == 0 ? null : unowned == 0, active.Count == 0 ? "not checked: no medicines were reported" : unowned == 0 ? "asked or accepted for each" : $"nobody asked for {unowned}"),
            new("crisis-plan", state.CrisisPlan is not null, state.CrisisPlan is null ? "none was reported" : "there is one"),
            new("care-coordinator", state.CareCoordinator.Status != CareCoordinatorStatus.Unknown, Wording.CareCoordinator(state.CareCoordinator)),
            new("carers-asked", !state.Carers.Any(c => c.IsCarer) ? null : state.Carers.Where(c => c.IsCarer).All(c => c.ViewOfDischargeDate is not null),
                !state.Carers.Any(c => c.IsCarer) ? "not checked: no carer was reported" : $"{state.Carers.Count(c => c is { IsCarer: true, ViewOfDischargeDate: null })} not asked about the date"),
        ];
    }
}
