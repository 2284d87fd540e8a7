using Hub.Fhir.Events;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

public sealed class ClinicalTimeOfHl7Tests
{
    [Theory]
    [InlineData("2026", TimePrecision.Year, "2026")]
    [InlineData("202605", TimePrecision.Month, "2026-05")]
    [InlineData("20260503", TimePrecision.Day, "2026-05-03")]
    [InlineData("202605031740", TimePrecision.Minute, "2026-05-03T17:40:00+01:00")]
    [InlineData("20260503174011", TimePrecision.Second, "2026-05-03T17:40:11+01:00")]
    [InlineData("20260503174011.250", TimePrecision.Millisecond, "2026-05-03T17:40:11.250+01:00")]
    [InlineData("20260503174011-0500", TimePrecision.Second, "2026-05-03T17:40:11-05:00")]
    [InlineData("20261225120000", TimePrecision.Second, "2026-12-25T12:00:00+00:00")]
    public void A_time_keeps_the_precision_and_zone_it_was_written_with(string sent, TimePrecision precision, string meaning)
    {
        ClinicalTime.TryParseHl7(sent, out var time).ShouldBeTrue();

        time!.Precision.ShouldBe(precision);
        time.ToFhirDateTime().ShouldBe(meaning);
        time.SourceText.ShouldBe(sent);
    }

    [Theory]
    [InlineData("20260329010000")]
    [InlineData("20260329013000")]
    [InlineData("20260230")]
    [InlineData("202613")]
    [InlineData("2026050325")]
    [InlineData("yesterday")]
    public void A_time_no_clock_ever_showed_is_not_read(string sent) => ClinicalTime.TryParseHl7(sent, out _).ShouldBeFalse();

    [Theory]
    [InlineData("20261025013000", true, "2026-10-25T01:30:00+01:00")]
    [InlineData("20261025013000+0000", false, "2026-10-25T01:30:00+00:00")]
    [InlineData("20261025023000", false, "2026-10-25T02:30:00+00:00")]
    [InlineData("20261025", false, "2026-10-25")]
    public void Half_past_one_on_the_last_Sunday_of_October_is_ambiguous_without_an_offset(string sent, bool ambiguous, string meaning)
    {
        ClinicalTime.TryParseHl7(sent, out var time).ShouldBeTrue();

        time!.Ambiguous.ShouldBe(ambiguous);
        time.ToFhirDateTime().ShouldBe(meaning);
    }
}
