using Xunit;

namespace Hub.Tests.Support;

/// <summary>Waits for what another thread or process brings about, and fails with the reason where that takes too long.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task HoldsAsync(Func<bool> holds, TimeSpan? within = null, Func<string>? why = null) => HoldsAsync(() => Task.FromResult(holds()), within, why);

    public static async Task HoldsAsync(Func<Task<bool>> holds, TimeSpan? within = null, Func<string>? why = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > (within ?? Patience))
            {
                throw new TimeoutException(why?.Invoke() ?? "It never came about.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
