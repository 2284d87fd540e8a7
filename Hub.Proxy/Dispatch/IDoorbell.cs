namespace Hub.Proxy.Dispatch;

/// <summary>Says "work is due at these partners". May be lost without harm: the sweeper finds what no bell announced.</summary>
public interface IDoorbell
{
    /// <summary>Never throws and never waits for a broker.</summary>
    void Ring(IReadOnlyCollection<string> partnerIds);
}
