using Xunit;

namespace Hub.Tests.Support;

/// <summary>Waits for what other threads or processes bring about.</summary>
internal static class Eventually
{
    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? within = null, Func<string>? otherwise = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > (within ?? TimeSpan.FromSeconds(15)))
            {
                throw new TimeoutException(otherwise?.Invoke() ?? "It did not come true in time.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
