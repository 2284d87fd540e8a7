using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>The invariants of R4 that speak of a part of a resource.</summary>
internal static class BackboneRules
{
    public static void Check(BackboneElement part, Base parent, Findings findings)
    {
        switch (part)
        {
            case Patient.ContactComponent contact:
                findings.Require(contact.Name is not null || contact.Telecom.Count > 0 || contact.Address is not null || contact.Organization is not null,
                    "pat-1", "A contact without name, telecom, address and organisation.");
                break;
            case Condition.StageComponent stage:
                findings.Require(stage.Summary is not null || stage.Assessment.Count > 0, "con-1", "A stage without summary and assessment.");
                break;
            case Condition.EvidenceComponent evidence:
                findings.Require(evidence.Code.Count > 0 || evidence.Detail.Count > 0, "con-2", "Evidence without code and detail.");
                break;
            case MedicationAdministration.DosageComponent dosage:
                findings.Require(dosage.Dose is not null || dosage.Rate is not null, "mad-1", "An administered dosage without dose and rate.");
                DatatypeRules.Simple(dosage.Dose, findings, "dose");
                break;
            case CarePlan.ActivityComponent activity:
                findings.Require(activity.Detail is null || activity.Reference is null, "cpl-3", "An activity with both a reference and details.");
                break;
            case Appointment.ParticipantComponent participant:
                findings.Require(participant.Type.Count > 0 || participant.Actor is not null, "app-1", "A participant without type and actor.");
                break;
            case Composition.SectionComponent section:
                findings.Require(section.Text is not null || section.Entry.Count > 0 || section.Section.Count > 0, "cmp-1", "A section that holds nothing.");
                findings.Require(section.EmptyReason is null || section.Entry.Count == 0, "cmp-2", "A section with entries and a reason for having none.");
                break;
            case Observation.ReferenceRangeComponent range:
                findings.Require(range.Low is not null || range.High is not null || range.TextElement is not null, "obs-3", "A reference range that says nothing.");
                break;
            default:
                DefinitionRules.CheckPart(part, parent, findings);
                break;
        }
    }
}
