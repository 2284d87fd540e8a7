using System.Globalization;
using System.Text;

namespace Hub.Proxy.Commands.Bench;

/// <summary>The figures as the README's table has them.</summary>
internal static class BenchReport
{
    public static string Markdown(string machine, BenchResults results)
    {
        var phases = results.Phases;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{machine}; one discharge is {results.BytesPerMessage / 1024.0:F0} KiB to each of three recipients. Commits are durable (synchronous=FULL), as are the floor's appends.\n\n");
        text.Append("| what | connections | complete messages/s | of the floor | send to third recipient p50 / p99 ms | CPU s per 1,000 | KiB written a message |\n|---|---|---|---|---|---|---|\n");
        foreach (var phase in phases)
        {
            var beside = phases.FirstOrDefault(p => p.Engine == "floor" && p.Connections == phase.Connections && p.PerSecond == phase.PerSecond);
            var ratio = phase.Engine == "hub" && beside is not null && phase.PerSecond is null ? $"1/{beside.CompletePerSecond / phase.CompletePerSecond:F1}" : "";
            var what = phase.PerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{phase.Engine} at {rate:F0}/s") : phase.Engine;
            var waits = phase.PerSecond is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{phase.P50?.TotalMilliseconds:F1} / {phase.P99?.TotalMilliseconds:F1}");
            text.Append(CultureInfo.InvariantCulture,
                $"| {what} | {phase.Connections} | {phase.CompletePerSecond:F0} | {ratio} | {waits} | {phase.CpuSecondsPerThousand:F2} | {phase.KilobytesWrittenPerMessage:F0} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nPeak memory of the hub (RSS): {MiB(results.PeakResidentBytes)}.\n");
        var full = phases.LastOrDefault(p => p.Engine == "hub" && p.Connections == 32 && p.PerSecond is null);
        if (results.OneDown is { } down)
        {
            text.Append(CultureInfo.InvariantCulture, $"With one recipient down the other two are told {Beside(down, full)}.\n");
        }

        if (results.Backlog > 0)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"With {results.Backlog} deliveries waiting: peak memory {MiB(results.BacklogResidentBytes)}; they drained at {results.DrainedPerSecond:F0} deliveries/s.\n");
        }

        if (results.WithHistory is { } aged)
        {
            text.Append(CultureInfo.InvariantCulture, $"With {results.History} finished deliveries in the store: {Beside(aged, full)}.\n");
        }

        return text.ToString();
    }

    private static string MiB(long? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1048576.0:F0} MiB") : "not known here";

    private static string Beside(Phase phase, Phase? other) => other is null
        ? string.Create(CultureInfo.InvariantCulture, $"{phase.CompletePerSecond:F0} complete messages/s")
        : string.Create(CultureInfo.InvariantCulture,
            $"{phase.CompletePerSecond:F0} complete messages/s, {100 * phase.CompletePerSecond / other.CompletePerSecond:F0} % of the rate without ({100 * phase.CpuSecondsPerThousand / other.CpuSecondsPerThousand:F0} % of the CPU time)");

    // A busy machine spoils every figure: its load stands beside them.
    public static string Machine()
    {
        var load = File.Exists("/proc/loadavg") ? ", load before " + string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "";
        return $".NET {Environment.Version}, {Environment.ProcessorCount} cores shared by hub, senders and recipients{load}";
    }
}
