using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Adapters.Wire.Hl7v2;

namespace Hub.Proxy.Commands.Try;

/// <summary>What the person who tries a file asks it to be taken for.</summary>
/// <param name="Type">Name of the event, for JSON.</param>
/// <param name="Source">Id of the source partner to read it as.</param>
/// <param name="Kind">crt or ward, in place of the source's rules.</param>
internal sealed record TriedAs(string? Type, string? Source, string? Kind)
{
    /// <summary>What a sender of JSON would have given as its id for the event.</summary>
    public string Key { get; init; } = "tried";

    /// <summary>Id of the source that a JSON event is read as, where it was not asked for by name.</summary>
    public string? Posting { get; init; }

    /// <summary>The sources to read with: as they stand, or the one asked for, made to claim this sender.</summary>
    public IReadOnlyList<Hl7v2Source> Sources(IReadOnlyList<Hl7v2Source> current, ReadOnlyMemory<byte> content)
    {
        var taken = Source is null ? current : [.. current.Where(s => s.PartnerId == Source).Select(s => Claiming(s, content))];
        return Kind is null ? taken : [.. taken.Select(s => s with { Settings = s.Settings with { Rules = [new Hl7v2Rule { Kind = Enum.Parse<CareSetting>(Kind, ignoreCase: true) }] } })];
    }

    /// <summary>The partner files that read the message as it was asked to be read, for whoever reads it again.</summary>
    public IReadOnlyList<PartnerFile> Partners(IReadOnlyList<PartnerFile> all, ReceivedMessage received)
    {
        if (Source is null && Kind is null)
        {
            return all;
        }

        return [.. all.Where(p => p.Role == PartnerRole.Recipient || p.Id == received.SourceId).Select(p => p.Id == received.SourceId ? Asked(p, received) : p)];
    }

    private PartnerFile Asked(PartnerFile file, ReceivedMessage received)
    {
        if (file.Protocol != Hl7v2SourceSettingsReader.Protocol || Hl7v2SourceSettingsReader.Read(file).Source is not { } source)
        {
            return Source is not null && received.Protocol == FhirMessageReader.Protocol ? TriedMessage.ClaimingAny(file, received.Bytes.Span) : file;
        }

        var settings = JsonObject.Create(file.Settings)!;
        if (Source is not null)
        {
            var match = Claiming(source, received.Bytes).Settings.Match;
            settings["match"] = new JsonObject { ["sendingApplication"] = match.SendingApplication, ["sendingFacility"] = match.SendingFacility };
        }

        if (Kind is not null)
        {
            settings["rules"] = new JsonArray(new JsonObject { ["kind"] = Kind, ["when"] = new JsonObject() });
        }

        return file with { Settings = JsonSerializer.SerializeToElement(settings) };
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
