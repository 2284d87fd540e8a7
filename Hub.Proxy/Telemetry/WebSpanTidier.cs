using System.Diagnostics;
using OpenTelemetry;

namespace Hub.Proxy.Telemetry;

/// <summary>Of a request that came in, a span tells method, route and status: an address may hold what a caller put into it. Whoever only watches, or reads the console, makes no spans.</summary>
internal sealed class WebSpanTidier : BaseProcessor<Activity>
{
    private static readonly HashSet<string> Told = new(StringComparer.Ordinal) { "http.request.method", "http.response.status_code", "http.route", "network.protocol.version", "error.type" };
    private static readonly string[] Watching = ["/health", "/metrics", "/console"];

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name is not "Microsoft.AspNetCore")
        {
            return;
        }

        var route = data.GetTagItem("http.route") as string ?? data.GetTagItem("url.path") as string ?? "";
        if (Watching.Any(w => route.StartsWith(w, StringComparison.Ordinal) || route.StartsWith(w[1..], StringComparison.Ordinal)))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded; // the exporter passes over it
            return;
        }

        foreach (var (key, _) in data.TagObjects.ToList())
        {
            if (!Told.Contains(key))
            {
                data.SetTag(key, null);
            }
        }
    }
}
