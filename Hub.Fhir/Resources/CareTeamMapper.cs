using Hl7.Fhir.Model;

namespace Hub.Fhir.Resources;

/// <summary>Who is around the person now.</summary>
internal static class CareTeamMapper
{
    /// <param name="members">Role in words and address of the member.</param>
    /// <param name="coordinator">The care co-ordinator in words: a name, explicitly none, or not known. Never blank.</param>
    public static CareTeam ToCareTeam(string id, string patientUrl, bool active, IEnumerable<(string Role, string Url)> members, string? managingUrl, string coordinator) =>
        ProfileClaims.Claim(new CareTeam
        {
            Id = id,
            Identifier = [Datatypes.UuidIdentifier(id)],
            Status = active ? CareTeam.CareTeamStatus.Active : CareTeam.CareTeamStatus.Inactive,
            Subject = new ResourceReference(patientUrl),
            Participant = [.. members.Select(m => new CareTeam.ParticipantComponent
            {
                Role = [Datatypes.Text(m.Role)],
                Member = new ResourceReference(m.Url),
            })],
            ManagingOrganization = managingUrl is null ? [] : [new ResourceReference(managingUrl)],
            Note = [new Annotation { Text = new Markdown("Care co-ordinator: " + coordinator) }],
        });
}
