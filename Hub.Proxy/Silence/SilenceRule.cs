using Hub.Adapters.Contract;

namespace Hub.Proxy.Silence;

/// <summary>A source that has been silent too long.</summary>
/// <param name="Since">Its last message, or when the hub began to watch it.</param>
/// <param name="Because">Why that is too long, in plain English.</param>
internal sealed record SilentSource(DateTimeOffset Since, string Because);

/// <summary>
/// Whether a silence is an alarm. Every minute of it uses up a part of the silence that its hour allows: one over the minutes where the partner file names
/// them, the messages usually had in that hour of the week over <see cref="UnlikelyBy"/> where they were learned. Used up, it is an alarm. Pure.
/// </summary>
internal static class SilenceRule
{
    /// <summary>A silence in which so many messages would have been expected comes by chance less than once in 20,000 times (Poisson).</summary>
    public const double UnlikelyBy = 10;

    // Thirty thirtieths do not add up to one.
    private const double UsedUp = 1 - 1e-9;

    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLookedAt = TimeSpan.FromDays(15);

    /// <param name="settings">What the source's partner file says; null for nothing.</param>
    /// <param name="usual">What is usual at the source.</param>
    /// <param name="last">Its last message, or when the hub began to watch it.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null where it is no alarm.</returns>
    public static SilentSource? Judge(SilenceSettings? settings, UsualRate usual, DateTimeOffset last, DateTimeOffset now)
    {
        var (declared, learned) = (0.0, 0.0);
        for (var at = now - last > LongestLookedAt ? now - LongestLookedAt : last; at + Step <= now; at += Step)
        {
            var hour = HourOfWeek(at);
            if (AllowedMinutes(settings, hour) is { } minutes)
            {
                declared += Step.TotalMinutes / minutes;
            }
            else if (settings?.Learn != false)
            {
                learned += usual.PerHour(hour) * Step.TotalHours / UnlikelyBy;
            }
        }

        // The two are parts of one silence; which of them used up more of it is said.
        return declared + learned < UsedUp ? null
            : declared >= learned ? new SilentSource(last, "longer than its partner file allows for these hours")
            : new SilentSource(last, $"in which about {learned * UnlikelyBy:0} messages would have come, by these hours of the last four weeks");
    }

    /// <summary>The hour of the week by the clock on the wall, 0 for Sunday midnight. Two hours of an October Sunday are the same one, and one of a March Sunday never is.</summary>
    public static int HourOfWeek(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, London);
        return ((int)local.DayOfWeek * 24) + local.Hour;
    }

    private static int? AllowedMinutes(SilenceSettings? settings, int hourOfWeek)
    {
        var (day, hour) = ((DayOfWeek)(hourOfWeek / 24), hourOfWeek % 24);
        return settings?.Hours.FirstOrDefault(h => (h.Days.Count == 0 || h.Days.Contains(day)) && hour >= h.FromHour && hour < h.ToHour)?.AfterMinutes ?? settings?.AfterMinutes;
    }
}

/// <summary>How many messages come from a source in each hour of the week, learned from the hours that have passed.</summary>
internal sealed class UsualRate
{
    /// <summary>Looked back on: four of each hour of the week.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(28);

    /// <summary>With less than two of each hour nothing is usual yet.</summary>
    public static readonly TimeSpan LeastKnown = TimeSpan.FromDays(14);

    private readonly double[] perHour = new double[7 * 24];

    private UsualRate() { }

    public static UsualRate Unknown { get; } = new();

    /// <param name="counts">Messages in each hour since the epoch; hours without any may be left out.</param>
    /// <param name="now">The hours before this one count.</param>
    public static UsualRate Of(IReadOnlyDictionary<long, int> counts, DateTimeOffset now)
    {
        var last = Hour(now);
        var first = Math.Max(last - (long)Window.TotalHours, counts.Keys.DefaultIfEmpty(last).Min());
        if (last - first < LeastKnown.TotalHours)
        {
            return Unknown;
        }

        // By the hours that really passed: an hour that the clocks repeat counts twice and one that they leave out not at all.
        var (sums, hours, usual) = (new double[7 * 24], new int[7 * 24], new UsualRate());
        for (var hour = first; hour < last; hour++)
        {
            var at = SilenceRule.HourOfWeek(DateTimeOffset.FromUnixTimeSeconds(hour * 3600));
            hours[at]++;
            sums[at] += counts.GetValueOrDefault(hour);
        }

        for (var i = 0; i < sums.Length; i++)
        {
            usual.perHour[i] = hours[i] == 0 ? 0 : sums[i] / hours[i];
        }

        return usual;
    }

    public static long Hour(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;

    public double PerHour(int hourOfWeek) => perHour[hourOfWeek];
}
