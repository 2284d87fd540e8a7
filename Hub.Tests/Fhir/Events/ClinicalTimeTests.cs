using FsCheck.Xunit;
using Hub.Fhir.Events;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Events;

public sealed class ClinicalTimeTests
{
    [Theory]
    [InlineData("2026", "2026", TimePrecision.Year)]
    [InlineData("2026-05", "2026-05", TimePrecision.Month)]
    [InlineData("2026-05-03", "2026-05-03", TimePrecision.Day)]
    [InlineData("2026-05-03T17:40", "2026-05-03T17:40:00+01:00", TimePrecision.Minute)]
    [InlineData("2026-05-03T17:40:09Z", "2026-05-03T17:40:09+00:00", TimePrecision.Second)]
    [InlineData("2026-05-03T17:40:09.5+02:00", "2026-05-03T17:40:09.500+02:00", TimePrecision.Millisecond)]
    public void A_time_keeps_the_precision_and_the_zone_it_was_written_with(string iso, string fhir, TimePrecision precision)
    {
        var time = Iso(iso);

        time.ToFhirDateTime().ShouldBe(fhir);
        time.Precision.ShouldBe(precision);
        time.SourceText.ShouldBe(iso);
    }

    [Theory]
    [InlineData("20260503", "2026-05-03")]
    [InlineData("202605031740", "2026-05-03T17:40:00+01:00")]
    [InlineData("202601031740", "2026-01-03T17:40:00+00:00")]
    [InlineData("20260503174009.25+0200", "2026-05-03T17:40:09.250+02:00")]
    public void An_HL7_time_reads_as_its_ISO_form_does(string hl7, string fhir)
    {
        ClinicalTime.TryParseHl7(hl7, out var time).ShouldBeTrue();

        time!.ToFhirDateTime().ShouldBe(fhir);
    }

    [Theory]
    [InlineData("2026-02-29")]
    [InlineData("2026-13-01")]
    [InlineData("2026-04-31T10:00")]
    [InlineData("2026-05-03T24:00")]
    [InlineData("2026-05-03T10:60")]
    [InlineData("2026-05-03T10:00+15:00")]
    [InlineData("0001-01-01")]
    [InlineData("3 May 2026")]
    [InlineData("")]
    [InlineData(null)]
    public void What_no_calendar_has_is_not_read(string? text) => ClinicalTime.TryParseIso(text, out _).ShouldBeFalse();

    [Fact]
    public void A_date_never_becomes_a_time_and_starts_at_midnight_in_London()
    {
        var date = Iso("2026-07-01");

        date.IsDateOnly.ShouldBeTrue();
        date.ZoneAssumed.ShouldBeFalse();
        date.Instant.ShouldBe(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.FromHours(1)));
        date.Date.ShouldBe(new DateOnly(2026, 7, 1));
    }

    [Fact]
    public void In_spring_an_hour_that_no_clock_showed_is_not_read()
    {
        ClinicalTime.TryParseIso("2026-03-29T01:30", out _).ShouldBeFalse();
        ClinicalTime.TryParseHl7("202603290130", out _).ShouldBeFalse();

        Iso("2026-03-29T00:59").Instant.Offset.ShouldBe(TimeSpan.Zero);
        Iso("2026-03-29T02:00").Instant.Offset.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public void In_autumn_the_hour_that_came_twice_is_taken_as_the_first_and_marked()
    {
        var time = Iso("2026-10-25T01:30");

        time.Instant.ShouldBe(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero));
        time.Ambiguous.ShouldBeTrue();
        time.ZoneAssumed.ShouldBeTrue();
        Iso("2026-10-25T00:59").Ambiguous.ShouldBeFalse();
        Iso("2026-10-25T02:00").Ambiguous.ShouldBeFalse();
    }

    [Fact]
    public void In_autumn_a_written_zone_leaves_nothing_to_assume()
    {
        var second = Iso("2026-10-25T01:30:00+00:00");

        second.Instant.ShouldBe(new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.Zero));
        second.Ambiguous.ShouldBeFalse();
        second.ZoneAssumed.ShouldBeFalse();
    }

    [Property]
    public bool No_text_makes_the_reader_fall_over(string? text) =>
        ClinicalTime.TryParseIso(text, out var iso) == (iso is not null) && ClinicalTime.TryParseHl7(text, out var hl7) == (hl7 is not null);

    private static ClinicalTime Iso(string text)
    {
        ClinicalTime.TryParseIso(text, out var time).ShouldBeTrue();
        return time!;
    }
}
