namespace Hub.Proxy.Store.Upkeep;

/// <summary>How fast the disk fills, from what it was seen to hold. Pure; used by one thread.</summary>
internal sealed class DiskForecast
{
    // A day of quarter hours smooths what day and night differ by; less than an hour says nothing.
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);
    private readonly Queue<(DateTimeOffset At, long Free)> seen = new();
    private (DateTimeOffset At, long Free)? last;

    public void Note(DateTimeOffset at, long freeBytes)
    {
        if (last is { } before && at < before.At)
        {
            seen.Clear(); // the clock was set back: what was seen before it has no place in time any more
            last = null;
        }

        if (last is null || at - last.Value.At >= Between)
        {
            last = (at, freeBytes);
            seen.Enqueue((at, freeBytes));
        }

        while (seen.Count > 0 && at - seen.Peek().At > Longest)
        {
            seen.Dequeue();
        }
    }

    /// <summary>Time until fewer than <paramref name="stopBelow"/> bytes are free at the rate of the last days; null where too little was seen or it does not fill.</summary>
    public TimeSpan? UntilBelow(long stopBelow)
    {
        if (seen.Count < 2 || last is not { } now || now.At - seen.Peek().At < Shortest)
        {
            return null;
        }

        var (began, atFirst) = seen.Peek();
        var perSecond = (atFirst - now.Free) / (now.At - began).TotalSeconds;
        return perSecond <= 0 ? null : TimeSpan.FromSeconds(Math.Min(Math.Max(0, now.Free - stopBelow) / perSecond, TimeSpan.FromDays(36_500).TotalSeconds));
    }
}
