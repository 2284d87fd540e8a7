using Hub.Adapters.Contract;
using Hub.Adapters.Sources.EventApi;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;

namespace Hub.Proxy.Mapping;

/// <summary>The original bytes of one message, with what its protocol's reader must be told besides.</summary>
internal sealed record SourceText
{
    public required ReadOnlyMemory<byte> Bytes { get; init; }
    public required string Protocol { get; init; }
    public required string MediaType { get; init; }
    public required string SourceId { get; init; }

    /// <summary>As the message was listed; for a JSON event its name.</summary>
    public string? Kind { get; init; }

    /// <summary>The sender's id of the message; for a JSON event the Idempotency-Key.</summary>
    public string? Key { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    public bool IsXml => MediaType.Contains("xml", StringComparison.Ordinal);

    /// <summary>Reads it again, by the same pure readers that intake uses and by the partner files given.</summary>
    public SourceReading Read(IReadOnlyList<PartnerFile> partners) => Protocol switch
    {
        Hl7v2SourceSettingsReader.Protocol => OfHl7(partners),
        FhirMessageReader.Protocol => OfFhir(partners),
        EventApiReader.Protocol => OfJson(partners),
        _ => new SourceReading { Problems = [Unreadable] },
    };

    /// <summary>FHIR XML as the JSON that its reader makes of it, so that its places have the same names.</summary>
    public SourceText AsJson() => IsXml && IncomingXml.ToJson(Bytes.Span).Json is { } json ? this with { Bytes = json, MediaType = FhirHttp.JsonMedia } : this;

    private static Problem Unreadable => new()
    {
        Code = "no-reader", Location = "-", Text = "No reader speaks the protocol that the message came by.", NextStep = "Read it with the version that took it.", Owner = ProblemOwner.Hub,
    };

    private SourceReading OfHl7(IReadOnlyList<PartnerFile> partners)
    {
        var sources = partners.Where(p => p is { Role: PartnerRole.Source, Protocol: Hl7v2SourceSettingsReader.Protocol })
            .Select(p => Hl7v2SourceSettingsReader.Read(p).Source).OfType<Hl7v2Source>().ToList();
        return Hl7v2MessageReader.Read(Bytes, sources, ReceivedAt).Reading switch
        {
            EventsRead read => new SourceReading { Events = read.Events },
            SetAside aside => new SourceReading { SetAsideBecause = aside.Because },
            Adapters.Sources.Hl7v2.Unreadable unreadable => new SourceReading { Problems = unreadable.Refusal.Problems },
            _ => throw new InvalidOperationException("a reading that is not known"),
        };
    }

    private SourceReading OfFhir(IReadOnlyList<PartnerFile> partners)
    {
        var reading = FhirMessageReader.Read(Bytes, IsXml, partners);
        return new SourceReading { Events = reading.Events, SetAsideBecause = reading.SetAsideBecause, Problems = reading.Problems };
    }

    private SourceReading OfJson(IReadOnlyList<PartnerFile> partners)
    {
        if (partners.FirstOrDefault(p => p.Id == SourceId) is not { } partner)
        {
            return new SourceReading { Problems = [Unreadable with { Code = "unknown-sender", Text = "No partner file is left of the source." }] };
        }

        var reading = EventApiReader.Read(Bytes, Kind ?? "", Key ?? "", partner);
        return new SourceReading { Events = reading.Event is { } read ? [read] : [], Problems = reading.Problems };
    }
}

/// <summary>What a source text says: events, none of ours, or why it cannot be taken.</summary>
internal sealed record SourceReading
{
    public IReadOnlyList<CareEvent> Events { get; init; } = [];
    public string? SetAsideBecause { get; init; }
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    public const string Taken = "taken";
    public const string Aside = "set aside";

    /// <summary>In a word: what became of it.</summary>
    public string Outcome => Problems.Count > 0 ? "refused: " + Problems[0].Code : SetAsideBecause is not null ? Aside : Taken;
}
