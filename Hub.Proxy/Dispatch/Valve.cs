namespace Hub.Proxy.Dispatch;

/// <summary>How much is under way at one partner, and whether somebody rang while work was being claimed.</summary>
internal sealed class Valve(string partnerId, TimeProvider time)
{
    private int rings;
    private int lanes;
    private readonly Lock gate = new();
    private (long Since, TimeSpan For)? pause;

    public string PartnerId { get; } = partnerId;

    /// <summary>The rate chosen when the partner was released.</summary>
    public Pace Pace { get; } = new(time);

    public int Lanes => Volatile.Read(ref lanes);

    /// <summary>True when the last claim found as much as there was room for.</summary>
    public bool MaybeMore { get; set; }

    public bool Missing { get; set; }

    /// <summary>For how long the partner still asks to be left alone (Retry-After); null where it does not.</summary>
    public TimeSpan? PausedFor
    {
        get
        {
            lock (gate)
            {
                var left = pause is { } asked ? asked.For - time.GetElapsedTime(asked.Since) : TimeSpan.Zero;
                return left > TimeSpan.Zero ? left : null;
            }
        }
    }

    /// <summary>The partner asks to be left alone: it means us, not one message. By the stopwatch, because a wall clock may be set.</summary>
    public void Pause(TimeSpan wait)
    {
        lock (gate)
        {
            pause = (time.GetTimestamp(), wait);
        }
    }

    /// <summary>True for the one who must claim; others have only rung.</summary>
    public bool TryOpen() => Interlocked.Increment(ref rings) == 1;

    /// <summary>False when somebody rang meanwhile: claim once more.</summary>
    public bool TryClose() => Interlocked.Exchange(ref rings, 0) is var rung && (rung <= 1 || Interlocked.Increment(ref rings) != 1);

    public void AddLane() => Interlocked.Increment(ref lanes);

    /// <summary>True when there may be more for the place that became free.</summary>
    public bool RemoveLane()
    {
        Interlocked.Decrement(ref lanes);
        return MaybeMore;
    }
}
