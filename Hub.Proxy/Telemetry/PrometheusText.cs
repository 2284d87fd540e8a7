using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Hub.Proxy.Telemetry;

/// <summary>
/// The hub's meters as Prometheus reads them (OpenMetrics 1.0, or the older text format). With OpenMetrics a bucket names the trace of one message
/// that fell into it. The exporter package for this has only had previews.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    public const string Plain = "text/plain; version=0.0.4; charset=utf-8";
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal) { ["s"] = "_seconds", ["By"] = "_bytes" };
    private readonly Lock one = new();
    private StringBuilder text = new();
    private bool exemplars;

    public Func<int, bool>? Collect { get; set; }

    /// <summary>All meters as they stand now.</summary>
    public string Read(bool openMetrics)
    {
        lock (one)
        {
            text = new StringBuilder();
            exemplars = openMetrics;
            Collect?.Invoke(Timeout.Infinite);
            return text.Append(openMetrics ? "# EOF\n" : "").ToString();
        }
    }

    /// <summary>What Prometheus calls a meter of ours, without the <c>_total</c>, <c>_bucket</c>, <c>_sum</c> and <c>_count</c> of its samples.</summary>
    public static string NameOf(string meter, string? unit) => meter.Replace('.', '_') + Units.GetValueOrDefault(unit ?? "", "");

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            var name = NameOf(metric.Name, metric.Unit);
            var counts = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
            var family = counts && !exemplars ? name + "_total" : name;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family} {metric.Description}\n# TYPE {family} {(counts ? "counter" : metric.MetricType == MetricType.Histogram ? "histogram" : "gauge")}\n");
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                Write(metric.MetricType, name, point);
            }
        }

        return ExportResult.Success;
    }

    private void Write(MetricType type, string name, in MetricPoint point)
    {
        var labels = Labels(point.Tags);
        switch (type)
        {
            case MetricType.LongSum:
                Sample(name + "_total", labels, point.GetSumLong());
                break;
            case MetricType.DoubleSum:
                Sample(name + "_total", labels, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                Sample(name, labels, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                Sample(name, labels, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                WriteHistogram(name, labels, point);
                break;
        }
    }

    private void WriteHistogram(string name, string labels, in MetricPoint point)
    {
        long below = 0;
        var from = double.NegativeInfinity;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : bucket.ExplicitBound.ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{(labels.Length == 0 ? "" : ",")}le=\"{bound}\"}} {below}");
            AppendExemplar(point, from, bucket.ExplicitBound);
            text.Append('\n');
            from = bucket.ExplicitBound;
        }

        Sample(name + "_sum", labels, point.GetHistogramSum());
        Sample(name + "_count", labels, point.GetHistogramCount());
    }

    private void AppendExemplar(in MetricPoint point, double above, double upTo)
    {
        if (!exemplars || !point.TryGetExemplars(out var kept))
        {
            return;
        }

        foreach (ref readonly var one in kept)
        {
            if (one.DoubleValue > above && one.DoubleValue <= upTo && one.TraceId != default)
            {
                text.Append(CultureInfo.InvariantCulture, $" # {{trace_id=\"{one.TraceId}\",span_id=\"{one.SpanId}\"}} {one.DoubleValue:R} {one.Timestamp.ToUnixTimeMilliseconds() / 1000.0:F3}");
                return;
            }
        }
    }

    private void Sample(string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length == 0 ? "" : "{" + labels + "}")} {value:R}\n");

    private static string Labels(in ReadOnlyTagCollection tags)
    {
        var labels = new StringBuilder();
        foreach (var tag in tags)
        {
            var value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture)!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Append(labels.Length == 0 ? "" : ",").Append(tag.Key).Append("=\"").Append(value).Append('"');
        }

        return labels.ToString();
    }
}
