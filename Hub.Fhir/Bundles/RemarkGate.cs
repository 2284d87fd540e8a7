using Hub.Fhir.Events;

namespace Hub.Fhir.Bundles;

/// <summary>
/// What the person may read at home (document A) and what is for professionals only (document B), clinical rules 20 and 22. What a carer
/// tells us is never in A, whatever it is marked; nor is anything about a contact who is a danger.
/// </summary>
internal static class RemarkGate
{
    /// <summary>The words where they may be read by the person; null where they belong to document B.</summary>
    public static string? Open(Remark? remark) => remark is { Privacy: RemarkPrivacy.Shareable } ? Words(remark) : null;

    public static string Words(Remark remark) => remark.From is { Length: > 0 } from ? $"{from}: {remark.Text}" : remark.Text;

    /// <summary>The contacts that document A may name.</summary>
    public static IEnumerable<Carer> OpenCarers(CaseFile file) => file.Carers.Where(c => !c.MarkedAsRisk);

    /// <summary>A safeguarding concern, or a risk from somebody who may read the letter, is never in A.</summary>
    public static bool IsOpen(Risk risk) => risk.Kind is not (RiskKind.Safeguarding or RiskKind.FromOthers) || risk.Statement != RiskStatement.Identified;

    /// <summary>All that document B holds, each with what it is. Empty: there is no document B.</summary>
    public static IReadOnlyList<(string Label, string Text)> Closed(CaseFile file)
    {
        var closed = new List<(string, string)>();
        foreach (var risk in file.Risks)
        {
            if (!IsOpen(risk))
            {
                closed.Add((Narratives.Wording.Risk(risk.Kind), Narratives.Wording.Risk(risk.Statement) + (risk.Detail is { } words ? ": " + Words(words) : "")));
            }
            else
            {
                Add(Narratives.Wording.Risk(risk.Kind), risk.Detail);
            }
        }

        foreach (var carer in file.Carers.Where(c => c.MarkedAsRisk))
        {
            closed.Add(("A danger to the person; send nothing to them", carer.Name.Display()));
        }

        // The letter may have been opened by the very person it warns of, and so may the telephone.
        if (file.Carers.Any(c => c.MarkedAsRisk) || file.Risks.Any(r => r is { Kind: RiskKind.FromOthers, Statement: RiskStatement.Identified }))
        {
            closed.Add(("Telephone", "Do not ring or text the number on the letter."));
        }

        foreach (var carer in file.Carers.Where(c => !c.MarkedAsRisk && c.ViewOfDischargeDate is { Length: > 0 }))
        {
            closed.Add(("Carer's view of the discharge date", $"{carer.Name.Display()}: {carer.ViewOfDischargeDate}"));
        }

        if (file.Patient.SafeContact?.Note is { Length: > 0 } note)
        {
            closed.Add(("Safe contact", note));
        }

        foreach (var remark in file.Remarks)
        {
            Add("Remark", remark);
        }

        foreach (var (label, remark, fromCarer) in Of(file))
        {
            Add(label, remark, fromCarer);
        }

        return closed;

        void Add(string label, Remark? remark, bool fromCarer = false)
        {
            if (remark is not null && (fromCarer || remark.Privacy != RemarkPrivacy.Shareable))
            {
                closed.Add((label, Words(remark)));
            }
        }
    }

    private static IEnumerable<(string Label, Remark? Remark, bool FromCarer)> Of(CaseFile file)
    {
        if (file.Event is Discharge or DischargeCancelled && (file.Event as Discharge ?? file.Episode?.LastTold) is { } discharge)
        {
            yield return ("The person's concerns and wishes", discharge.PatientConcerns, false);
            yield return ("Carer's concerns and wishes", discharge.CarerConcerns, true);
        }

        if (file.Event is DischargePlanned planned)
        {
            yield return ("Carer's view of the planned discharge", planned.CarerView, true);
        }

        if (file.Event is CarerViewRecorded view)
        {
            yield return ("Carer's view", view.View, true);
        }

        foreach (var effect in file.SideEffects)
        {
            yield return ("Side effect reported", effect.Text, effect.By == CareParty.Carer);
        }

        if (file.Gatekeeping is { } decision)
        {
            yield return ("The person's preference", decision.PatientPreference, false);
            yield return ("Carer's view of the decision", decision.CarerView, true);
            foreach (var dissent in decision.Dissent)
            {
                yield return ($"Disagreement, {dissent.By}", dissent.Text, false);
            }

            foreach (var matter in decision.HomeMatters)
            {
                yield return ("At home", matter, false);
            }
        }
    }
}
