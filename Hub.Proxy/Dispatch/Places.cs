namespace Hub.Proxy.Dispatch;

/// <summary>Places for messages under way, over all partners; who found none is called in turn when one is given back.</summary>
internal sealed class Places(int all)
{
    private readonly Queue<string> waiting = new();
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int free = all;

    /// <summary>Takes up to <paramref name="wanted"/> places; those taken must be given back.</summary>
    public int Take(int wanted)
    {
        lock (gate)
        {
            var taken = Math.Clamp(wanted, 0, free);
            free -= taken;
            return taken;
        }
    }

    /// <summary>Asks to be called when a place is given back. To ask twice does no harm.</summary>
    public void Wait(string partnerId)
    {
        lock (gate)
        {
            if (known.Add(partnerId))
            {
                waiting.Enqueue(partnerId);
            }
        }
    }

    /// <summary>Gives places back; returns who has waited longest, one a place.</summary>
    public IReadOnlyList<string> GiveBack(int count)
    {
        var called = new List<string>();
        lock (gate)
        {
            free += count;
            while (called.Count < count && waiting.TryDequeue(out var next))
            {
                known.Remove(next);
                called.Add(next);
            }
        }

        return called;
    }
}
