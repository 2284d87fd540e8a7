using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>What a carer may be told, kind by kind, as the person decided it.</summary>
internal static class ConsentMapper
{
    public static Consent ToConsent(Carer carer, string id, string patientUrl, string carerUrl, string? organizationUrl)
    {
        var last = carer.Consent.Where(c => c.At is not null).Select(c => c.At).LastOrDefault();
        return ProfileClaims.Claim(new Consent
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            Status = Consent.ConsentState.Active,
            Scope = Datatypes.Concept(CodeSystems.ConsentScope, "patient-privacy", "Privacy Consent"),
            Category = [Datatypes.Concept(CodeSystems.V3ActCode, "INFA", "information access")],
            Patient = new ResourceReference(patientUrl),
            DateTimeElement = last.ToFhir(),
            Organization = organizationUrl is null ? [] : [new ResourceReference(organizationUrl)],
            Policy = [new Consent.PolicyComponent { Uri = CodeSystems.Canonical + "/policy/carer-information" }],
            // ppc-1 asks for a policy. Without consent nothing but the general sheet is given, so the root denies and classes permit.
            Provision = new Consent.provisionComponent
            {
                Type = Consent.ConsentProvisionType.Deny,
                Provision = [.. Enum.GetValues<ConsentClass>().Select(kind => Provision(carer, kind, carerUrl))],
            },
        });
    }

    /// <summary>Code of a class of information in our own code system.</summary>
    public static string Code(ConsentClass kind) => kind == ConsentClass.CrisisPlan ? "crisis-plan" : kind.ToString().ToLowerInvariant();

    private static Consent.provisionComponent Provision(Carer carer, ConsentClass kind, string carerUrl)
    {
        var state = carer.ConsentFor(kind);
        return new Consent.provisionComponent
        {
            Type = state == Events.ConsentState.Given ? Consent.ConsentProvisionType.Permit : Consent.ConsentProvisionType.Deny,
            Actor = [new Consent.provisionActorComponent
            {
                Role = Datatypes.Concept(CodeSystems.V3ParticipationType, "IRCP", "information recipient"),
                Reference = new ResourceReference(carerUrl),
            }],
            Code = [new CodeableConcept(CodeSystems.ConsentClass, Code(kind)) { Text = Narratives.Wording.Consent(kind) + ": " + Narratives.Wording.Consent(state) }],
        };
    }
}
