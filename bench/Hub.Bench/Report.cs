using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hub.Bench;

/// <summary>Prints what was measured, with what it was measured on.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Markdown(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Machine()}\n\n");
        text.Append("One thread, warm, rounds taking turns, medians. CPU is processor time of the process; the ratio is of CPU times, with its spread over the rounds.\n\n");
        text.Append("| work | bytes out | us (CPU) | us (clock) | KiB allocated | ratio to plain serialization | a second on one core |\n|---|---|---|---|---|---|---|\n");
        foreach (var r in results)
        {
            var ratio = r.Ratio is { } median ? string.Create(CultureInfo.InvariantCulture, $"{median:F2} ({r.RatioLow:F2}-{r.RatioHigh:F2})") : "";
            text.Append(CultureInfo.InvariantCulture,
                $"| {r.Work.Name} | {r.Work.Bytes} | {r.CpuMicroseconds:F0} | {r.WallMicroseconds:F0} | {r.AllocatedBytes / 1024:F0} | {ratio} | {1_000_000 / r.CpuMicroseconds:F0} |\n");
        }

        return text.ToString();
    }

    public static string Json(IReadOnlyList<Result> results) => JsonSerializer.Serialize(
        new
        {
            machine = Machine(),
            rows = results.Select(r => new
            {
                work = r.Work.Name,
                bytesOut = r.Work.Bytes,
                cpuMicroseconds = Math.Round(r.CpuMicroseconds, 1),
                clockMicroseconds = Math.Round(r.WallMicroseconds, 1),
                allocatedBytes = Math.Round(r.AllocatedBytes),
                ratio = r.Ratio is { } ratio ? Math.Round(ratio, 3) : (double?)null,
                perSecond = Math.Round(1_000_000 / r.CpuMicroseconds, 1),
            }),
        },
        Indented) + "\n";

    // A busy machine spoils the clock: its load stands beside the figures.
    private static string Machine()
    {
        var load = File.Exists("/proc/loadavg") ? ", load " + string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "";
        return $".NET {Environment.Version}, {Environment.ProcessorCount} cores{load}";
    }
}
