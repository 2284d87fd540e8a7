using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>The resources of one case, each mapped once whoever is told, in the order they were first needed.</summary>
internal sealed class PartSet
{
    private readonly List<Bundle.EntryComponent> entries = [];
    private readonly HashSet<string> urls = new(StringComparer.Ordinal);
    private readonly CaseFile file;

    public PartSet(CaseFile file)
    {
        this.file = file;
        var practice = file.Patient.GpPractice is { NamesNoPractice: false } ods ? Organization(ods, file.Patient.GpPracticeName) : null;
        var gp = file.Patient.Gp is { } doctor ? Role(doctor) : null;
        Add(PatientMapper.ToPatient(file.Patient, file.PatientId, practice, gp));
        Practice = practice;
    }

    public IReadOnlyList<Bundle.EntryComponent> Entries => entries;

    /// <summary>The registered practice; null where none is known, or it is withheld.</summary>
    public string? Practice { get; }

    public string Patient => file.PatientUrl;

    /// <summary>Adds a resource once and gives its address.</summary>
    public string Add(Resource resource)
    {
        var url = ResourceIds.Url(resource.Id!);
        if (urls.Add(url))
        {
            entries.Add(new Bundle.EntryComponent { FullUrl = url, Resource = resource });
        }

        return url;
    }

    public string Organization(OdsCode ods, string? name)
    {
        var id = ResourceIds.For("Organization", CodeSystems.OdsOrganization, ods.Value);
        return Known(id) ?? Add(OrganizationMapper.ToOrganization(ods, name, id));
    }

    public string? Organization(Team? team)
    {
        if (team is null)
        {
            return null;
        }

        var id = TeamId(team);
        if (Known(id) is { } known)
        {
            return known;
        }

        var trust = team.Organisation is { } ods ? Organization(ods, null) : null;
        return Add(OrganizationMapper.ToOrganization(team, id, trust));
    }

    /// <summary>The PractitionerRole of a member of staff, with Practitioner and organisation.</summary>
    public string Role(Actor actor)
    {
        var register = actor.RegisterId is { } number ? ResourceIds.For("Practitioner", number.AssigningSystem, number.Value) : null;
        var id = register ?? ResourceIds.For("Practitioner", actor.Organisation?.Value ?? file.Event.Source.Application, actor.Name, actor.Role ?? "");
        var roleId = ResourceIds.For("PractitionerRole", id, actor.Organisation?.Value ?? "", actor.Role ?? "", actor.Phone ?? "", actor.Email ?? "");
        if (Known(roleId) is { } known)
        {
            return known;
        }

        var practitioner = Add(PractitionerMapper.ToPractitioner(actor, id));
        var organization = actor.Organisation is { } ods ? Organization(ods, actor.OrganisationName) : null;
        return Add(PractitionerMapper.ToRole(actor, roleId, practitioner, organization));
    }

    // What is there was mapped from the same: what it rests on is there too.
    private string? Known(string id) => ResourceIds.Url(id) is var url && urls.Contains(url) ? url : null;

    public string? RoleOf(Actor? actor) => actor is null ? null : Role(actor);

    /// <summary>The organisation that speaks; the source's own where no team was named.</summary>
    public string Author()
    {
        if (Organization(file.Author) is { } team)
        {
            return team;
        }

        var source = file.Event.Source;
        return source.Organisation is { } ods
            ? Organization(ods, null)
            : Add(OrganizationMapper.ToOrganization(new Team { Name = source.Facility ?? source.Application }, ResourceIds.For("Organization", source.Application, source.Facility ?? ""), null));
    }

    /// <summary>Who is meant by a party of the plan; null where that party has no address of its own.</summary>
    public string? Owner(CareParty party) => party switch
    {
        CareParty.Gp => Practice,
        CareParty.Crt => Organization(file.Crt),
        CareParty.Cmht => Organization(file.Cmht),
        CareParty.Ward => Organization(file.Ward),
        CareParty.Patient => Patient,
        _ => null,
    };

    private static string TeamId(Team team) =>
        ResourceIds.For("Organization", team.Organisation?.Value ?? "", team.LocalCode ?? "", team.Name);
}
