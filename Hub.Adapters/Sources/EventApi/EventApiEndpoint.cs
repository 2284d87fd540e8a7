using System.Net.Http.Headers;
using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Microsoft.AspNetCore.Http;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>Takes one posted event: bytes in, stored by the intake, and only then an answer. A refused body is kept as well.</summary>
internal sealed class EventApiEndpoint(IEventIntake intake, IPartnerDirectory partners, ICallers callers, TimeProvider time)
{
    private const int MaxKeyLength = 255;

    public async Task<IResult> PostAsync(HttpContext context, string typeName)
    {
        var arrived = await ArriveAsync(context, typeName);
        try
        {
            if (arrived.Reading is { Event: { } read })
            {
                var receipt = await intake.AcceptAsync(arrived.Received, [read], context.RequestAborted);
                return EventApiAnswers.Of(receipt, context, EventApiSettings.Of(arrived.Partner!).RefuseConflicts);
            }

            var refused = await intake.RefuseAsync(arrived.Received, new Refusal(arrived.NeverTaken, arrived.Problems), context.RequestAborted);
            return EventApiAnswers.Refused(arrived.Status, refused.ReceivedId, arrived.Problems);
        }
        catch (StorageUnavailableException)
        {
            return EventApiAnswers.NotStored(context);
        }
    }

    private async Task<Arrival> ArriveAsync(HttpContext context, string typeName)
    {
        var receivedAt = time.GetUtcNow();
        var key = KeyOf(context.Request);
        var partner = PartnerOf(context.Request);
        var body = await ReadAsync(context.Request, context.RequestAborted);
        var reading = body is null || key is null || partner is null || !IsJson(context.Request)
            ? null
            : EventApiReader.Read(body, typeName, key, partner);

        List<Problem> problems = [.. reading?.Problems ?? []];
        problems.AddRange(key is null ? [EventProblems.NoKey] : []);
        problems.AddRange(partner is null ? [EventProblems.UnknownSource] : []);
        problems.AddRange(body is null ? [EventProblems.TooLarge] : []);
        problems.AddRange(IsJson(context.Request) ? [] : [EventProblems.NotJsonMedia]);

        return new Arrival
        {
            Reading = reading,
            Partner = partner,
            Problems = problems,
            Status = body is null ? StatusCodes.Status413PayloadTooLarge
                : !IsJson(context.Request) ? StatusCodes.Status415UnsupportedMediaType
                : EventSchemas.Find(typeName) is null ? StatusCodes.Status404NotFound
                : StatusCodes.Status400BadRequest,
            Received = new ReceivedMessage
            {
                SourceId = partner?.Id ?? ReceivedMessage.UnknownSource,
                Protocol = EventApiReader.Protocol,
                MessageKey = key,
                ContentHash = reading?.ContentHash ?? SHA256.HashData(body ?? []),
                Bytes = body ?? [], // over the limit nothing is buffered: that it came is kept, not what it was
                MediaType = MediaTypeOf(context.Request),
                ReceivedAt = receivedAt,
                Kind = EventSchemas.Find(typeName) is null ? null : typeName,
            },
        };
    }

    /// <summary>The partner that calls, where it sends events; or, where nobody is named and none need sign in, the only source there is.</summary>
    private PartnerFile? PartnerOf(HttpRequest request)
    {
        if (callers.IsNamed(request))
        {
            return callers.Find(request) is { Role: PartnerRole.Source, Protocol: EventApiReader.Protocol } named ? named : null;
        }

        return partners.All.Where(p => p is { Role: PartnerRole.Source, Protocol: EventApiReader.Protocol }).Take(2).ToList() is [var only] && callers.MaySpeakFor(request, only) ? only : null;
    }

    private static string? KeyOf(HttpRequest request)
    {
        var values = request.Headers[EventApiOperation.KeyHeader];
        if (values.Count != 1)
        {
            return null;
        }

        // draft-ietf-httpapi-idempotency-key-header writes the key as a quoted structured-field string; most senders leave the quotes out.
        var key = values.ToString().Trim();
        key = key.Length > 1 && key[0] == '"' && key[^1] == '"' ? key[1..^1] : key;
        return key.Length is > 0 and <= MaxKeyLength && key.All(c => c is >= ' ' and <= '~') ? key : null;
    }

    /// <returns>Null where the body is over the limit; no more than the limit is ever held.</returns>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > EventApiReader.MaxBytes)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > EventApiReader.MaxBytes)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.MediaType is "application/json" || (type.MediaType?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) ?? false))
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static string MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType is { Length: <= 100 } media ? media : "application/octet-stream";

    /// <summary>One request, read as far as it could be.</summary>
    private sealed record Arrival
    {
        public required ReceivedMessage Received { get; init; }
        public EventApiReading? Reading { get; init; }
        public PartnerFile? Partner { get; init; }
        public required IReadOnlyList<Problem> Problems { get; init; }

        /// <summary>What the sender is answered where there are problems.</summary>
        public required int Status { get; init; }

        /// <summary>An unknown event or sender stays so; wrong content may come again right.</summary>
        public bool NeverTaken => Status is not StatusCodes.Status400BadRequest || Partner is null;
    }
}
