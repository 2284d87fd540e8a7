namespace Hub.Tests.Support;

/// <summary>The machine's clock, moved by a test; timers run on unmoved.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long wall;
    private long stopwatch;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref wall));

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref stopwatch);

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref stopwatch, (long)(by.TotalSeconds * TimestampFrequency));
        Set(by);
    }

    /// <summary>Somebody sets the wall clock, ahead or back, as an administrator or a bad time server does; stopwatches run on unmoved.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref wall, by.Ticks);
}
