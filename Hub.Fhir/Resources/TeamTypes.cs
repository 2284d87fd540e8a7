namespace Hub.Fhir.Resources;

/// <summary>NHS Data Dictionary, "SERVICE OR TEAM TYPE REFERRED TO (MENTAL HEALTH)": the types met around a crisis team.</summary>
internal static class TeamTypes
{
    public const string CrisisResolution = "A02";

    public static string? Display(string code) => code switch
    {
        "A02" => "Crisis Resolution Team/Home Treatment Service",
        "A05" => "Primary Care Mental Health Service",
        "A06" => "Community Mental Health Team - Functional",
        "A07" => "Community Mental Health Team - Organic",
        "A08" => "Assertive Outreach Team",
        "A10" => "General Psychiatry Service",
        "A11" => "Psychiatric Liaison Service",
        "A14" => "Early Intervention Team for Psychosis",
        "A18" => "Single Point of Access Service",
        "A19" => "24/7 Crisis Response Line",
        "A20" => "Health Based Place of Safety Service",
        "A22" => "Walk-in Crisis Assessment Unit Service",
        "A23" => "Psychiatric Decision Unit Service",
        "A24" => "Acute Day Service",
        "A25" => "Crisis House Service",
        _ => null,
    };
}
