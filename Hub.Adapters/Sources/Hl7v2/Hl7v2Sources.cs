using System.Runtime.CompilerServices;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>The HL7 v2 sources among the partners as they stand now; a file is read once, and again only when it was replaced.</summary>
public sealed class Hl7v2Sources(IPartnerDirectory partners)
{
    private readonly ConditionalWeakTable<PartnerFile, Hl7v2Source?> _read = [];

    public IReadOnlyList<Hl7v2Source> Current() =>
        [.. partners.All
            .Where(p => p.Role == PartnerRole.Source && p.Protocol == Hl7v2SourceSettingsReader.Protocol)
            .Select(p => _read.GetValue(p, file => Hl7v2SourceSettingsReader.Read(file).Source))
            .OfType<Hl7v2Source>()];
}
