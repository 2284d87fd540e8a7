using Hub.Fhir.Events;

namespace Hub.Proxy.Routing;

/// <summary>
/// What must wait for a person's word before it leaves, whoever is to have it. Doubt about who the person is holds the person as a whole and is judged
/// in one place, <see cref="Episodes.PersonMatch"/>: it lifts by itself when the number comes.
/// </summary>
public static class HoldRules
{
    /// <summary>Why copies wait after a report of death; lifted when the report is removed or the person is seen (clinical rule 18).</summary>
    public const string DeathReported = "A death is reported and not confirmed; a named person decides what may still go.";

    /// <summary>Why copies of a person wait whose whereabouts are hidden (clinical rule 21).</summary>
    public const string RouteUnconfirmed = "The person's whereabouts are hidden; a named person confirms the route.";

    /// <summary>Why, in plain English and without patient data; null where nothing stops it.</summary>
    public static string? For(CareEvent value, EpisodeState? episode, PatientRef identity)
    {
        // Clinical rule 21: sealed routing data; a named person confirms the route.
        if (IsHidden(identity) || IsHidden(value.Patient))
        {
            return RouteUnconfirmed;
        }

        // Clinical rule 18: copies wait, the notice itself and its removal do not.
        return episode?.Death is not null && value is not (Hub.Fhir.Events.DeathReported or DeathWithdrawn)
            ? DeathReported
            : null;
    }

    internal static bool IsHidden(PatientRef person) => person.LocationHiding is LocationHiding.Local or LocationHiding.National;
}
