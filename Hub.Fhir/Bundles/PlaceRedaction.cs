using Hub.Fhir.Events;

namespace Hub.Fhir.Bundles;

/// <summary>
/// Takes the person's and their contacts' places and numbers out before anything is mapped (clinical rule 21, ITK3 PDS-04). Teams' numbers
/// stay. Words in free text are never cut by machine: <see cref="PlaceScan"/> finds them and a person decides.
/// </summary>
internal static class PlaceRedaction
{
    /// <summary>Hidden by either is hidden: an older event may say that nothing is to be hidden, and a newer one that lifts it has lifted it in the episode too.</summary>
    public static bool Applies(CareEvent happened, EpisodeState? episode) => IsHidden(happened.Patient) || (episode is not null && IsHidden(episode.Patient));

    public static bool IsHidden(PatientRef person) => person.LocationHiding is LocationHiding.Local or LocationHiding.National;

    public static CareEvent Of(CareEvent happened)
    {
        var redacted = happened with { Patient = Of(happened.Patient) };
        return redacted switch
        {
            Admission admission => admission with { Carers = [] },
            Discharge discharge => discharge with { Carers = [], FollowUp = Of(discharge.FollowUp), CrisisPlan = Of(discharge.CrisisPlan) },
            EpisodeUpdated updated => updated with { Carers = [] },
            PatientUpdated updated => updated with { Carers = [] },
            CrisisPlanPublished published => published with { Plan = Of(published.Plan)! },
            PatientMerged merged => merged with { Retired = Of(merged.Retired) },
            PatientUnmerged unmerged => unmerged with { Separated = Of(unmerged.Separated) },
            PatientLinkReported reported => reported with { Other = Of(reported.Other) },
            _ => redacted,
        };
    }

    public static EpisodeState? Of(EpisodeState? episode) => episode is null ? null : episode with
    {
        Patient = Of(episode.Patient),
        Carers = [],
        Admission = episode.Admission is null ? null : (Admission)Of(episode.Admission),
        Discharge = Of(episode.Discharge),
        LastTold = Of(episode.LastTold),
        FirstTold = Of(episode.FirstTold),
        CrisisPlan = Of(episode.CrisisPlan),
    };

    private static PatientRef Of(PatientRef patient) => patient with
    {
        Address = null,
        Contacts = [],
        GpPractice = null,
        GpPracticeName = null,
        Gp = null,
        SafeContact = patient.SafeContact is null ? null : patient.SafeContact with { Note = null },
    };

    private static Discharge? Of(Discharge? discharge) => discharge is null ? null : (Discharge)Of((CareEvent)discharge);

    private static FollowUp? Of(FollowUp? followUp) => followUp is null ? null : followUp with { Place = null };

    private static CrisisPlanRef? Of(CrisisPlanRef? plan) => plan is null ? null : plan with { Location = null };
}
