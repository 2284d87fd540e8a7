using Hub.Adapters.Sources.Hl7v2;
using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Proxy.Commands.Try;

/// <summary>What the person who tries a file asks it to be taken for.</summary>
/// <param name="Type">Name of the event, for JSON.</param>
/// <param name="Source">Id of the source partner to read HL7 v2 as.</param>
/// <param name="Kind">crt or ward, in place of the source's rules.</param>
internal sealed record TriedAs(string? Type, string? Source, string? Kind)
{
    /// <summary>The sources to read with: as they stand, or the one asked for, made to claim this sender.</summary>
    public IReadOnlyList<Hl7v2Source> Sources(IReadOnlyList<Hl7v2Source> current, ReadOnlyMemory<byte> content)
    {
        var taken = Source is null ? current : [.. current.Where(s => s.PartnerId == Source).Select(s => Claiming(s, content))];
        return Kind is null ? taken : [.. taken.Select(s => s with { Settings = s.Settings with { Rules = [new Hl7v2Rule { Kind = Enum.Parse<CareSetting>(Kind, ignoreCase: true) }] } })];
    }

    private static Hl7v2Source Claiming(Hl7v2Source source, ReadOnlyMemory<byte> content)
    {
        var messages = Hl7Batch.Split(content);
        var first = messages.Count > 0 ? messages[0] : content;
        return Hl7Header.TryRead(first.Span, out var header)
            ? source with
            {
                Settings = source.Settings with
                {
                    Match = new Hl7v2Match { SendingApplication = header.SendingApplication ?? "", SendingFacility = header.SendingFacility ?? "" },
                },
            }
            : source;
    }
}
