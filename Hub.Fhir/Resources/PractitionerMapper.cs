using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>A member of staff.</summary>
internal static class PractitionerMapper
{
    public static Practitioner ToPractitioner(Actor actor, string id) => ProfileClaims.Claim(new Practitioner
    {
        Id = id,
        Identifier = [Identifier(actor, id)],
        Name = [new HumanName { Text = actor.Name }],
    });

    /// <summary>The role a member of staff fills, with the direct number for other professionals.</summary>
    public static PractitionerRole ToRole(Actor actor, string id, string practitionerUrl, string? organizationUrl)
    {
        var role = ProfileClaims.Claim(new PractitionerRole
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            Practitioner = new ResourceReference(practitionerUrl) { Display = actor.Name },
            Organization = organizationUrl is null ? null : new ResourceReference(organizationUrl),
            Code = Datatypes.Null(actor.Role) is { } name ? [Datatypes.Text(name)] : [],
        });

        if (Datatypes.Null(actor.Phone) is { } phone)
        {
            role.Telecom.Add(Datatypes.WorkPhone(phone));
        }

        if (Datatypes.Null(actor.Email) is { } email)
        {
            role.Telecom.Add(new(Hl7.Fhir.Model.ContactPoint.ContactPointSystem.Email, Hl7.Fhir.Model.ContactPoint.ContactPointUse.Work, email));
        }

        return role;
    }

    private static Identifier Identifier(Actor actor, string id) => actor.RegisterId is { } register
        ? Datatypes.Identifier(RegisterUri(register.AssigningSystem), register.Value)
        : Datatypes.UuidIdentifier(id);

    private static string RegisterUri(string system) => system.ToUpperInvariant() switch
    {
        "GMC" => "https://fhir.hl7.org.uk/Id/gmc-number",
        "GMP" => "https://fhir.hl7.org.uk/Id/gmp-number",
        "NMC" => "https://fhir.hl7.org.uk/Id/nmc-number",
        "GPHC" => "https://fhir.hl7.org.uk/Id/gphc-number",
        "HCPC" => "https://fhir.hl7.org.uk/Id/hcpc-number",
        "SDS" => CodeSystems.SdsUserId,
        _ => Datatypes.SystemUri(system),
    };
}
