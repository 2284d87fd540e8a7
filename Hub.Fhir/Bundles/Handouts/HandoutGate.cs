using Hub.Fhir.Events;

namespace Hub.Fhir.Bundles.Handouts;

/// <summary>
/// Takes out, before anything is mapped, what may be on no paper for the person or a carer (clinical rules 20 and 22): where people live and are
/// reached, who else is around the person, what carers said, remarks in confidence, safeguarding, and the risk that comes from others.
/// </summary>
internal static class HandoutGate
{
    /// <summary>
    /// Nothing is made for a person who is reported dead until somebody decides (clinical rule 18), nor of a stay that never was (A11); null where a
    /// copy may be made.
    /// </summary>
    public static string? WhyNot(CareEvent? happened, EpisodeState? episode) =>
        episode?.Status == EpisodeStatus.Cancelled
            ? "The admission was cancelled: nothing is made for the person or for carers of a stay that did not take place."
            : happened is DeathReported || episode?.Death is not null || (happened?.Patient.Deceased ?? episode?.Patient.Deceased) == true
        || (happened?.Patient.DeceasedAt ?? episode?.Patient.DeceasedAt) is not null
            ? "A death is reported: nothing is made for the person or for carers until a named person has decided."
            : null;

    public static ComposeRequest Bare(ComposeRequest request)
    {
        var carers = CarersOf(request.Event).Concat(request.Episode?.Carers ?? []).Concat(request.Before?.Carers ?? []).ToList();
        return request with
        {
            Event = Bare(request.Event, carers),
            Episode = request.Episode is null ? null : Bare(request.Episode, carers),
            Before = request.Before is null ? null : Bare(request.Before, carers),
            CarriedForward = [],
        };
    }

    public static EpisodeState Bare(EpisodeState state) => Bare(state, state.Carers);

    public static IEnumerable<Carer> CarersOf(CareEvent happened) => happened switch
    {
        Admission admission => admission.Carers,
        Discharge discharge => discharge.Carers,
        EpisodeUpdated updated => updated.Carers,
        PatientUpdated updated => updated.Carers,
        _ => [],
    };

    private static CareEvent Bare(CareEvent happened, IReadOnlyList<Carer> carers)
    {
        var bare = happened with { Patient = Bare(happened.Patient), DataQuality = [] };
        return bare switch
        {
            Admission admission => Bare(admission, carers),
            Discharge discharge => Bare(discharge, carers),
            EpisodeUpdated updated => updated with { Carers = [], Risks = Open(updated.Risks, carers), Remarks = [] },
            PatientUpdated updated => updated with { Carers = [] },
            _ => bare,
        };
    }

    private static EpisodeState Bare(EpisodeState state, IReadOnlyList<Carer> carers) => state with
    {
        Patient = Bare(state.Patient),
        Admission = state.Admission is { } admission ? Bare(admission, carers) : null,
        Discharge = state.Discharge is { } discharge ? Bare(discharge, carers) : null,
        LastTold = state.LastTold is { } last ? Bare(last, carers) : null,
        FirstTold = state.FirstTold is { } first ? Bare(first, carers) : null,
        DischargePlanned = state.DischargePlanned is { } planned ? planned with { CarerView = null, Invited = [], AgreedWith = [] } : null,
        Carers = [],
        Remarks = [],
        SideEffects = [],
        Gatekeeping = null,
        Referral = null,
        ReferralAnswer = null,
        ReferralDecline = null,
        Risks = Open(state.Risks, carers),
        Given = ToPerson(state.Given),
    };

    private static Admission Bare(Admission admission, IReadOnlyList<Carer> carers) => admission with
    {
        Patient = Bare(admission.Patient),
        Carers = [],
        Remarks = [],
        Risks = Open(admission.Risks, carers),
        InformationGiven = ToPerson(admission.InformationGiven),
    };

    private static Discharge Bare(Discharge discharge, IReadOnlyList<Carer> carers) => discharge with
    {
        Patient = Bare(discharge.Patient),
        Carers = [],
        CarerConcerns = null,
        PatientConcerns = Open(discharge.PatientConcerns, carers),
        SocialContext = null,
        Remarks = [],
        Risks = Open(discharge.Risks, carers),
        InformationGiven = ToPerson(discharge.InformationGiven),
    };

    // Whether the whereabouts are hidden stays: it decides about the places in the plan.
    private static PatientRef Bare(PatientRef patient) => patient with
    {
        Address = null,
        Contacts = [],
        GpPractice = null,
        GpPracticeName = null,
        Gp = null,
        SafeContact = null,
        RejectedNhsNumber = null,
    };

    private static List<Risk> Open(IReadOnlyList<Risk> risks, IReadOnlyList<Carer> carers) =>
        [.. risks.Where(r => r.Kind is not (RiskKind.FromOthers or RiskKind.Safeguarding)).Select(r => r with { Detail = Open(r.Detail, carers) })];

    private static Remark? Open(Remark? remark, IReadOnlyList<Carer> carers) =>
        remark is { Privacy: RemarkPrivacy.Shareable } && !SaidByCarer(remark, carers) ? remark : null;

    // Who said it is free text: a contact's name, or what the contact is to the person.
    private static bool SaidByCarer(Remark remark, IReadOnlyList<Carer> carers) => remark.From is { Length: > 0 } from
        && (from.Contains("carer", StringComparison.OrdinalIgnoreCase)
            || carers.SelectMany(c => c.Name.Given.Append(c.Name.Display()).Append(c.Relationship?.Text)).OfType<string>()
                .Any(word => word.Trim().Length > 1 && from.Contains(word.Trim(), StringComparison.OrdinalIgnoreCase)));

    private static List<GivenCopy> ToPerson(IReadOnlyList<GivenCopy> given) => [.. given.Where(g => g.To == CareParty.Patient)];
}
