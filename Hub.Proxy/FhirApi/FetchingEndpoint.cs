using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Proxy.Access;
using Hub.Proxy.Dispatch;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.FhirApi;

/// <summary>The messages that wait for a partner that fetches them: search, read, acknowledge; its own and nobody else's.</summary>
internal sealed partial class FetchingEndpoint(Callers callers, RecipientAdapters adapters, WaitingMessages waiting)
{
    private const int DefaultCount = 20;
    private const int MostCount = 50;
    private const int MaxAcknowledgement = 64 * 1024;
    private static readonly string[] Parameters = ["_count", "_after", "type", "_format"];

    public async Task<IResult> SearchAsync(HttpContext context)
    {
        await using var recipient = await RecipientAsync(context.Request);
        if (recipient is null)
        {
            return Problem(context, 403, "SEND_FORBIDDEN", R4.OperationOutcome.IssueType.Forbidden, $"Only a partner whose file says protocol pull fetches messages. Name your partner file in {Callers.SourceHeader}.");
        }

        var query = context.Request.Query;
        var (count, after) = (Count(query["_count"].ToString()), query["_after"].ToString());
        if (query.Keys.Any(k => !Parameters.Contains(k, StringComparer.Ordinal)) || query.Any(q => q.Value.Count != 1) || count is null
            || (after.Length > 0 && !Place().IsMatch(after)) || (query.ContainsKey("type") && query["type"] != "message"))
        {
            return Problem(context, 400, "SEND_BAD_REQUEST", R4.OperationOutcome.IssueType.Value, $"Search by nothing, or by type=message and _count (1 to {MostCount}); _after comes from a next link.");
        }

        var all = await waiting.OfferAsync(recipient, context.RequestAborted);
        var page = all.Where(o => string.CompareOrdinal(o.Place, after) > 0).Take(count.Value + 1).ToList();
        var body = new ArrayBufferWriter<byte>();
        await WriteAsync(context, body, [.. page.Take(count.Value)], page.Count > count.Value, count.Value);
        return Results.Bytes(body.WrittenMemory, FhirHttp.JsonMedia + "; charset=utf-8");
    }

    public async Task<IResult> ReadAsync(HttpContext context, string id)
    {
        await using var recipient = await RecipientAsync(context.Request);
        return recipient is not null && await waiting.ReadAsync(recipient.Partner.Id, id, context.RequestAborted) is { } bytes
            ? Results.Bytes(bytes, FhirHttp.JsonMedia + "; charset=utf-8")
            : NotFound(context);
    }

    public async Task<IResult> AcknowledgeAsync(HttpContext context, string id)
    {
        await using var recipient = await RecipientAsync(context.Request);
        if (recipient is not { Adapter: IFetchedRecipient adapter })
        {
            return NotFound(context);
        }

        if (FhirHttp.IsXml(context.Request) != false)
        {
            return Problem(context, 415, "SEND_BAD_REQUEST", R4.OperationOutcome.IssueType.NotSupported, "An acknowledgement is FHIR JSON in UTF-8.");
        }

        if (await FhirHttp.ReadAsync(context.Request, MaxAcknowledgement, context.RequestAborted) is not { } body)
        {
            return Problem(context, 413, "SEND_BAD_REQUEST", R4.OperationOutcome.IssueType.TooLong, $"An acknowledgement has at most {MaxAcknowledgement} bytes.");
        }

        return await waiting.AcknowledgeAsync(recipient, adapter, id, body, context.RequestAborted) switch
        {
            AcknowledgementResult.Taken => Said(context, "Written down."),
            AcknowledgementResult.Repeated => Said(context, "Written down before; nothing changes."),
            AcknowledgementResult.Unreadable => Problem(context, 400, "SEND_BAD_REQUEST", R4.OperationOutcome.IssueType.Invalid,
                "Send a response message to this message (MessageHeader.response.identifier is its id), or Parameters with code (ok, fatal-error, transient-error) and reason. Nothing was changed."),
            AcknowledgementResult.NotOffered => Problem(context, 409, "REC_CONFLICT", R4.OperationOutcome.IssueType.Conflict,
                "This message was acknowledged otherwise before, or is not offered any more. Nothing was changed; whoever runs the hub has been told of a contradiction."),
            AcknowledgementResult.Busy => Problem(context, 503, "REC_UNAVAILABLE", R4.OperationOutcome.IssueType.LockError, "The message is being worked on. Send the same again."),
            _ => NotFound(context),
        };
    }

    private async ValueTask<RentedAdapter?> RecipientAsync(HttpRequest request)
    {
        var rented = callers.Find(request) is { Role: PartnerRole.Recipient } caller ? adapters.Rent(caller.Id) : null;
        if (rented is null or { Adapter: IFetchedRecipient })
        {
            return rented;
        }

        await rented.DisposeAsync();
        return null;
    }

    private async Task WriteAsync(HttpContext context, ArrayBufferWriter<byte> body, IReadOnlyList<OfferedMessage> page, bool more, int count)
    {
        var address = $"{context.Request.Scheme}://{context.Request.Host}/fhir/Bundle";
        await using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Bundle"u8);
        writer.WriteString("type"u8, "searchset"u8);
        writer.WriteStartArray("link"u8);
        WriteLink(writer, "self", $"{address}{context.Request.QueryString}");
        if (more)
        {
            WriteLink(writer, "next", string.Create(CultureInfo.InvariantCulture, $"{address}?_count={count}&_after={page[^1].Place}"));
        }

        writer.WriteEndArray();
        if (page.Count > 0)
        {
            writer.WriteStartArray("entry"u8);
            foreach (var message in page)
            {
                writer.WriteStartObject();
                writer.WriteString("fullUrl"u8, $"{address}/{message.Id}");
                writer.WritePropertyName("resource"u8);
                writer.WriteRawValue(await waiting.BytesAsync(message, context.RequestAborted), skipInputValidation: true); // byte for byte as it was fixed
                writer.WriteStartObject("search"u8);
                writer.WriteString("mode"u8, "match"u8);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter writer, string relation, string url)
    {
        writer.WriteStartObject();
        writer.WriteString("relation"u8, relation);
        writer.WriteString("url"u8, url);
        writer.WriteEndObject();
    }

    private static int? Count(string text) => text.Length == 0 ? DefaultCount
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 ? Math.Min(count, MostCount) : null;

    private static IResult NotFound(HttpContext context) => Problem(context, 404, "REC_NOT_FOUND", R4.OperationOutcome.IssueType.NotFound, "No message of this id waits for this partner.");

    private static IResult Said(HttpContext context, string text) => FhirHttp.Answer(context, FhirAnswers.Outcome(200, FhirAnswers.Information(text, null)));

    private static IResult Problem(HttpContext context, int status, string code, R4.OperationOutcome.IssueType type, string text) =>
        FhirHttp.Answer(context, FhirHttp.Outcome(status, code, type, "Bundle", text));

    [GeneratedRegex(@"^[0-9]{15}-[0-9a-f]{32}\z")]
    private static partial Regex Place();
}
