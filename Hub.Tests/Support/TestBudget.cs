namespace Hub.Tests.Support;

/// <summary>
/// How much a test of endurance does: a little at every change, all of it at night (<c>HUB_TESTS=full</c>). The same code either way; what differs is
/// how often it is tried. Machines that check changes may be several times slower than a desk's.
/// </summary>
internal static class TestBudget
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("HUB_TESTS") == "full";

    public static int Of(int usual, int full) => Full ? full : usual;
}
