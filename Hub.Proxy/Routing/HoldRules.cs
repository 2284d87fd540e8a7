using Hub.Fhir.Events;

namespace Hub.Proxy.Routing;

/// <summary>What must wait for a person before it leaves, whoever is to have it.</summary>
public static class HoldRules
{
    /// <summary>Why, in plain English and without patient data; null where nothing stops it.</summary>
    public static string? For(CareEvent value, EpisodeState? episode, PatientRef identity)
    {
        // Clinical rule 4: accepted, unverified, and held. Someone known to have no NHS number (status 07) is no doubt but a fact.
        if (identity.NhsNumber is null && identity.NhsNumberStatus != NhsNumberStatus.NotPresentTraceNotRequired)
        {
            return identity.RejectedNhsNumber is null
                ? "The person has no NHS number on record; CRT administration confirms who it is."
                : "The NHS number sent fails its check; CRT administration confirms who the person is.";
        }

        if (identity.NhsNumberStatus is NhsNumberStatus.NoOrMultipleMatch or NhsNumberStatus.Conflict)
        {
            return "Tracing the NHS number found no person, or several; CRT administration confirms who it is.";
        }

        // Clinical rule 21: sealed routing data; a named person confirms the route.
        if (IsHidden(identity) || IsHidden(value.Patient))
        {
            return "The person's whereabouts are hidden; a named person confirms the route.";
        }

        // Clinical rule 18: copies wait, the notice itself and its removal do not.
        return episode?.Death is not null && value is not (DeathReported or DeathWithdrawn)
            ? "A death is reported and not confirmed; a named person decides what may still go."
            : null;
    }

    private static bool IsHidden(PatientRef person) => person.LocationHiding is LocationHiding.Local or LocationHiding.National;
}
