using Hub.Fhir.Events;
using Hub.Proxy.Episodes;

namespace Hub.Proxy.Replays;

/// <summary>The practice that a named person has confirmed after another one said that the person is not theirs (clinical rule 17).</summary>
/// <param name="Code">Its ODS code.</param>
/// <param name="Name">As its partner file has it.</param>
internal sealed record ConfirmedPractice(OdsCode Code, string Name)
{
    /// <summary>The person, registered there. The doctor of the old practice is none of the new one's.</summary>
    public PatientRef Of(PatientRef person) => person.GpPractice == Code ? person : person with { GpPractice = Code, GpPracticeName = Name, Gp = null };

    /// <summary>What an event did, told of the person as registered there.</summary>
    public Applied Of(Applied applied) => applied with
    {
        After = applied.After with { Patient = Of(applied.After.Patient) },
        Effective = applied.Effective with { Patient = Of(applied.Effective.Patient) },
    };
}
