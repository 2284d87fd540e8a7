using Hl7.Fhir.Model;
using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>Which message said this, who recorded it and when the hub took it.</summary>
internal static class ProvenanceMapper
{
    public static Provenance ToProvenance(CareEvent happened, string id, IReadOnlyList<string> targets, string agentUrl, string organizationUrl, DateTimeOffset receivedAt) => ProfileClaims.Claim(new Provenance
    {
        Id = id,
        Target = [.. targets.Select(t => new ResourceReference(t))],
        Occurred = ((ClinicalTime?)happened.OccurredAt).ToFhir(),
        RecordedElement = new Instant(receivedAt),
        Activity = Datatypes.Concept(CodeSystems.V3DataOperation, "CREATE", "create"),
        Agent = [new Provenance.AgentComponent
        {
            Type = Datatypes.Concept(CodeSystems.ProvenanceParticipant, "author", "Author"),
            Who = new ResourceReference(agentUrl),
            OnBehalfOf = agentUrl == organizationUrl ? null : new ResourceReference(organizationUrl),
        }],
        Entity = [new Provenance.EntityComponent
        {
            Role = Provenance.ProvenanceEntityRole.Source,
            What = new ResourceReference { Identifier = Datatypes.Identifier(CodeSystems.SourceMessageId, happened.SourceMessageId.Value) },
        }],
    });
}
