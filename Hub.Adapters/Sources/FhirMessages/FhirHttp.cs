using System.Globalization;
using System.Net.Http.Headers;
using Hub.Fhir.Resources;
using Microsoft.AspNetCore.Http;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>FHIR over HTTP: bodies in, resources out, in JSON or XML, and the headers that callers match on.</summary>
public static class FhirHttp
{
    public const string JsonMedia = "application/fhir+json";
    public const string XmlMedia = "application/fhir+xml";
    private const int RetryAfterSeconds = 30;
    private const int MaxMirrored = 100;

    public static IResult Answer(HttpContext context, FhirAnswer answer) => Answer(context, answer.Status, answer.Body);

    public static IResult Answer(HttpContext context, int status, R4.Resource body)
    {
        foreach (var header in (ReadOnlySpan<string>)["X-Request-Id", "X-Correlation-Id"])
        {
            var sent = context.Request.Headers[header].ToString();
            if (sent.Length is > 0 and <= MaxMirrored && sent.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            {
                context.Response.Headers[header] = sent;
            }
        }

        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        var mediaType = AcceptsXml(context.Request) == true ? XmlMedia : JsonMedia;
        return new Content(status, mediaType, Bytes(body, mediaType));
    }

    /// <summary>A resource in one of the two media types.</summary>
    public static byte[] Bytes(R4.Resource body, string mediaType) => mediaType == XmlMedia ? FhirXml.Write(body) : FhirJson.Write(body);

    /// <summary>Null where the caller takes neither JSON nor XML.</summary>
    public static bool? AcceptsXml(HttpRequest request)
    {
        var accepted = request.Headers.Accept.ToString();
        var json = accepted.Contains("json", StringComparison.OrdinalIgnoreCase);
        var xml = accepted.Contains("xml", StringComparison.OrdinalIgnoreCase);
        return json ? false
            : xml ? true
            : accepted.Length == 0 || accepted.Contains("*/*", StringComparison.Ordinal) || accepted.Contains("application/*", StringComparison.Ordinal) ? IsXml(request) == true
            : null;
    }

    /// <summary>True for XML, false for JSON, null for any other media type or character set.</summary>
    public static bool? IsXml(HttpRequest request) =>
        !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.CharSet?.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase) == false ? null
        : type.MediaType?.ToLowerInvariant() switch
        {
            JsonMedia or "application/json" or "text/json" => false,
            XmlMedia or "application/xml" or "text/xml" => true,
            _ => null,
        };

    /// <returns>Null where the body is over the limit; no more than the limit is ever held.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > maxBytes)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>Why a request cannot be looked at; null where it can.</summary>
    public static FhirAnswer? Refuse(HttpRequest request) =>
        AcceptsXml(request) is null ? Outcome(StatusCodes.Status406NotAcceptable, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.NotSupported, "Accept", "The hub answers in FHIR JSON or XML.")
        : IsXml(request) is null ? Outcome(StatusCodes.Status415UnsupportedMediaType, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.NotSupported, "Content-Type", "The body is not declared as FHIR JSON or XML in UTF-8.")
        : null;

    public static FhirAnswer Outcome(int status, string code, R4.OperationOutcome.IssueType type, string header, string text) =>
        FhirAnswers.Outcome(status, FhirAnswers.Error(code, type, FhirMessageProblems.Make(code, "", $"{header}: {text}", "Change the request and send it again.", 102)));

    public static FhirAnswer TooLarge { get; } = Outcome(
        StatusCodes.Status413PayloadTooLarge, "REC_BAD_REQUEST", R4.OperationOutcome.IssueType.TooLong, "Content-Length", $"The body is over {FhirMessageReader.MaxBytes} bytes.");

    private sealed class Content(int status, string media, byte[] bytes) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = media + "; charset=utf-8";
            httpContext.Response.ContentLength = bytes.Length;
            await httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted);
        }
    }
}
