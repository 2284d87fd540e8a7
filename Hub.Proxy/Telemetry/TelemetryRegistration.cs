using System.Diagnostics;
using Hub.Adapters.Contract;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hub.Proxy.Telemetry;

/// <summary>Meters and traces in the composition root. Where to is said by OpenTelemetry's own settings (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and the rest); without them nothing leaves.</summary>
internal static class TelemetryRegistration
{
    private const string WebSource = "Microsoft.AspNetCore";

    public static IServiceCollection AddHubTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var text = new PrometheusText();
        services.AddSingleton(text);
        services.AddHostedService<StoreGauges>();
        services.AddHostedService<TraceKeeper>();
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("hub", serviceVersion: typeof(HubHost).Assembly.GetName().Version?.ToString(3)));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(HubMeters.MeterName).SetExemplarFilter(ExemplarFilterType.TraceBased).AddReader(new BaseExportingMetricReader(text));
            if (GoesOut(configuration, "METRICS"))
            {
                metrics.AddOtlpExporter();
            }
        });
        if (GoesOut(configuration, "TRACES"))
        {
            telemetry.WithTracing(traces => traces.AddSource(MessageTrace.SourceName, HubSteps.SourceName, WebSource).AddProcessor(new WebSpanTidier()).AddOtlpExporter());
        }

        return services;
    }

    private static bool GoesOut(IConfiguration configuration, string signal) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);

    /// <summary>A message's trace context is kept and handed on although nobody collects traces here: a sender or a recipient may.</summary>
    private sealed class TraceKeeper : IHostedService, IDisposable
    {
        private readonly ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == MessageTrace.SourceName,
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
        };

        public Task StartAsync(CancellationToken cancellationToken)
        {
            ActivitySource.AddActivityListener(listener);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => listener.Dispose();
    }
}
