using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>Teams and members of staff: Organization, PractitionerRole, Practitioner.</summary>
internal static class PeopleReader
{
    private static readonly Dictionary<string, string> Registers = new(StringComparer.Ordinal)
    {
        ["https://fhir.hl7.org.uk/Id/gmc-number"] = "GMC",
        ["https://fhir.hl7.org.uk/Id/gmp-number"] = "GMP",
        ["https://fhir.hl7.org.uk/Id/nmc-number"] = "NMC",
        ["https://fhir.hl7.org.uk/Id/gphc-number"] = "GPHC",
        ["https://fhir.hl7.org.uk/Id/hcpc-number"] = "HCPC",
        [CodeSystems.SdsUserId] = "SDS",
    };

    public static Team? Team(ReadMessage message, R4.ResourceReference? reference)
    {
        if (message.Parts.Find<R4.Organization>(reference) is not { } organization)
        {
            return OdsOf(reference) is { } named ? new Team { Name = Values.Text(reference!.DisplayElement) ?? named.Value, Organisation = named } : null;
        }

        var ods = Ods(message, organization);
        var name = Values.Text(organization.NameElement) ?? ods?.Value;
        return name is null ? null : new Team
        {
            Name = name,
            Organisation = ods,
            LocalCode = organization.Identifier.Where(i => !IsDerived(i) && Values.Text(i.SystemElement) is not (CodeSystems.OdsOrganization or CodeSystems.OdsSite))
                .Select(i => Values.Text(i.ValueElement)).FirstOrDefault(v => v is not null),
            TypeCode = Values.Code(organization.Type, CodeSystems.MhsdsTeamType),
            Phone24h = Phones(organization.Telecom).Where(p => Values.Number(p.RankElement) == 1).Select(p => Values.Text(p.ValueElement)).FirstOrDefault(),
            Phone = Phones(organization.Telecom).Where(p => Values.Number(p.RankElement) != 1).Select(p => Values.Text(p.ValueElement)).FirstOrDefault(),
        };
    }

    public static Actor? Actor(ReadMessage message, R4.ResourceReference? reference)
    {
        var role = message.Parts.Find<R4.PractitionerRole>(reference);
        var practitioner = message.Parts.Find<R4.Practitioner>(role?.Practitioner ?? reference);
        var name = Values.Name(practitioner?.Name ?? [])?.Display() ?? Values.Text(role?.Practitioner?.DisplayElement)
            ?? (Values.Text(reference?.ReferenceElement) is null || role is not null || practitioner is not null ? Values.Text(reference?.DisplayElement) : null);
        if (name is null)
        {
            return null;
        }

        var organization = message.Parts.Find<R4.Organization>(role?.Organization);
        var ods = organization is null ? OdsOf(role?.Organization) : Ods(message, organization);
        var telecom = (role?.Telecom ?? []).Concat(practitioner?.Telecom ?? []).ToList();
        return new Actor
        {
            Name = name,
            Role = role?.Code.Select(Values.Concept).FirstOrDefault()?.Text,
            RegisterId = (practitioner?.Identifier ?? []).Where(i => !IsDerived(i) && Values.Text(i.ValueElement) is not null).Select(i => Register(message, i)).FirstOrDefault(),
            Organisation = ods,
            OrganisationName = Values.Text(organization?.NameElement) is { } called && called != ods?.Value ? called : null,
            Phone = Phones(telecom).Select(p => Values.Text(p.ValueElement)).FirstOrDefault(),
            Email = telecom.Where(t => Values.Text(t.SystemElement) == "email").Select(t => Values.Text(t.ValueElement)).FirstOrDefault(),
        };
    }

    /// <summary>An organisation's ODS code: its own, else that of what it is a part of.</summary>
    public static OdsCode? Ods(ReadMessage message, R4.Organization organization) => Ods(message.Parts, organization, 4);

    public static OdsCode? Ods(MessageParts parts, R4.Organization organization, int levels = 4) =>
        OdsCode.TryParse(Values.Identifier(organization.Identifier, CodeSystems.OdsOrganization) ?? Values.Identifier(organization.Identifier, CodeSystems.OdsSite), out var own) ? own
        : levels > 0 && parts.Find<R4.Organization>(organization.PartOf) is { } above ? Ods(parts, above, levels - 1)
        : OdsOf(organization.PartOf);

    /// <summary>A reference by identifier alone.</summary>
    public static OdsCode? OdsOf(R4.ResourceReference? reference) =>
        Values.Text(reference?.Identifier?.SystemElement) is CodeSystems.OdsOrganization or CodeSystems.OdsSite
        && OdsCode.TryParse(Values.Text(reference!.Identifier!.ValueElement), out var code) ? code : null;

    /// <summary>A UUID that only names the resource is nobody's number.</summary>
    public static bool IsDerived(R4.Identifier identifier) =>
        Values.Text(identifier.SystemElement) is CodeSystems.Rfc4122 or "urn:ietf:rfc:3986" || Values.Text(identifier.ValueElement)?.StartsWith("urn:uuid:", StringComparison.Ordinal) == true;

    private static LocalIdentifier Register(ReadMessage message, R4.Identifier identifier)
    {
        var system = Values.Text(identifier.SystemElement) ?? message.Organisation.Value;
        return new(Registers.GetValueOrDefault(system) ?? Values.AssigningSystem(system), Values.Text(identifier.ValueElement)!);
    }

    private static IEnumerable<R4.ContactPoint> Phones(IEnumerable<R4.ContactPoint> telecom) =>
        telecom.Where(t => Values.Text(t.SystemElement) is "phone" && Values.Text(t.UseElement) != "old" && Values.Text(t.ValueElement) is not null);
}
