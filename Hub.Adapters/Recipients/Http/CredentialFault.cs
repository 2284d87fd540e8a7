using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.Http;

/// <summary>Why a request could not be given our credentials. Nothing of it has left us. The reason holds no secret and no word of the partner's.</summary>
public sealed record CredentialFault(string Reason)
{
    /// <summary>True where the partner refuses the hub as a whole, false where nobody was there or our own secret is not.</summary>
    public bool RefusesUs { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public DeliveryOutcome ToOutcome() =>
        RefusesUs ? new PartnerRefusesUs(Reason) : new Unavailable(Reason, RetryAfter) { NothingSent = true };
}
