using Hub.Proxy.Store;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Hub.Proxy.Gateway;

/// <summary>
/// Stands before routing: judges each call from the bytes of its request line, lets those through that may go, puts every failure into an
/// OperationOutcome, and has each written down.
/// </summary>
internal sealed partial class GatewayGate(RequestDelegate next, GatewayDecision decision, GatewayAudit audit, TimeProvider time, ILogger<GatewayGate> logger)
{
    private const string RequestIdHeader = "X-Request-Id";
    private const string CorrelationIdHeader = "X-Correlation-Id";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsForGateway(context))
        {
            await next(context);
            return;
        }

        var began = time.GetTimestamp();
        var pass = new GatewayPass { RequestId = IdOf(context.Request, RequestIdHeader), CorrelationId = IdOf(context.Request, CorrelationIdHeader) };
        context.Features.Set(pass);
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[RequestIdHeader] = pass.RequestId.ToString("D");
            context.Response.Headers[CorrelationIdHeader] = pass.CorrelationId.ToString("D");
            return Task.CompletedTask;
        });
        try
        {
            decision.Decide(context, pass);
            if (pass.Refusal is null)
            {
                await ForwardAsync(context, pass);
            }

            if (pass.Refusal is { } refusal && !context.Response.HasStarted)
            {
                await refusal.WriteAsync(context);
            }
        }
        finally
        {
            Note(context, pass, time.GetElapsedTime(began));
        }
    }

    // What came as the gateway's, and whatever routing would take for it once it is tidied, in any case of letters.
    private static bool IsForGateway(HttpContext context) =>
        context.Request.Path.StartsWithSegments(GatewayRequest.Prefix, StringComparison.OrdinalIgnoreCase)
        || context.Features.Get<IHttpRequestFeature>()?.RawTarget.StartsWith(GatewayRequest.Prefix, StringComparison.OrdinalIgnoreCase) == true;

    private async Task ForwardAsync(HttpContext context, GatewayPass pass)
    {
        var gone = context.RequestAborted;
        using var deadline = new CancellationTokenSource(pass.Settings!.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, deadline.Token);
        context.RequestAborted = either.Token; // an answer that only drips in ends too
        context.Request.Path = $"{GatewayRequest.Prefix}/{pass.Target!.Id}/{pass.Request!.Path}";
        try
        {
            await next(context);
        }
        finally
        {
            context.RequestAborted = gone;
        }

        var error = context.Features.Get<IForwarderErrorFeature>();
        pass.Refusal ??= !pass.Forwarded ? GatewayRefusal.NotThere // its file was read, and its route is about to be
            : error is null || gone.IsCancellationRequested ? null
            : deadline.IsCancellationRequested ? GatewayRefusal.TooSlow
            : ToRefusal(error, pass.Settings);
        if (error is not null)
        {
            LogFailed(pass.RequestId, pass.Target.Id, error.Error);
        }
    }

    private static GatewayRefusal ToRefusal(IForwarderErrorFeature error, GatewaySettings settings) => (error.Error, error.Exception) switch
    {
        (ForwarderError.NoAvailableDestinations, _) => GatewayRefusal.NotThere,
        (ForwarderError.RequestTimedOut, _) => GatewayRefusal.TooSlow,
        (_, { } fault) when FromCaller(fault) is { } status => status == StatusCodes.Status413PayloadTooLarge
            ? GatewayRefusal.TooLarge(settings.MaxBodyBytes)
            : GatewayRefusal.BadRequest("The request's body could not be read to its end. Send it again."),
        (_, HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }) => GatewayRefusal.NotReached,
        _ => GatewayRefusal.Lost,
    };

    private static int? FromCaller(Exception? fault) => fault switch
    {
        null => null,
        BadHttpRequestException bad => bad.StatusCode,
        AggregateException several => several.InnerExceptions.Select(FromCaller).FirstOrDefault(status => status is not null),
        _ => FromCaller(fault.InnerException),
    };

    private void Note(HttpContext context, GatewayPass pass, TimeSpan took)
    {
        var now = time.GetUtcNow();
        audit.Note(new GatewayCall
        {
            Id = Guid.CreateVersion7(now),
            At = now,
            Caller = pass.Caller?.Id,
            Target = pass.Target?.Id,
            Method = context.Request.Method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" ? context.Request.Method : "other",
            Resource = pass.Request?.Kind,
            Status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? 0 : context.Response.StatusCode,
            Code = pass.Refusal?.Code,
            Took = took,
            RequestId = pass.RequestId,
        });
    }

    // Only a UUID is mirrored, as BaRS has it: what may be written down and passed on must have no room for a patient's number.
    private Guid IdOf(HttpRequest request, string header) =>
        request.Headers[header] is [{ } sent] && Guid.TryParseExact(sent, "D", out var id) ? id : Guid.CreateVersion7(time.GetUtcNow());

    [LoggerMessage(8003, LogLevel.Warning, "Call {RequestId} to {Target} failed: {Error}")]
    private partial void LogFailed(Guid requestId, string target, ForwarderError error);
}
