using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Hub.Adapters.Contract;

namespace Hub.Tests.Support
{
    /// <summary>A point of the path at which the hub under test kills itself: the begin or end of a step, at its n-th time.</summary>
    public sealed record KillPoint(string Step, bool AtEnd, int Time)
    {
        /// <summary>Begin and end of every step that the hub names.</summary>
        public static IReadOnlyList<KillPoint> All(Random random) =>
        [
            .. typeof(HubSteps).GetFields().Where(f => f.IsLiteral && f.Name != nameof(HubSteps.SourceName)).Select(f => (string)f.GetRawConstantValue()!)
                .SelectMany(step => new[] { new KillPoint(step, false, random.Next(4, 20)), new KillPoint(step, true, random.Next(4, 20)) }),
        ];

        /// <summary>What the hook says on standard error with its last breath.</summary>
        public string LastWords => $"killed at {this}";

        /// <summary>What to set in the environment of the process that is to die there.</summary>
        public IReadOnlyDictionary<string, string?> Settings() => new Dictionary<string, string?>
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(KillPoint).Assembly.Location, [StartupHook.Variable] = ToString(),
        };

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Step}:{(AtEnd ? "end" : "begin")}:{Time}");
    }
}

/// <summary>
/// Loaded by the runtime into the hub's process before its first line (DOTNET_STARTUP_HOOKS): listens to the steps and kills the process at one of
/// them, as a power cut would. Nothing of it is in the product.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for this name outside any namespace.
internal static class StartupHook
#pragma warning restore CA1050
{
    public const string Variable = "HUB_TEST_KILL_AT";
    private const int SigKill = 9;
    private static int times;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } point)
        {
            return;
        }

        var parts = point.Split(':');
        var (step, atEnd, time) = (parts[0], parts[1] == "end", int.Parse(parts[2], CultureInfo.InvariantCulture));
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Hub",
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = activity => DieAt(activity, begun: true),
            ActivityStopped = activity => DieAt(activity, begun: false),
        });

        void DieAt(Activity activity, bool begun)
        {
            if (activity.OperationName == step && begun != atEnd && Interlocked.Increment(ref times) == time)
            {
                Console.Error.WriteLine($"killed at {point}");
                Console.Error.Flush();
                _ = Kill(Environment.ProcessId, SigKill); // does not return: the signal is taken on the way out of the call
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
