namespace Hub.Proxy.Dispatch;

/// <summary>At most so many messages a second to one partner, evenly: after a long silence too, no more than one is owed at once.</summary>
internal sealed class Pace(TimeProvider time)
{
    private readonly Lock gate = new();
    private double? perSecond;
    private long last;
    private bool any;

    /// <summary>Null for no limit.</summary>
    public double? PerSecond
    {
        get
        {
            lock (gate)
            {
                return perSecond;
            }
        }

        set
        {
            lock (gate)
            {
                perSecond = value;
            }
        }
    }

    /// <summary>True where a message may be begun now; it then counts.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        lock (gate)
        {
            wait = TimeSpan.Zero;
            if (perSecond is not { } rate)
            {
                return true;
            }

            var apart = TimeSpan.FromSeconds(1 / rate);
            var since = any ? time.GetElapsedTime(last) : apart;
            if (since < apart)
            {
                wait = apart - since;
                return false;
            }

            (last, any) = (time.GetTimestamp(), true);
            return true;
        }
    }
}
