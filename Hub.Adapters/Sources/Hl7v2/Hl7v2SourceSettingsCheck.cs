using Hub.Adapters.Contract;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>What the HL7 v2 source knows about partner files.</summary>
internal sealed class Hl7v2SourceSettingsCheck : IPartnerSettingsCheck
{
    public string Protocol => Hl7v2SourceSettingsReader.Protocol;

    public PartnerRole Role => PartnerRole.Source;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => Hl7v2SourceSettingsReader.Check(partner);
}
