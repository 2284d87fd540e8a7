using Microsoft.AspNetCore.Http;

namespace Hub.Adapters.Contract;

/// <summary>Who calls the hub over HTTP.</summary>
public interface ICallers
{
    /// <summary>True where the request names its caller, rightly or wrongly.</summary>
    bool IsNamed(HttpRequest request);

    /// <summary>The partner that a request names; null where it names none, or none for certain.</summary>
    PartnerFile? Find(HttpRequest request);

    /// <summary>Whether a request may speak for a partner that its content names: signed in as that partner; or not signed in, where that partner need not.</summary>
    bool MaySpeakFor(HttpRequest request, PartnerFile partner);
}

/// <summary>A FHIR message that came to the hub's door and answers another one.</summary>
public sealed record PostedAnswer
{
    /// <summary>The partner that the request itself names; null where it names none.</summary>
    public PartnerFile? Caller { get; init; }

    /// <summary>MessageHeader.source.endpoint: who the message says it is from.</summary>
    public string? SourceEndpoint { get; init; }

    /// <summary>The message in FHIR JSON.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The bytes as they came.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }
    public required string MediaType { get; init; }
}

/// <summary>Knows which recipient a posted answer is from, and what its words mean there.</summary>
public interface IPostedAnswers
{
    /// <returns>Null where it is from no recipient of the protocol, or says nothing that can be read.</returns>
    LateAnswer? Read(PostedAnswer posted);
}
