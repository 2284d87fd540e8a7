using System.Net;
using Microsoft.AspNetCore.Http;

namespace Hub.Proxy.Telemetry;

/// <summary>
/// For machines that watch: <c>/metrics</c> and <c>/health/...</c>. A listener of their own (<c>Hub:Management</c>) has nothing else on it, so that a
/// kubelet and a Prometheus need neither certificate nor sign-in; on the hub's own listener the metrics are for this machine only.
/// </summary>
internal static class ManagementGate
{
    public const string Metrics = "/metrics";

    /// <summary>Before everything else: what does not belong on the management listener is not even looked at there.</summary>
    public static void UseManagementGate(this WebApplication app)
    {
        var ports = app.Services.GetRequiredService<BoundPorts>();
        app.Use((context, next) =>
        {
            var path = context.Request.Path;
            var managed = ports.Management != 0 && context.Connection.LocalPort == ports.Management;
            var watched = path == Metrics || path.StartsWithSegments("/health", StringComparison.Ordinal);
            if (managed ? watched : path != Metrics || IPAddress.IsLoopback(context.Connection.RemoteIpAddress ?? IPAddress.None))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    public static IEndpointConventionBuilder MapMetrics(this WebApplication app) => app.MapGet(Metrics, (HttpContext context, PrometheusText meters) =>
    {
        var openMetrics = context.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.Ordinal);
        return Results.Text(meters.Read(openMetrics), openMetrics ? PrometheusText.OpenMetrics : PrometheusText.Plain);
    }).ExcludeFromDescription();
}
