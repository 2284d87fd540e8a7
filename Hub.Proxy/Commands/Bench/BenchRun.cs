namespace Hub.Proxy.Commands.Bench;

/// <summary>One measured phase: so many messages over so many connections, through the hub or through the floor.</summary>
internal sealed record Phase(
    string Engine, int Connections, double? PerSecond, int Messages, double CompletePerSecond, TimeSpan? P50, TimeSpan? P99, double CpuSecondsPerThousand,
    double? KilobytesWrittenPerMessage);

/// <summary>Three recipients, the hub and the floor as processes of their own, and the loads that are put on each in turn.</summary>
internal sealed class BenchRun(TimeProvider time, string folder) : IAsyncDisposable
{
    // The longest wait between two attempts is five minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private readonly List<CountingSink> sinks = [];
    private readonly BenchMessages messages = new(time.GetUtcNow());
    private readonly string data = Path.Combine(folder, "data");
    private BenchProcess? hub;
    private BenchProcess? floor;
    private int nextPerson = 1;

    public IReadOnlyList<CountingSink> Sinks => sinks;

    public BenchProcess Hub => hub ?? throw new InvalidOperationException("The hub is not running.");

    /// <summary>Bytes of one discharge as it reaches one recipient.</summary>
    public int BytesPerMessage { get; private set; }

    public async Task StartHubAsync(CancellationToken cancellationToken)
    {
        if (sinks.Count == 0)
        {
            for (var i = 0; i < 3; i++)
            {
                var sink = new CountingSink(time);
                sink.Start();
                sinks.Add(sink);
            }

            BenchTrust.Write(Path.Combine(folder, "partners"), [.. sinks.Select(s => s.Port)]);
        }

        hub = await BenchProcess.StartAsync(
            ["run", "--json", "--data", data, "--partners", Path.Combine(folder, "partners"), "--http-port", "0", "--mllp-port", "0"],
            new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Warning", ["Hub__Organisation"] = "RXN" }, cancellationToken);
    }

    /// <summary>Stops the hub, gives its store a past of so many finished deliveries, and starts it again.</summary>
    public async Task<long> AgeAsync(long deliveries, CancellationToken cancellationToken)
    {
        // The recipients have all of it before the hub has written their last answers down.
        for (var tries = 0; tries < 600 && BenchHistory.HasUnfinished(Path.Combine(data, "hub.db")); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }

        await StopHubAsync();
        var standing = BenchHistory.Fill(Path.Combine(data, "hub.db"), deliveries);
        await StartHubAsync(cancellationToken);
        return standing;
    }

    private async Task StopHubAsync()
    {
        await (hub?.DisposeAsync() ?? ValueTask.CompletedTask);
        hub = null;
    }

    /// <summary>Starts the floor beside the hub; it posts a discharge as the hub made it.</summary>
    public async Task StartFloorAsync(CancellationToken cancellationToken)
    {
        var template = sinks[0].LastMessage ?? throw new InvalidOperationException("The hub has told nobody anything yet.");
        BytesPerMessage = template.Length;
        var path = Path.Combine(folder, "template.json");
        await File.WriteAllBytesAsync(path, template, cancellationToken);
        floor = await BenchProcess.StartAsync(
            ["bench-floor", "--template", path, "--journal", Path.Combine(folder, "floor.journal"), .. sinks.SelectMany(s => new[] { "--sink", s.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) })],
            new Dictionary<string, string>(), cancellationToken);
    }

    /// <summary>Admits persons, whose discharges can then be measured, and waits until every recipient has been told.</summary>
    /// <returns>The number of the first person.</returns>
    public async Task<(int First, Phase Phase)> AdmitAsync(int count, CancellationToken cancellationToken)
    {
        var first = nextPerson;
        nextPerson += count;
        return (first, await MeasureAsync("hub", Hub, messages.AdmissionOf, first, count, 32, null, sinks, cancellationToken));
    }

    /// <summary>As <see cref="DischargeAsync"/> while the third recipient is down; measured is when the other two have been told.</summary>
    public async Task<Phase> DischargeWithOneDownAsync(int first, int count, int connections, CancellationToken cancellationToken)
    {
        sinks[2].GoDown();
        var phase = await MeasureAsync("hub, one recipient down", Hub, messages.DischargeOf, first, count, connections, null, sinks[..2], cancellationToken);
        sinks[2].ComeBack();
        await DrainAsync("hub", count, sinks, cancellationToken);
        return phase;
    }

