using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Polly.CircuitBreaker;

namespace Hub.Adapters.Recipients;

[JsonConverter(typeof(JsonStringEnumConverter<BreakerState>))]
public enum BreakerState
{
    /// <summary>Messages go.</summary>
    Closed,

    /// <summary>Too many of the last attempts failed: nothing is tried until a time.</summary>
    Open,

    /// <summary>The time is over: the next message is the trial that closes the breaker or opens it again.</summary>
    TrialDue,
}

/// <summary>How a partner's circuit breaker stands.</summary>
/// <param name="State">Closed for a partner that has not been called yet.</param>
/// <param name="OpenUntil">When the trial is or was due; null while closed.</param>
public sealed record BreakerView(BreakerState State, DateTimeOffset? OpenUntil);

/// <summary>One circuit breaker a partner, of the same measure whatever its protocol, and its state for dispatch, health and the console.</summary>
public sealed class PartnerBreakers(TimeProvider time)
{
    private static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, string> inUse = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Standing> standings = new(StringComparer.Ordinal);

    /// <summary>The clock of breakers: a wall clock set back would keep them open for as long.</summary>
    internal TimeProvider Clock { get; } = new SteadyTime(time);

    public BreakerView StateOf(string partnerId)
    {
        if (!inUse.TryGetValue(partnerId, out var key) || !standings.TryGetValue(key, out var standing) || standing.OpenUntil is not { } until)
        {
            return new BreakerView(BreakerState.Closed, null);
        }

        var left = until - Clock.GetUtcNow();
        return new BreakerView(left > TimeSpan.Zero ? BreakerState.Open : BreakerState.TrialDue, time.GetUtcNow() + left);
    }

    /// <summary>Which of its breakers a partner goes by now: a file that is put back finds the one it had, as it stands.</summary>
    internal void Use(string partnerId, string key) => inUse[partnerId] = key;

    /// <summary>The measure and the watch of one breaker; a later call for the same key starts it anew, closed.</summary>
    internal void Watch<T>(CircuitBreakerStrategyOptions<T> breaker, string key)
    {
        var standing = standings[key] = new Standing();
        breaker.Name = "breaker";
        breaker.SamplingDuration = TimeSpan.FromSeconds(30);
        breaker.MinimumThroughput = 8;
        breaker.FailureRatio = 0.5;
        breaker.BreakDurationGenerator = arguments => ValueTask.FromResult(BreakAfter(arguments.HalfOpenAttempts));
        breaker.OnOpened = arguments =>
        {
            standing.OpenUntil = Clock.GetUtcNow() + arguments.BreakDuration;
            return ValueTask.CompletedTask;
        };
        breaker.OnClosed = _ =>
        {
            standing.OpenUntil = null;
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>Doubling with each trial that failed.</summary>
    internal static TimeSpan BreakAfter(int failedTrials)
    {
        var wait = FirstBreak * Math.Pow(2, Math.Clamp(failedTrials, 0, 10));
        return wait < LongestBreak ? wait : LongestBreak;
    }

    private sealed class Standing
    {
        private long openUntil;

        public DateTimeOffset? OpenUntil
        {
            get => Interlocked.Read(ref openUntil) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
            set => Interlocked.Exchange(ref openUntil, value?.UtcTicks ?? 0);
        }
    }
}
