namespace Hub.Proxy.Dispatch;

/// <summary>Notices that the wall clock was set back, by the stopwatch beside it. Daylight saving is no such thing: the hub counts in UTC.</summary>
internal sealed class ClockWatch(TimeProvider time)
{
    /// <summary>Less is the ordinary slewing of a time server, and costs nobody more than that.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private (DateTimeOffset Wall, long Stopwatch) last = (time.GetUtcNow(), time.GetTimestamp());

    /// <summary>By how much the clock was set back since the last look; null where it was not.</summary>
    public TimeSpan? SetBack()
    {
        var now = (Wall: time.GetUtcNow(), Stopwatch: time.GetTimestamp());
        var back = time.GetElapsedTime(last.Stopwatch, now.Stopwatch) - (now.Wall - last.Wall);
        last = now;
        return back > Slack ? back : null;
    }
}
