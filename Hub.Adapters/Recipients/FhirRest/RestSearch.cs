using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Http;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>What a search found, or why nothing can be said. A search takes nothing, so whatever goes wrong, the message did not leave.</summary>
internal sealed record RestSearch(IReadOnlyList<FoundResource> Found, DeliveryOutcome? Failed)
{
    public static RestSearch Of(Exchange exchange, string kind, OutcomeTable table, IReadOnlyCollection<string> personal)
    {
        if (exchange.Answer is not { } answer)
        {
            return new RestSearch([], exchange.Failed is Unknown silent ? new Unavailable($"searching for {kind}: {silent.Reason}") { NothingSent = true } : exchange.Failed);
        }

        if (answer.IsSuccess)
        {
            return !answer.Body.TooLong && SearchResponse.Read(answer.Body.Bytes, kind) is { } found
                ? new RestSearch(found, null)
                : new RestSearch([], new Unavailable($"searching for {kind}: the answer is no search result") { NothingSent = true });
        }

        var failed = HttpRefusal.Judge(answer.Status, answer.RetryAfter, answer.Body.Bytes, table, personal) switch
        {
            Unknown unknown => new Unavailable($"searching for {kind}: {unknown.Reason}") { NothingSent = true },
            Unavailable later => later with { Reason = $"searching for {kind}: {later.Reason}", NothingSent = true },
            Rejected refused => refused with { Reason = $"searching for {kind}: {refused.Reason}" },
            PartnerRefusesUs held => held with { Reason = $"searching for {kind}: {held.Reason}" },
            var other => other,
        };
        return new RestSearch([], failed with { Evidence = answer.Body.Evidence });
    }
}
