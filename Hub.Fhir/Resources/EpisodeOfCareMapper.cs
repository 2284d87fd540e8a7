using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>One spell under a crisis team or on a ward.</summary>
internal static class EpisodeOfCareMapper
{
    public static EpisodeOfCare ToEpisodeOfCare(
        EpisodeKey key, string id, string patientUrl, EpisodeKind kind, EpisodeStatus status, ClinicalTime? start, ClinicalTime? end,
        string? teamUrl, string? managerUrl, string? careTeamUrl) => ProfileClaims.Claim(new EpisodeOfCare
        {
            Id = id,
            Identifier = [Datatypes.Identifier($"{CodeSystems.EpisodeId}/{key.Organisation.Value}", key.LocalId)],
            Status = status switch
            {
                EpisodeStatus.Discharged => EpisodeOfCare.EpisodeOfCareStatus.Finished,
                EpisodeStatus.Cancelled => EpisodeOfCare.EpisodeOfCareStatus.Cancelled,
                _ => EpisodeOfCare.EpisodeOfCareStatus.Active,
            },
            Type = kind == EpisodeKind.Crt ? [Datatypes.Concept(CodeSystems.MhsdsTeamType, TeamTypes.CrisisResolution, TeamTypes.Display(TeamTypes.CrisisResolution))] : [],
            Patient = new ResourceReference(patientUrl),
            ManagingOrganization = teamUrl is null ? null : new ResourceReference(teamUrl),
            Period = Datatypes.ToPeriod(start, end),
            CareManager = managerUrl is null ? null : new ResourceReference(managerUrl),
            Team = careTeamUrl is null ? [] : [new ResourceReference(careTeamUrl)],
        });
}
