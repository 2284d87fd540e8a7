using FsCheck.Xunit;
using Hub.Fhir.Events;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Episodes;

public sealed class AssertionOrderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static AssertionOrder Order(string? recorded = null, string? sent = null, long? sequence = null, int arrives = 0, string application = "EPR") =>
        AssertionOrder.Of(
            Given.Contact("10:00") with
            {
                Sequence = sequence,
                Source = new SourceSystem { Application = application, Facility = "RWK99" },
                RecordedAt = recorded is null ? null : Hl7(recorded),
                SentAt = sent is null ? null : Hl7(sent),
            },
            Noon.AddMinutes(arrives));

    private static ClinicalTime Hl7(string text) => ClinicalTime.TryParseHl7(text, out var time) ? time : throw new ArgumentException("not a time", nameof(text));

    [Fact]
    public void A_sequence_that_counts_comes_before_every_time() =>
        Order("20260504100000", sequence: 8).CompareTo(Order("20260504110000", sequence: 7)).ShouldBePositive();

    [Fact]
    public void Sequences_of_two_senders_are_not_compared() =>
        Order("20260504100000", sequence: 8).CompareTo(Order("20260504110000", sequence: 7, application: "LAB")).ShouldBeNegative();

    [Fact]
    public void Then_recorded_then_sent_then_arrival()
    {
        Order("20260504110000", "20260504110000").CompareTo(Order("20260504100000", "20260504120000")).ShouldBePositive();
        Order("20260504100000", "20260504120000").CompareTo(Order("20260504100000", "20260504110000")).ShouldBePositive();
        Order("20260504100000", "20260504120000", arrives: 2).CompareTo(Order("20260504100000", "20260504120000", arrives: 1)).ShouldBePositive();
        Order(sent: "20260504120000", arrives: 1).CompareTo(Order("20260504130000", "20260504110000", arrives: 2)).ShouldBePositive();
    }

    [Fact]
    public void When_the_fact_happened_decides_nothing()
    {
        var early = Given.Contact("10:00") with { OccurredAt = Given.At("06:00") };

        AssertionOrder.Of(early, Noon).CompareTo(AssertionOrder.Of(early with { OccurredAt = Given.At("20:00") }, Noon)).ShouldBe(0);
    }

    [Fact]
    public void A_time_known_to_the_minute_does_not_come_before_a_second_inside_it()
    {
        Order("202605041000", arrives: 2).CompareTo(Order("20260504100030", arrives: 1)).ShouldBePositive();
        Order("202605041000", arrives: 2).CompareTo(Order("20260504100100", arrives: 1)).ShouldBeNegative();
        Order("20260504", arrives: 2).CompareTo(Order("20260504235959", arrives: 1)).ShouldBePositive();
        Order("20260504", arrives: 2).CompareTo(Order("20260505000000", arrives: 1)).ShouldBeNegative();
    }

    // On 25 October 2026 London's clocks go back from 02:00 to 01:00: 01:50 may come before 01:10.
    [Fact]
    public void In_the_hour_that_happens_twice_arrival_decides()
    {
        Order("20261025011000", arrives: 2).CompareTo(Order("20261025015000", arrives: 1)).ShouldBePositive();
        Order("20261025011000", arrives: 1).CompareTo(Order("20261025015000", arrives: 2)).ShouldBeNegative();
        Order("20261025011000", "20261025011001", 5, arrives: 1).CompareTo(Order("20261025015000", "20261025015001", 4, arrives: 2)).ShouldBePositive();
    }

    [Fact]
    public void A_zone_that_is_written_settles_the_hour_that_happens_twice() =>
        Order("20261025011000+0000", arrives: 1).CompareTo(Order("20261025015000+0100", arrives: 2)).ShouldBePositive();

    // On 29 March 2026 London's clocks go from 01:00 to 02:00: 00:59 and 02:01 are two minutes apart.
    [Fact]
    public void The_hour_that_never_happened_does_not_turn_the_order_round()
    {
        Order("20260329020100", arrives: 1).CompareTo(Order("20260329005900", arrives: 2)).ShouldBePositive();
        (Hl7("20260329020100").Instant - Hl7("20260329005900").Instant).ShouldBe(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void A_day_ends_at_londons_midnight_though_it_has_23_or_25_hours()
    {
        (Hl7("20260329").LatestInstant() - Hl7("20260329").Instant).ShouldBe(TimeSpan.FromHours(23));
        (Hl7("20261025").LatestInstant() - Hl7("20261025").Instant).ShouldBe(TimeSpan.FromHours(25));
    }

    [Property]
    public bool Of_two_assertions_each_sees_the_other_the_same_way(byte minuteA, byte minuteB, byte sequenceA, byte sequenceB, bool counts, byte arrivesA, byte arrivesB)
    {
        var a = Order($"2026102501{minuteA % 60:00}00", sequence: counts ? sequenceA : null, arrives: arrivesA);
        var b = Order($"2026102501{minuteB % 60:00}", sequence: counts ? sequenceB : null, arrives: arrivesB);
        return Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a));
    }
}
