using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy.Gateway;

/// <summary>An answer of the hub's own to a call: an OperationOutcome whose code says who must act (SEND_ the caller, PROXY_ whoever runs the hub, REC_ the target).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">As http-error-codes has it.</param>
/// <param name="Type">FHIR's issue type.</param>
/// <param name="Text">What is wrong, and what the one who must act does next. Quotes nothing of the request.</param>
internal sealed record GatewayRefusal(int Status, string Code, R4.OperationOutcome.IssueType Type, string Text)
{
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Methods that would do, for 405.</summary>
    public IReadOnlyCollection<string> Allow { get; init; } = [];

    public static GatewayRefusal BadRequest(string text) => new(400, "SEND_BAD_REQUEST", R4.OperationOutcome.IssueType.Invalid, text);

    public static GatewayRefusal Forbidden(string text) => new(403, "SEND_FORBIDDEN", R4.OperationOutcome.IssueType.Forbidden, text);

    public static GatewayRefusal NoSuchPartner { get; } = new(
        404, "PROXY_NOT_FOUND", R4.OperationOutcome.IssueType.NotFound, "No partner that can be called goes by this name. Ask whoever runs the hub which partners it forwards to.");

    public static GatewayRefusal WrongMethod(IReadOnlyCollection<string> allowed) => new(
        405, "SEND_METHOD_NOT_ALLOWED", R4.OperationOutcome.IssueType.NotSupported, "This method is not allowed here for this caller; the Allow header names those that are.") { Allow = allowed };

    public static GatewayRefusal TooLarge(int mostBytes) => new(
        413, "SEND_BAD_REQUEST", R4.OperationOutcome.IssueType.TooLong, string.Create(CultureInfo.InvariantCulture, $"The body is over {mostBytes} bytes, the limit for this target. Send less at once."));

    public static GatewayRefusal TooOften(TimeSpan wait) => new(
        429, "SEND_TOO_MANY_REQUESTS", R4.OperationOutcome.IssueType.Throttled, "Too many calls in one minute from this caller to this target. Wait as Retry-After says.") { RetryAfter = wait };

    public static GatewayRefusal NotAudited { get; } = new(
        503, "PROXY_UNAVAILABLE", R4.OperationOutcome.IssueType.NoStore, "The hub cannot write down calls now, and forwards none that it cannot write down. Send it again later.");

    public static GatewayRefusal NotThere { get; } = new(
        503, "PROXY_UNAVAILABLE", R4.OperationOutcome.IssueType.Transient, "The target has not answered of late and is not called now. Nothing was sent; send it again later.");

    public static GatewayRefusal NotReached { get; } = new(
        502, "PROXY_UNAVAILABLE", R4.OperationOutcome.IssueType.Transient, "The target could not be reached. Nothing was sent; send it again later. `hub endpoint probe` says why.");

    public static GatewayRefusal Lost { get; } = new(
        502, "PROXY_SERVER_ERROR", R4.OperationOutcome.IssueType.Incomplete, "The connection to the target was lost, or its answer was none. It may have acted on the request: look before sending it again.");

    public static GatewayRefusal TooSlow { get; } = new(
        504, "PROXY_TIMEOUT", R4.OperationOutcome.IssueType.Timeout, "The target gave no whole answer in time. It may have acted on the request: look before sending it again.");

    public static GatewayRefusal RefusesUs { get; } = new(
        502, "PROXY_UNAUTHORIZED", R4.OperationOutcome.IssueType.Security, "The target refuses the hub's own credentials. Whoever runs the hub corrects them in the target's partner file.");

    public static GatewayRefusal Redirected { get; } = new(
        502, "PROXY_SERVER_ERROR", R4.OperationOutcome.IssueType.Exception, "The target answered with another address, which the hub does not follow. Whoever runs the hub corrects the address in the target's partner file.");

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.Clear();
        var answer = FhirHttp.Answer(context, FhirAnswers.Outcome(Status, FhirAnswers.Error(Code, Type, new Problem { Code = Code, Location = "", Text = Text, NextStep = "" })));
        if (RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (Allow.Count > 0)
        {
            context.Response.Headers.Allow = string.Join(", ", Allow.Order(StringComparer.Ordinal));
        }

        if (Status == StatusCodes.Status413PayloadTooLarge)
        {
            context.Response.Headers.Connection = "close"; // what is left of the body is not read
        }

        await answer.ExecuteAsync(context);
    }
}
