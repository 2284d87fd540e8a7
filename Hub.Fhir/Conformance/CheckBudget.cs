namespace Hub.Fhir.Conformance;

/// <summary>How much one check may cost: elements looked at, and time. Ours are a few thousand elements and a millisecond.</summary>
internal sealed class CheckBudget(TimeProvider time, TimeSpan longest, int mostElements)
{
    // Reading the clock at every element would cost more than most rules.
    private const int ElementsBetweenLooks = 256;

    private readonly long startedAt = time.GetTimestamp();
    private int taken;
    private bool spent;

    /// <summary>True once the finding about the spent budget has been made.</summary>
    public bool Reported { get; set; }

    public static CheckBudget Usual() => new(TimeProvider.System, TimeSpan.FromSeconds(5), 250_000);

    /// <summary>Takes one element from the budget; false when nothing is left.</summary>
    public bool Take()
    {
        if (spent)
        {
            return false;
        }

        taken++;
        spent = taken > mostElements || (taken % ElementsBetweenLooks == 0 && time.GetElapsedTime(startedAt) > longest);
        return !spent;
    }
}
