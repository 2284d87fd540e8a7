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

    private static string Named(CardLine line) =>
        line.Group == CardGroup.Stopped || line.Line.After is null ? line.Medicine : $"{line.Medicine}, {line.After}";

    private static string Limit(MedicineLine line) =>
        line.SupplyLimit is { } limit ? $" Short supply is deliberate ({limit.Reason}); do not lengthen." : "";
}
