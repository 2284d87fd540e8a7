namespace Hub.Proxy.Commands.Bench;

/// <summary>What was measured. Null where it was not asked for.</summary>
internal sealed record BenchResults(
    int BytesPerMessage, IReadOnlyList<Phase> Phases, long? PeakResidentBytes, Phase? OneDown, int Backlog, long? BacklogResidentBytes, double? DrainedPerSecond,
    long History, Phase? WithHistory);

/// <summary>Which measurements are made, in which order: the hub and the floor take turns, so that a machine that slows down slows both.</summary>
internal sealed record BenchPlan(int[] Connections, int Messages, double Rate, int WarmUp, bool OneDown, int Backlog, long History)
{
    private const int MostConnections = 32;

    public async Task<BenchResults> RunAsync(BenchRun run, CancellationToken cancellationToken)
    {
        await run.StartHubAsync(cancellationToken);
        await WarmUpAsync(run, cancellationToken);
        await run.StartFloorAsync(cancellationToken);

        var phases = new List<Phase>();
        foreach (var connections in Connections)
        {
            await MeasureAsync(run, phases, connections, null, Messages, cancellationToken);
        }

        await MeasureAsync(run, phases, 8, Rate, Math.Min(Messages, (int)(Rate * 20)), cancellationToken);
        var peak = run.Hub.Used().PeakResidentBytes;
        var down = OneDown ? await OneDownAsync(run, cancellationToken) : null;
        var (full, drained) = Backlog > 0 ? await run.PileUpAsync(Backlog, cancellationToken) : default;
        var (standing, withHistory) = History > 0 ? await AgedAsync(run, cancellationToken) : default;
        return new BenchResults(
            run.BytesPerMessage, phases, peak, down, Backlog, full.PeakResidentBytes, Backlog > 0 ? drained : null, standing, withHistory);
    }

    private static async Task MeasureAsync(BenchRun run, List<Phase> phases, int connections, double? perSecond, int count, CancellationToken cancellationToken)
    {
        var (first, _) = await run.AdmitAsync(count, cancellationToken);
        phases.Add(await run.DischargeAsync(first, count, connections, perSecond, cancellationToken));
        phases.Add(await run.FloorAsync(first, count, connections, perSecond, cancellationToken));
        await Console.Error.WriteLineAsync($"{connections} connections: hub {phases[^2].CompletePerSecond:F0}/s, floor {phases[^1].CompletePerSecond:F0}/s");
    }

    private async Task<Phase> OneDownAsync(BenchRun run, CancellationToken cancellationToken)
    {
        var (first, _) = await run.AdmitAsync(Messages, cancellationToken);
        return await run.DischargeWithOneDownAsync(first, Messages, MostConnections, cancellationToken);
    }

    private async Task<(long, Phase)> AgedAsync(BenchRun run, CancellationToken cancellationToken)
    {
        var standing = await run.AgeAsync(History, cancellationToken);
        await WarmUpAsync(run, cancellationToken);
        var (first, _) = await run.AdmitAsync(Messages, cancellationToken);
        return (standing, await run.DischargeAsync(first, Messages, MostConnections, null, cancellationToken));
    }

    // Tiered compilation works in the background for the first seconds of load.
    private async Task WarmUpAsync(BenchRun run, CancellationToken cancellationToken)
    {
        var (first, _) = await run.AdmitAsync(WarmUp, cancellationToken);
        run.Sinks[0].KeepMessages = true;
        await run.DischargeAsync(first, WarmUp, MostConnections, null, cancellationToken);
        run.Sinks[0].KeepMessages = false;
    }
}
