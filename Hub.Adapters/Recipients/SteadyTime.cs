namespace Hub.Adapters.Recipients;

/// <summary>A clock that nobody can set: it shows the time at which it began, and since then what the stopwatch says. For waits that a corrected wall clock must not stretch.</summary>
internal sealed class SteadyTime(TimeProvider inner) : TimeProvider
{
    private readonly DateTimeOffset began = inner.GetUtcNow();
    private readonly long start = inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => began + inner.GetElapsedTime(start);

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
}