    /// <summary>Admits persons while no recipient can be reached, then lets the recipients come back. Returns the hub's use at its fullest, and deliveries a second of the draining.</summary>
    public async Task<(Usage Full, double DrainedPerSecond)> PileUpAsync(int deliveries, CancellationToken cancellationToken)
    {
        var count = deliveries / sinks.Count;
        var first = nextPerson;
        nextPerson += count;
        sinks.ForEach(s => s.GoDown());
        sinks.ForEach(s => s.Forget());
        await LoadAsync("hub", Hub, messages.AdmissionOf, first, count, 32, null, cancellationToken);
        var full = Hub.Used();
        sinks.ForEach(s => s.ComeBack());
        var began = time.GetTimestamp();
        await DrainAsync("hub", count, sinks, cancellationToken);
        return (full, count * sinks.Count / time.GetElapsedTime(began).TotalSeconds);
    }

    public Task<Phase> DischargeAsync(int first, int count, int connections, double? perSecond, CancellationToken cancellationToken) =>
        MeasureAsync("hub", Hub, messages.DischargeOf, first, count, connections, perSecond, sinks, cancellationToken);

    public Task<Phase> FloorAsync(int first, int count, int connections, double? perSecond, CancellationToken cancellationToken) => MeasureAsync(
        "floor", floor ?? throw new InvalidOperationException("The floor is not running."), messages.DischargeOf, first, count, connections, perSecond, sinks,
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopHubAsync();
        await (floor?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var sink in sinks)
        {
            await sink.DisposeAsync();
        }
    }

    private async Task<Phase> MeasureAsync(
        string name, BenchProcess engine, Func<int, byte[]> messageOf, int first, int count, int connections, double? perSecond, List<CountingSink> waitFor,
        CancellationToken cancellationToken)
    {
        sinks.ForEach(s => s.Forget());
        var before = engine.Used();
        var load = await LoadAsync(name, engine, messageOf, first, count, connections, perSecond, cancellationToken);
        await DrainAsync(name, count, waitFor, cancellationToken);
        var after = engine.Used();
        var told = Enumerable.Range(first, count).Select(person => (Sent: load.SentAt[person], Told: waitFor.Max(s => s.ArrivedAt(BenchMessages.Marker(person))!.Value))).ToList();
        var took = time.GetElapsedTime(load.Began, told.Max(t => t.Told));
        var waits = told.Select(t => time.GetElapsedTime(t.Sent, t.Told)).Order().ToList();
        return new Phase(
            name, connections, perSecond, count, count / took.TotalSeconds, Percentile(waits, 0.50), Percentile(waits, 0.99),
            (after.Cpu - before.Cpu).TotalSeconds * 1000 / count,
            after.BytesWritten is { } b && before.BytesWritten is { } a ? (b - a) / 1024.0 / count : null);
    }

    private async Task<LoadResult> LoadAsync(
        string name, BenchProcess engine, Func<int, byte[]> messageOf, int first, int count, int connections, double? perSecond, CancellationToken cancellationToken)
    {
        var load = await new BenchLoad(engine.MllpPort, time).RunAsync(messageOf, first, count, connections, perSecond, cancellationToken);
        return load.Acknowledged == count
            ? load
            : throw new InvalidOperationException($"{name}: {count - load.Acknowledged} of {count} messages were not acknowledged with AA. The first answer: {load.FirstRefusal}");
    }

    private async Task DrainAsync(string name, int count, List<CountingSink> waitFor, CancellationToken cancellationToken)
    {
        var (began, standing) = (time.GetTimestamp(), 0);
        while (waitFor.Any(s => s.Distinct < count))
        {
            if (waitFor.Sum(s => s.Distinct) is var told && told != standing)
            {
                (began, standing) = (time.GetTimestamp(), told);
            }
            else if (time.GetElapsedTime(began) > Patience)
            {
                throw new InvalidOperationException($"{name}: nothing has arrived for {Patience.TotalMinutes} minutes; the recipients have been told {string.Join(", ", sinks.Select(s => s.Distinct))} of {count}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        }
    }

    private static TimeSpan Percentile(List<TimeSpan> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
