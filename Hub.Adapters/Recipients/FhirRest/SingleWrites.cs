using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Adapters.Recipients.Http;
using Hub.Fhir.Resources;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.FhirRest;

/// <summary>
/// Writes a message one resource after the other. Each write is safe to repeat: a create carries If-None-Exist, an update If-Match with the version just read. What was
/// written before an attempt broke off is found again by its identifier.
/// </summary>
/// <param name="call">The attempt's requests.</param>
/// <param name="table">What the server's codes mean.</param>
/// <param name="writes">What to write, in order.</param>
/// <param name="people">The server's own Patient for each conditional reference.</param>
internal sealed class SingleWrites(RestCall call, OutcomeTable table, FrozenWrites writes, IReadOnlyDictionary<string, string> people)
{
    private readonly Dictionary<string, string> addresses = new(StringComparer.Ordinal);
    private HttpAnswer? last;

    public async Task<DeliveryOutcome> RunAsync(string messageId, CancellationToken cancellationToken)
    {
        foreach (var write in writes.All)
        {
            var failed = call.OutOfTime ? new Unavailable("no time was left") : await WriteAsync(write, cancellationToken);
            if (failed is not null)
            {
                return AfterPart(failed);
            }
        }

        return new Delivered(FhirRestAdapter.AnswerTo(messageId, last!)) { Evidence = last!.Body.Evidence };
    }

    private Task<DeliveryOutcome?> WriteAsync(FrozenWrite write, CancellationToken cancellationToken)
    {
        var resource = (JsonObject)write.Resource.DeepClone();
        Resolve(resource);
        return write.Update ? UpdateAsync(write, resource, cancellationToken) : CreateAsync(write, resource, cancellationToken);
    }

    private async Task<DeliveryOutcome?> CreateAsync(FrozenWrite write, JsonObject resource, CancellationToken cancellationToken)
    {
        var exchange = await call.WriteAsync(HttpMethod.Post, write.Kind, TransactionWriter.Bytes(resource), write.Id, ("If-None-Exist", write.Search), cancellationToken);
        if (Refused(exchange) is { } refused)
        {
            return refused;
        }

        if (IdIn(exchange.Answer!.Location, write.Kind) is { } id)
        {
            addresses[write.Url] = $"{write.Kind}/{id}";
            return null;
        }

        // A server need not say where what existed already is.
        var search = await FindAsync(write, cancellationToken);
        if (search is not { Failed: null, Found: [var one, ..] })
        {
            return search.Failed ?? new Unknown($"the server says that {write.Kind} was written, and does not find it");
        }

        addresses[write.Url] = $"{write.Kind}/{one.Id}";
        return null;
    }

    private async Task<DeliveryOutcome?> UpdateAsync(FrozenWrite write, JsonObject resource, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var search = await FindAsync(write, cancellationToken);
            switch (search)
            {
                case { Failed: { } failed }:
                    return failed;
                case { Found.Count: 0 }:
                    return await CreateAsync(write, resource, cancellationToken);
                case { Found.Count: > 1 }:
                    return OutcomeTable.ToOutcome(table.Find(FhirOutcomes.Status(412))!, $"the server holds several {write.Kind} under our one identifier", null);
            }

            var found = search.Found[0];
            if (!IsOfOurs(found, resource))
            {
                return OutcomeTable.ToOutcome(table.Find(FhirRestOutcomes.OtherPatient)!, $"the {write.Kind} that we wrote there is about another patient now", null);
            }

            resource["id"] = found.Id;
            (string, string)? version = found.Version is { } v ? ("If-Match", $"W/\"{v}\"") : null;
            var exchange = await call.WriteAsync(HttpMethod.Put, $"{write.Kind}/{found.Id}", TransactionWriter.Bytes(resource), write.Id, version, cancellationToken);

            // Somebody wrote between our reading and our writing: read once more, and no third time.
            if (round == 1 && exchange.Answer?.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
            {
                continue;
            }

            addresses[write.Url] = $"{write.Kind}/{found.Id}";
            return Refused(exchange);
        }
    }

    private Task<RestSearch> FindAsync(FrozenWrite write, CancellationToken cancellationToken) =>
        call.SearchAsync(write.Kind, write.Search["identifier=".Length..], write.Id, [.. writes.People.Select(p => p.Value)], cancellationToken);

    private DeliveryOutcome? Refused(Exchange exchange)
    {
        if (exchange.Answer is not { } answer)
        {
            return exchange.Failed;
        }

        if (answer.IsSuccess && !answer.Body.TooLong)
        {
            last = answer;
            return null;
        }

        return HttpRefusal.Judge(answer.Status, answer.RetryAfter, answer.Body.Bytes, table, [.. writes.People.Select(p => p.Value)]) with { Evidence = answer.Body.Evidence };
    }

    // Once a part is there, it cannot be said that nothing left us; what is there already is found at the next attempt.
    private DeliveryOutcome AfterPart(DeliveryOutcome failed)
    {
        var part = string.Create(CultureInfo.InvariantCulture, $" (after {addresses.Count} of {writes.All.Count} resources)");
        return addresses.Count == 0 ? failed : failed switch
        {
            Unavailable later => later with { Reason = later.Reason + part, NothingSent = false },
            Rejected refused => refused with { Reason = refused.Reason + part },
            Unknown unknown => unknown with { Reason = unknown.Reason + part },
            _ => failed,
        };
    }

    private static bool IsOfOurs(FoundResource found, JsonObject resource) =>
        found.Subject is not { } subject || resource["subject"]?["reference"]?.GetValue<string>() is not { } ours
        || subject == ours || subject.EndsWith("/" + ours, StringComparison.Ordinal);

    private void Resolve(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["reference"] is JsonValue value && value.TryGetValue<string>(out var url))
                {
                    Resolve(members, url);
                }

                foreach (var (_, child) in members.ToList())
                {
                    Resolve(child);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Resolve(item);
                }

                break;
        }
    }

    private void Resolve(JsonObject reference, string url)
    {
        if (people.TryGetValue(url, out var person) || addresses.TryGetValue(url, out person))
        {
            reference["reference"] = person;
        }
        else if (url.StartsWith("urn:uuid:", StringComparison.Ordinal))
        {
            reference.Remove("reference"); // the one end of a circle that is written later: known by its identifier
            reference["identifier"] = new JsonObject { ["system"] = CodeSystems.Rfc4122, ["value"] = url };
        }
    }

    private static string? IdIn(string? location, string kind)
    {
        var segments = location?.Split('?')[0].Split('/') ?? [];
        var at = Array.LastIndexOf(segments, kind);
        return at >= 0 && at + 1 < segments.Length && segments[at + 1] is { Length: > 0 and <= 64 } id && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? id : null;
    }
}
