using Hub.Fhir.Events;
using Hub.Fhir.Medicines;

namespace Hub.Fhir.Bundles;

/// <summary>What is asked of whom: from the plan, from the medicines, and from what is missing. One ask, one Task, one line.</summary>
internal static class Asks
{
    public static IEnumerable<Ask> OfPlan(IEnumerable<PlannedAction> plan) => plan.Select(action => new Ask
    {
        Id = "plan-" + action.Id,
        Owner = action.Owner,
        OwnerName = action.OwnerName,
        OwnerPerson = action.OwnerPerson,
        Text = action.Text,
        Due = action.DueOn,
        Practical = action.Practical,
        AgreedWithPatient = action.AgreedWithPatient,
    });

    /// <summary>One ask for each line with a request to the GP; "nothing" is no ask.</summary>
    public static IEnumerable<Ask> OfMedicines(IEnumerable<CardLine> lines) => lines
        .Where(l => l.Line.GpRequest != GpRequest.None)
        .Select(l => new Ask
        {
            Id = "medicine-" + l.Line.LineId,
            Owner = CareParty.Gp,
            Text = $"{Named(l)}: {l.AskedOfGp}{Limit(l.Line)}",
            Due = l.Line.GpRequestDueOn,
            Line = l.Line,
        });

    /// <summary>A check whose owner is named at the end of care and has not accepted: without an answer nobody does it.</summary>
    public static IEnumerable<Ask> OfChecks(Discharge discharge) => discharge.PhysicalHealth.Select(c => (Check: c, Line: (MedicineLine?)null))
        .Concat(GoingOn(discharge).SelectMany(l => l.Monitoring.Select(c => (Check: c, Line: (MedicineLine?)l))))
        .Where(c => c.Check is { OwnerAccepted: false, Owner: CareParty.Gp or CareParty.Cmht or CareParty.Ward })
        .Select(c => new Ask
        {
            Id = $"check-{(c.Line is { } line ? line.LineId + "-" : "")}{c.Check.Check.Code ?? c.Check.Check.Text}",
            Owner = c.Check.Owner!.Value,
            OwnerName = c.Check.OwnerName,

            // The date is the check's, not the answer's: it stands in the words and not as the day by which to answer.
            Text = $"Say whether you take on: {c.Check.Check.Text}{(c.Line is { } of ? $" ({of.Medicine.Text})" : "")}, next due {(c.Check.NextDueOn is { } due ? Narratives.Wording.When(due) : "not stated")} (named as owner, not accepted).",
        });

    /// <summary>Who is asked to prescribe next and has not accepted; the GP's own line says what is asked of the GP.</summary>
    public static IEnumerable<Ask> OfPrescribers(Discharge discharge) => GoingOn(discharge)
        .Where(l => l.NextPrescriber is { Status: PrescriberStatus.Asked, Party: not CareParty.Gp } next && (next.Party is not null || next.Name is { Length: > 0 }))
        .Select(l => new Ask
        {
            Id = "prescriber-" + l.LineId,
            Owner = l.NextPrescriber!.Party ?? CareParty.Other,
            OwnerName = l.NextPrescriber.Name,
            Text = $"Say whether you take on prescribing: {l.Medicine.Text}{(l.SupplyEndsOn is { } end ? $", supplied until {Narratives.Wording.When(end)}" : "")} (asked, not accepted).",
        });

    /// <summary>The next injection, asked of who gives it; where nobody is named the team that ends its care is asked to say who.</summary>
    public static IEnumerable<Ask> OfDepots(CaseFile file, Discharge discharge) => GoingOn(discharge)
        .Where(l => l.Depot?.NextDueOn is not null)
        .Select(l =>
        {
            var named = string.IsNullOrWhiteSpace(l.Depot!.GivenBy) ? null : l.Depot.GivenBy;
            return new Ask
            {
                Id = "depot-" + l.LineId,
                Owner = named is null ? file.Kind == EpisodeKind.Ward ? CareParty.Ward : CareParty.Crt : PartyNamed(file, discharge, named),
                OwnerName = named ?? file.Author?.Name,
                Text = named is null ? $"Say who gives the next depot of {l.Medicine.Text}: nobody was named." : $"Give the next depot of {l.Medicine.Text}; supply at: {l.Depot.SupplyAt ?? "not stated"}.",
                Due = l.Depot.NextDueOn,
            };
        });

    /// <summary>A risk that its sender wants confirmed as read.</summary>
    public static IEnumerable<Ask> OfRisks(CaseFile file) => file.Risks
        .Where(r => r is { AcknowledgementAsked: true, Statement: RiskStatement.Identified } && RemarkGate.IsOpen(r))
        .SelectMany(r => new[] { CareParty.Gp, CareParty.Cmht, CareParty.Ward }.Select(party => new Ask
        {
            Id = $"risk-{r.Kind}-{party}",
            Owner = party,
            Text = $"Confirm to the crisis team that you have read: {Narratives.Wording.Risk(r.Kind)}, {Narratives.Wording.Risk(r.Statement)}.",
        }));

    /// <summary>ODS default codes name no practice: the crisis team is asked, and nobody guesses who prescribes (clinical rule 17).</summary>
    public static IEnumerable<Ask> OfMissingPractice(CaseFile file)
    {
        if (file.Patient.GpPractice is { NamesNoPractice: true } code)
        {
            yield return new Ask
            {
                Id = "no-practice",
                Owner = CareParty.Crt,
                Text = $"No GP practice is named ({code.Value}): help the person to register, and say who prescribes meanwhile.",
            };
        }
    }

    private static IEnumerable<MedicineLine> GoingOn(Discharge discharge) =>
        (discharge.Medicines ?? []).Where(l => MedicineChanges.StatusAfter(l) is MedicineStatus.Active or MedicineStatus.OnHold);

    // The words name a team of the case, a practice, or somebody the hub does not know.
    private static CareParty PartyNamed(CaseFile file, Discharge discharge, string name)
    {
        return Is(file.Crt?.Name) ? CareParty.Crt
            : Is(file.Cmht?.Name) ? CareParty.Cmht
            : Is(file.Ward?.Name) ? CareParty.Ward
            : Is(file.Patient.GpPracticeName) || Is("GP") ? CareParty.Gp
            : discharge.DestinationTeams.FirstOrDefault(t => Is(t.Name)) is { } team ? team.ToParty()
            : CareParty.Other;

        bool Is(string? known) => name.Trim().Equals(known, StringComparison.OrdinalIgnoreCase);
    }

    private static string Named(CardLine line) =>
        line.Group == CardGroup.Stopped || line.Line.After is not { } dose ? line.Medicine : $"{line.Medicine}, {dose.Text}";

    private static string Limit(MedicineLine line) =>
        line.SupplyLimit is { } limit ? $" Short supply is deliberate; do not lengthen (reason: {limit.Reason})." : "";
}
