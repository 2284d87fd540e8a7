using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Hub.Tests.Support;
using Xunit.v3;

[assembly: Watchdog]

namespace Hub.Tests.Support;

/// <summary>
/// Ends a run in which one test goes on for ever, and says which: a hang without a name costs whoever finds it a day. Kept in
/// <c>artifacts/hung.txt</c>, which <c>test.sh</c> prints, because what a killed test host wrote is not passed on.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class WatchdogAttribute : BeforeAfterTestAttribute
{
    // The slowest builds an empty clone, on a machine that does other things besides.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private static readonly ConcurrentDictionary<string, (string Name, long Began)> Running = new(StringComparer.Ordinal);
    private static readonly ITimer Timer = TimeProvider.System.CreateTimer(_ => Look(), null, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15));

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        GC.KeepAlive(Timer);
        Running[test.UniqueID] = (test.TestDisplayName, TimeProvider.System.GetTimestamp());
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => Running.TryRemove(test.UniqueID, out _);

    private static void Look()
    {
        var running = Running.Values.Select(test => (test.Name, For: TimeProvider.System.GetElapsedTime(test.Began))).OrderByDescending(test => test.For).ToList();
        if (running.Count > 0 && running[0].For > Longest)
        {
            File.WriteAllLines(
                Repository.PathOf("artifacts/hung.txt"),
                running.Select(test => string.Create(CultureInfo.InvariantCulture, $"running for {test.For.TotalSeconds:0} s: {test.Name}")));
            Process.GetCurrentProcess().Kill();
        }
    }
}
