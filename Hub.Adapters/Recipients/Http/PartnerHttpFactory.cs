using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;

namespace Hub.Adapters.Recipients.Http;

/// <summary>Makes one partner's way over HTTP from its file.</summary>
internal sealed class PartnerHttpFactory(IHttpClientFactory clients, PartnerBreakers breakers, TimeProvider time)
{
    /// <summary>A way with a breaker that counts each request: one attempt is one request. A file that is put back finds the breaker it had.</summary>
    public PartnerHttp Create(PartnerFile partner, HttpAccess access, OutcomeTable outcomes)
    {
        var key = PartnerPipeline.KeyFor(partner.Id, partner.Hash);
        breakers.Use(partner.Id, key);
        return new PartnerHttp(clients, access, key, RenewsOn401(outcomes), time);
    }

    /// <summary>A way for a protocol that makes several requests an attempt, and counts its attempts itself.</summary>
    public PartnerHttp CreateWithoutBreaker(HttpAccess access, OutcomeTable outcomes) => new(clients, access, breaker: null, RenewsOn401(outcomes), time);

    /// <summary>A way for single requests that no delivery rests on.</summary>
    public PartnerHttp CreateFor(HttpAccess access) => new(clients, access, breaker: null, renewOn401: true, time);

    /// <summary>A partner's own connections for a protocol that signs its requests and reads its answers itself, and counts its attempts itself.</summary>
    public HttpMessageInvoker CreateWire(PartnerTls tls, TimeSpan timeout) => new(new PartnerWire(clients, new PartnerConnections(tls), timeout));

    // A partner may say in its file that its 401 is something else, perhaps even after taking: then it is no invitation to send again.
    private static bool RenewsOn401(OutcomeTable outcomes) => outcomes.Find(FhirOutcomes.Status(401))?.Means == OutcomeMeaning.PartnerRefusesUs;
}
