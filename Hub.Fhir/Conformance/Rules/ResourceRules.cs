using Hl7.Fhir.Model;

namespace Hub.Fhir.Conformance.Rules;

/// <summary>The invariants of R4 that speak of a whole resource, for the types that the hub reads or writes.</summary>
internal static class ResourceRules
{
    public static void Check(Resource resource, BundleIndex? bundle, Findings findings)
    {
        switch (resource)
        {
            case AllergyIntolerance allergy:
                CheckAllergy(allergy, findings);
                break;
            case Condition condition:
                CheckCondition(condition, findings);
                break;
            case Organization organization:
                findings.Require(organization.Identifier.Count > 0 || organization.NameElement is not null, "org-1", "An organisation without name and identifier.");
                findings.Require(!organization.Telecom.Exists(t => Literal.Code(t.UseElement) == "home"), "org-2", "An organisation at home.", "telecom");
                findings.Require(!organization.Address.Exists(a => Literal.Code(a.UseElement) == "home"), "org-3", "An organisation at home.", "address");
                break;
            case Appointment appointment:
                CheckAppointment(appointment, findings);
                break;
            case Hl7.Fhir.Model.Task task:
                findings.Require(Literal.InOrder(task.AuthoredOnElement, task.LastModifiedElement), "inv-1", "A task last modified before it was written.");
                break;
            case ServiceRequest request:
                findings.Require(request.OrderDetail.Count == 0 || request.Code is not null, "prr-1", "Order details without a code.", "orderDetail");
                break;
            case Hl7.Fhir.Model.List list:
                CheckList(list, findings);
                break;
            case Consent consent:
                findings.Require(consent.Policy.Count > 0 || consent.PolicyRule is not null, "ppc-1", "A consent without policy.");
                break;
            case MedicationRequest request:
                DatatypeRules.Simple(request.DispenseRequest?.Quantity, findings, "dispenseRequest.quantity");
                break;
            case Observation observation:
                findings.Require(observation.DataAbsentReason is null || observation.Value is null, "obs-6", "Both a value and a reason for having none.");
                findings.Require(observation.Value is null || !observation.Component.Exists(c => Overlaps(c.Code, observation.Code)), "obs-7",
                    "A component with the code of the whole, which has a value.", "component");
                break;
            case CareTeam team:
                CheckCareTeam(team, bundle, findings);
                break;
            default:
                DefinitionRules.Check(resource, findings);
                break;
        }
    }

    private static void CheckAllergy(AllergyIntolerance allergy, Findings findings)
    {
        var isError = CodedRules.Has(allergy.VerificationStatus, CodedRules.AllergyVerification, "entered-in-error");
        findings.Require(isError || allergy.ClinicalStatus is not null, "ait-1", "An allergy without clinical status.", "clinicalStatus");
        findings.Require(!isError || allergy.ClinicalStatus is null, "ait-2", "An allergy entered in error with a clinical status.", "clinicalStatus");
    }

    private static void CheckCondition(Condition condition, Findings findings)
    {
        var isError = CodedRules.Has(condition.VerificationStatus, CodedRules.ConditionVerification, "entered-in-error");
        var isOnProblemList = condition.Category.Exists(c => CodedRules.Has(c, CodedRules.ConditionCategory, "problem-list-item"));
        if (condition.ClinicalStatus is null && !isError && isOnProblemList)
        {
            // R4 makes con-3 a warning.
            findings.Warning("con-3", "A problem without clinical status.", "clinicalStatus");
        }

        findings.Require(
            condition.Abatement is null
            || CodedRules.HasAny(condition.ClinicalStatus, CodedRules.ConditionClinical, "resolved", "remission", "inactive"),
            "con-4", "An abated condition is inactive, in remission or resolved.", "clinicalStatus");
        findings.Require(!isError || condition.ClinicalStatus is null, "con-5", "A condition entered in error with a clinical status.", "clinicalStatus");
    }

    private static void CheckAppointment(Appointment appointment, Findings findings)
    {
        var status = Literal.Code(appointment.StatusElement);
        var isBooked = appointment.StartElement is not null && appointment.EndElement is not null;
        findings.Require(appointment.StartElement is null == appointment.EndElement is null, "app-2", "An appointment with a start or an end only.");
        findings.Require(isBooked || status is "proposed" or "cancelled" or "waitlist", "app-3", "A booked appointment without start and end.");

        // app-4 spells the code no-show in R4; the code is noshow.
        findings.Require(appointment.CancelationReason is null || status is "noshow" or "cancelled", "app-4", "A reason for cancelling what was not cancelled.", "cancelationReason");
        findings.Require(Literal.InOrder(appointment.StartElement, appointment.EndElement), "appointment-order", "An appointment that ends before it starts.", "end");
    }

    private static void CheckList(Hl7.Fhir.Model.List list, Findings findings)
    {
        var mode = Literal.Code(list.ModeElement);
        findings.Require(list.EmptyReason is null || list.Entry.Count == 0, "lst-1", "A reason for being empty, and entries.", "emptyReason");
        findings.Require(mode == "changes" || !list.Entry.Exists(e => e.DeletedElement is not null), "lst-2", "A deleted entry in a list that is not of changes.", "entry");
        findings.Require(mode == "working" || !list.Entry.Exists(e => e.DateElement is not null), "lst-3", "A dated entry in a list that is not a working list.", "entry");
    }

    // ctm-1: only a practitioner acts on behalf of an organisation.
    private static void CheckCareTeam(CareTeam team, BundleIndex? bundle, Findings findings)
    {
        for (var i = 0; i < team.Participant.Count; i++)
        {
            var participant = team.Participant[i];
            if (participant.OnBehalfOf is null || Literal.Text(participant.Member?.ReferenceElement) is not { } member)
            {
                continue;
            }

            var isOther = bundle?.Find(member, null) is { } found
                ? found is not Practitioner
                : !member.StartsWith("urn:", StringComparison.Ordinal) && !member.Contains("Practitioner/", StringComparison.Ordinal);
            findings.Require(!isOther, "ctm-1", "Only a practitioner acts on behalf of an organisation.", $"participant[{i}]");
        }
    }

    private static bool Overlaps(CodeableConcept? part, CodeableConcept? whole) =>
        part is not null && whole is not null
        && part.Coding.Exists(p => whole.Coding.Exists(w =>
            Literal.Text(p.CodeElement) == Literal.Text(w.CodeElement) && Literal.Text(p.SystemElement) == Literal.Text(w.SystemElement)));
}
