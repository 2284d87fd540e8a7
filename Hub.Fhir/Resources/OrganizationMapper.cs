using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using ContactPoint = Hl7.Fhir.Model.ContactPoint;

namespace Hub.Fhir.Resources;

/// <summary>A team, a practice or the trust itself. A team's numbers are never hidden (clinical rule 21).</summary>
internal static class OrganizationMapper
{
    public static Organization ToOrganization(Team team, string id, string? partOfUrl)
    {
        var organization = ProfileClaims.Claim(new Organization
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            Active = true,
            Type = team.TypeCode is { Length: > 0 } type ? [Datatypes.Concept(CodeSystems.MhsdsTeamType, type, TeamTypes.Display(type))] : [],
            Name = team.Name,
            Telecom = [.. Phones(team)],
            PartOf = partOfUrl is null ? null : new ResourceReference(partOfUrl),
        });
        return organization;
    }

    public static Organization ToOrganization(OdsCode ods, string? name, string id) => ProfileClaims.Claim(new Organization
    {
        Id = id,
        Identifier = [Datatypes.Identifier(CodeSystems.OdsOrganization, ods.Value)],
        Active = true,
        Name = Datatypes.Null(name) ?? ods.Value,
    });

    private static IEnumerable<ContactPoint> Phones(Team team)
    {
        if (Datatypes.Null(team.Phone24h) is { } always)
        {
            var phone = Datatypes.WorkPhone(always);
            phone.Rank = 1;
            yield return phone;
        }

        if (Datatypes.Null(team.Phone) is { } professionals)
        {
            yield return Datatypes.WorkPhone(professionals);
        }
    }
}
