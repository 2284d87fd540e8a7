using Hl7.Fhir.Model;

namespace Hub.Fhir.Resources;

/// <summary>
/// Who turned a source message into these resources, by the pattern of the HL7 v2-to-FHIR guide (1.0.0, MSH to Provenance, transformation): an activity of
/// its own beside the Provenance that says who asserted the facts.
/// </summary>
public static class TransformationProvenance
{
    private const string Activities = "http://hl7.org/fhir/uv/v2mappings/CodeSystem/provenance-activity-type-v2-to-fhir";

    /// <param name="targets">Addresses of the resources that were made.</param>
    /// <param name="sourceMessageId">The sender's own id of the message.</param>
    /// <param name="mappedAt">When the hub took and mapped it.</param>
    /// <param name="mappingVersion">By which version of the mapping.</param>
    /// <param name="hub">ODS code of the trust whose hub it was.</param>
    public static Provenance Of(IEnumerable<string> targets, string sourceMessageId, DateTimeOffset mappedAt, string mappingVersion, string hub) => new()
    {
        Target = [.. targets.Select(t => new ResourceReference(t))],
        RecordedElement = new Instant(mappedAt),
        Activity = Datatypes.Concept(Activities, "v2-fhir-transformation"),
        Agent =
        [
            new Provenance.AgentComponent
            {
                Type = Datatypes.Concept(CodeSystems.ProvenanceParticipant, "assembler", "Assembler"),
                Who = new ResourceReference { Identifier = Datatypes.Identifier(CodeSystems.OdsOrganization, hub), Display = "CRT Hub " + mappingVersion },
            },
        ],
        Entity =
        [
            new Provenance.EntityComponent
            {
                Role = Provenance.ProvenanceEntityRole.Source,
                What = new ResourceReference { Identifier = Datatypes.Identifier(CodeSystems.SourceMessageId, sourceMessageId) },
            },
        ],
    };
}
