using System.Runtime;

namespace Hub.Bench;

/// <summary>One thing that is measured. <paramref name="Baseline"/> names the row that its ratio is made with; <paramref name="Bytes"/> is what one call puts out.</summary>
internal sealed record Workload(string Name, Action Run, int Bytes, string? Baseline = null);

/// <summary>Medians over the rounds. The ratio is the median of the ratios within each round, so that a machine that slows down slows both.</summary>
internal sealed record Result(Workload Work, double WallMicroseconds, double CpuMicroseconds, double AllocatedBytes, double? Ratio, double? RatioLow, double? RatioHigh);

/// <summary>
/// Measures on the calling thread: everything is warmed first, then all workloads take turns in short batches. Time is taken twice, on the
/// clock and as processor time of the process (its collector and compiler included), because the clock also counts what other processes do.
/// </summary>
internal sealed class Harness(TimeProvider time, TimeSpan total)
{
    private const int Rounds = 15;

    // Tiered compilation replaces hot code in the background, on its own clock: warm is when it has nothing left to do.
    private static readonly TimeSpan WarmStep = TimeSpan.FromSeconds(0.4);
    private const int MostWarmSteps = 40;

    public IReadOnlyList<Result> Measure(IReadOnlyList<Workload> work)
    {
        Warm(work);
        var batch = total / Rounds / work.Count;
        var counts = work.Select(w => Count(w, batch)).ToList();
        var samples = work.Select(_ => new List<Sample>()).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < work.Count; i++)
            {
                samples[i].Add(Take(work[i], counts[i]));
            }
        }

        return [.. work.Select((w, i) => Summarise(w, samples[i], BaselineOf(w, work, samples)))];
    }

    private static List<Sample>? BaselineOf(Workload workload, IReadOnlyList<Workload> work, List<List<Sample>> samples) =>
        workload.Baseline is null ? null : samples[work.Index().Single(w => w.Item.Name == workload.Baseline).Index];

    private void Warm(IReadOnlyList<Workload> work)
    {
        var quiet = 0;
        for (var step = 0; step < MostWarmSteps && quiet < 2; step++)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            foreach (var workload in work)
            {
                var started = time.GetTimestamp();
                while (time.GetElapsedTime(started) < WarmStep)
                {
                    workload.Run();
                }
            }

            // A handful more is the rare branch; thousands are the tiers at work.
            quiet = JitInfo.GetCompiledMethodCount() - compiled < 20 ? quiet + 1 : 0;
        }
    }

    private static int Count(Workload workload, TimeSpan batch)
    {
        var before = Environment.CpuUsage.TotalTime;
        const int probe = 20;
        for (var i = 0; i < probe; i++)
        {
            workload.Run();
        }

        var each = (Environment.CpuUsage.TotalTime - before) / probe;
        return Math.Max(10, (int)(batch / each));
    }

    private Sample Take(Workload workload, int count)
    {
        GC.Collect();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var started = time.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            workload.Run();
        }

        var wall = time.GetElapsedTime(started);
        return new Sample(
            wall.TotalMicroseconds / count,
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count,
            (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count);
    }

    private static Result Summarise(Workload workload, List<Sample> samples, List<Sample>? baseline)
    {
        var ratios = baseline?.Select((b, i) => samples[i].Cpu / b.Cpu).Order().ToList();
        return new Result(
            workload, Median(samples.Select(s => s.Wall)), Median(samples.Select(s => s.Cpu)), Median(samples.Select(s => s.Allocated)),
            ratios is null ? null : Median(ratios), ratios?[1], ratios?[^2]);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private readonly record struct Sample(double Wall, double Cpu, double Allocated);
}
