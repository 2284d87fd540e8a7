using Hub.Adapters.Contract;
using Hub.Proxy.Silence;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Silence;

/// <summary>When a silence is an alarm: by what a partner file says, or by what was usual.</summary>
public sealed class SilenceTests
{
    private static readonly SilenceSettings Office = new()
    {
        AfterMinutes = 240,
        Hours = [new SilenceHours { Days = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday], FromHour = 8, ToHour = 18, AfterMinutes = 30 }],
    };

    [Theory]
    [InlineData("2026-05-06T10:00+01:00", "2026-05-06T10:29+01:00", false)]
    [InlineData("2026-05-06T10:00+01:00", "2026-05-06T10:30+01:00", true)]
    [InlineData("2026-05-06T18:00+01:00", "2026-05-06T21:59+01:00", false)]
    [InlineData("2026-05-06T18:00+01:00", "2026-05-06T22:00+01:00", true)]
    [InlineData("2026-05-07T06:00+01:00", "2026-05-07T08:14+01:00", false)] // half of the night's silence is used up, and half of the morning's
    [InlineData("2026-05-07T06:00+01:00", "2026-05-07T08:15+01:00", true)]
    [InlineData("2026-05-09T10:00+01:00", "2026-05-09T13:59+01:00", false)] // a Saturday
    public void A_declared_silence_goes_by_the_hour_of_the_week(string last, string now, bool alarm) =>
        (SilenceRule.Judge(Office, UsualRate.Unknown, At(last), At(now)) is not null).ShouldBe(alarm);

    [Theory]
    [InlineData("2026-10-25T00:30+01:00", "2026-10-25T02:29+00:00", false)] // 2 h 59 min: the hour from 1 to 2 comes twice
    [InlineData("2026-10-25T00:30+01:00", "2026-10-25T02:30+00:00", true)]
    [InlineData("2026-03-29T00:30+00:00", "2026-03-29T04:29+01:00", false)] // 2 h 59 min: the hour from 1 to 2 never comes
    [InlineData("2026-03-29T00:30+00:00", "2026-03-29T04:30+01:00", true)]
    public void A_clock_change_makes_a_silence_neither_longer_nor_shorter(string last, string now, bool alarm) =>
        (SilenceRule.Judge(new SilenceSettings { AfterMinutes = 180 }, UsualRate.Unknown, At(last), At(now)) is not null).ShouldBe(alarm);

    [Fact]
    public void What_was_usual_in_these_hours_decides_where_nothing_is_declared()
    {
        // 20 messages in every hour from 8 to 18, one in each of the night, across the change of the clocks.
        var now = At("2026-11-04T10:00+00:00");
        var usual = UsualRate.Of(Hours(now, at => London(at).Hour is >= 8 and < 18 ? 20 : 1), now);

        SilenceRule.Judge(null, usual, At("2026-11-04T10:00+00:00"), At("2026-11-04T10:29+00:00")).ShouldBeNull();
        SilenceRule.Judge(null, usual, At("2026-11-04T10:00+00:00"), At("2026-11-04T10:31+00:00")).ShouldNotBeNull().Because.ShouldContain("last four weeks");
        SilenceRule.Judge(null, usual, At("2026-11-04T22:00+00:00"), At("2026-11-05T07:30+00:00")).ShouldBeNull("a night without a message is nothing out of the way here");
        usual.PerHour(SilenceRule.HourOfWeek(At("2026-11-01T01:30+00:00"))).ShouldBe(1, 0.001, "the hour that came twice on 25 October counts as two");
        SilenceRule.Judge(new SilenceSettings { Learn = false }, usual, At("2026-11-04T10:00+00:00"), At("2026-11-05T10:00+00:00")).ShouldBeNull();
    }

    [Fact]
    public void With_less_than_two_weeks_behind_it_nothing_is_usual_yet()
    {
        var now = At("2026-05-10T10:00+01:00");
        var counts = Hours(now, _ => 100).Where(h => h.Key > UsualRate.Hour(now) - (13 * 24)).ToDictionary();

        UsualRate.Of(counts, now).ShouldBeSameAs(UsualRate.Unknown);
    }

    private static Dictionary<long, int> Hours(DateTimeOffset now, Func<DateTimeOffset, int> count) =>
        Enumerable.Range(1, 28 * 24).ToDictionary(h => UsualRate.Hour(now) - h, h => count(now.AddHours(-h)));

    private static DateTimeOffset London(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
