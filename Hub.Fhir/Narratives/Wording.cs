using System.Globalization;
using Hub.Fhir.Events;

namespace Hub.Fhir.Narratives;

/// <summary>English words for values; every text for people comes from here or from the .liquid files beside it.</summary>
public static class Wording
{
    /// <summary>Printed under every list of medicines (clinical rule 6).</summary>
    public const string NotNamedHere = "Medicines not named here: no change is asked; do not stop them because of this list.";

    /// <summary>Clinical rule 9.</summary>
    public const string GpListNotChecked = "GP list: not checked: we cannot see it.";

    /// <summary>A time in letters' order, at the precision and in the zone its source wrote.</summary>
    public static string When(ClinicalTime? time) => time switch
    {
        null => "time not stated",
        { Precision: TimePrecision.Year } => time.Instant.ToString("yyyy", CultureInfo.InvariantCulture),
        { Precision: TimePrecision.Month } => time.Instant.ToString("MMMM yyyy", CultureInfo.InvariantCulture),
        { Precision: TimePrecision.Day } => time.Instant.ToString("ddd d MMMM yyyy", CultureInfo.InvariantCulture),
        _ => time.Instant.ToString("ddd d MMMM yyyy HH:mm", CultureInfo.InvariantCulture) + (time.Ambiguous ? " (this time occurred twice; the first is meant)" : ""),
    };

    /// <summary>The day only, for titles.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Day(DateOnly)"/>
    public static string Day(ClinicalTime time) => time.Precision switch
    {
        TimePrecision.Year or TimePrecision.Month => When(time),
        _ => time.Instant.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
    };

    public static string Party(CareParty party) => party switch
    {
        CareParty.Crt => "Crisis team",
        CareParty.Gp => "GP",
        CareParty.Cmht => "Community mental health team",
        CareParty.Ward => "Ward",
        CareParty.Patient => "The person",
        CareParty.Carer => "Carer",
        _ => "Other",
    };

    public static string Action(MedicineAction action) => action switch
    {
        MedicineAction.Start => "Started",
        MedicineAction.Amend => "Changed",
        MedicineAction.Stop => "Stopped",
        MedicineAction.Hold => "On hold",
        MedicineAction.Resume => "Resumed",
        MedicineAction.Switch => "Switched",
        MedicineAction.Continue => "Unchanged",
        MedicineAction.Administer => "Given",
        MedicineAction.CourseFinished => "Course finished",
        MedicineAction.Cancelled => "Order cancelled; not known whether taken",
        MedicineAction.EnteredInError => "Entered in error",
        _ => "Not understood",
    };

    public static string Status(MedicineStatus status) => status switch
    {
        MedicineStatus.Active => "current",
        MedicineStatus.OnHold => "on hold",
        MedicineStatus.Stopped => "stopped",
        MedicineStatus.CourseFinished => "course finished",
        MedicineStatus.CancelledUnknown => "order cancelled; not known whether taken",
        MedicineStatus.EnteredInError => "entered in error",
        _ => "not understood",
    };

    public static string Risk(RiskKind kind) => kind switch
    {
        RiskKind.ToSelf => "Risk to self",
        RiskKind.ToOthers => "Risk to others",
        RiskKind.FromOthers => "Risk from others",
        RiskKind.Safeguarding => "Safeguarding",
        _ => "Other risk",
    };

    public static string Risk(RiskStatement statement) => statement switch
    {
        RiskStatement.Identified => "identified",
        RiskStatement.AssessedNone => "assessed, none",
        _ => "not stated",
    };

    public static string Consent(ConsentState state) => state switch
    {
        ConsentState.Given => "given",
        ConsentState.Refused => "refused",
        ConsentState.Withdrawn => "withdrawn",
        ConsentState.LacksCapacity => "lacks capacity: best-interests decision",
        _ => "not asked",
    };

    public static string Consent(ConsentClass kind) => kind switch
    {
        ConsentClass.General => "general",
        ConsentClass.Plan => "plan",
        ConsentClass.Medication => "medication",
        ConsentClass.Risk => "risk",
        _ => "crisis plan",
    };

    public static string Gatekeeping(GatekeepingOutcome outcome) => outcome switch
    {
        GatekeepingOutcome.HomeTreatment => "home treatment",
        GatekeepingOutcome.Admit => "admission to a ward",
        GatekeepingOutcome.Alternative => "an alternative to admission",
        _ => "no crisis care",
    };

    /// <summary>Null: not known, and said so. Never blank.</summary>
    public static string CareCoordinator(CareCoordinator coordinator) => coordinator switch
    {
        { Status: CareCoordinatorStatus.Named, Person: { } person } => Person(person),
        { Status: CareCoordinatorStatus.None, Lead: { Length: > 0 } lead } => $"none, {lead}",
        { Status: CareCoordinatorStatus.None } => "none; who leads instead is not stated",
        _ => "not known: nobody has said",
    };

    public static string Person(Actor actor) =>
        string.Join(", ", new[] { actor.Name, actor.Role, actor.OrganisationName, actor.Phone }.Where(p => !string.IsNullOrWhiteSpace(p)));

    public static string Team(Team team) => string.Join(", ", new[]
    {
        team.Name,
        team.Phone24h is { Length: > 0 } always ? $"day and night {always}" : null,
        team.Phone is { Length: > 0 } phone ? $"professionals {phone}" : null,
    }.OfType<string>());

    public static string DischargeMethod(string? code) => code switch
    {
        null or "" => "not stated",
        "1" => "on clinical advice or with clinical consent",
        "2" => "self-discharge or by a relative or advocate",
        "3" => "by a tribunal, the Home Secretary or a court",
        "4" => "died",
        "5" => "stillbirth",
        "6" => "self-discharge",
        "7" => "by a relative or advocate",
        "8" => "not applicable",
        "9" => "not known",
        _ => "code " + code,
    };

    public static string DischargeDestination(string? code) => code switch
    {
        null or "" => "not stated",
        "19" => "usual place of residence",
        "29" => "temporary place of residence",
        "30" => "repatriation from high security",
        "37" => "court",
        "38" => "penal establishment or police station",
        "51" => "general or A&E ward of an NHS hospital",
        "53" => "NHS ward for people who are mentally ill or have learning disabilities",
        "79" => "not applicable: died",
        "98" => "not applicable",
        "99" => "not known",
        _ => "code " + code,
    };
}
