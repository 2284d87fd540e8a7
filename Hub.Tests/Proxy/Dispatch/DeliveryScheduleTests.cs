using FsCheck.Xunit;
using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Store;
using Hub.Tests.Proxy.Store;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Dispatch;

/// <summary>What follows from each outcome: done, again at a time, or a person; never silence.</summary>
public sealed class DeliveryScheduleTests
{
    private static readonly DispatchOptions Options = new();
    private static readonly DateTimeOffset Now = Plans.Monday;

    [Property]
    public void The_wait_is_never_over_the_ceiling_and_never_under_half_the_base(byte failures, byte chance)
    {
        var wait = new DeliverySchedule(Options, () => chance / 256.0).BackOff(failures);

        wait.ShouldBeGreaterThanOrEqualTo(Options.BackOffBase / 2);
        wait.ShouldBeLessThanOrEqualTo(Options.BackOffCeiling);
    }

    [Property]
    public void The_wait_grows_with_each_failure_until_the_ceiling(byte failures)
    {
        var schedule = new DeliverySchedule(Options, () => 0.5);

        schedule.BackOff(failures + 1).ShouldBeGreaterThanOrEqualTo(schedule.BackOff(failures));
    }

    [Property]
    public void Whatever_is_not_delivered_has_a_next_time_or_an_entry_on_the_operators_list(byte kind, byte failures, byte unknowns, bool asks)
    {
        DeliveryOutcome outcome = (kind % 5) switch
        {
            0 => new Unknown("silence"),
            1 => new Rejected("AR"),
            2 => new Unavailable("503", TimeSpan.FromSeconds(kind)),
            3 => new Unavailable("refused") { NothingSent = true },
            _ => new PartnerRefusesUs("401"),
        };

        var result = Next(outcome, Attempt(failures, unknowns), Partner(asks ? UnknownPolicy.Ask : UnknownPolicy.Resend));

        (result.NextDueAt is not null || result.Attention is not null).ShouldBeTrue();
        result.NextState.ShouldNotBe(DeliveryState.Delivered);
        result.WaitingBecause.ShouldNotBeNullOrEmpty();
    }

    [Property]
    public void Retry_After_is_obeyed_up_to_its_ceiling_and_lanes_do_not_come_back_in_step(byte chance)
    {
        var schedule = new DeliverySchedule(Options, () => chance / 256.0);
        DateTimeOffset? Due(TimeSpan asked) => schedule.Next(new Unavailable("429", asked), Attempt(0, 0), Partner(), Now, Now).NextDueAt;

        Due(TimeSpan.FromMinutes(10)).ShouldNotBeNull().ShouldBeInRange(Now.AddMinutes(10), Now.AddMinutes(11));
        Due(TimeSpan.FromDays(3)).ShouldNotBeNull().ShouldBeInRange(Now + Options.RetryAfterCeiling, Now + (Options.RetryAfterCeiling * 1.1));
    }

    [Fact]
    public void A_person_that_is_not_theirs_stops_the_lane_by_the_code_and_not_by_words()
    {
        var words = Next(new Rejected("30002: not our patient") { Code = "fatal-error" });
        var code = Next(new Rejected("no reason") { Code = "30002", NotOurPatient = true });

        words.HoldLane.ShouldBeNull();
        (code.NextState, code.HoldLane.ShouldNotBeNull().Length > 0).ShouldBe((DeliveryState.Refused, true));
        var entry = code.Attention.ShouldNotBeNull();
        (entry.Kind, entry.Owner, entry.DueAt).ShouldBe(("not-our-patient", "CRT administration", Now.AddHours(1)));
    }

    [Fact]
    public void A_partner_that_was_not_called_is_tried_when_its_breaker_lets_it_and_nobody_is_alarmed_again()
    {
        var result = Next(Unavailable.Untried(TimeSpan.FromSeconds(4)), Attempt(Options.FailuresUntilAttention - 1, 0));

        result.Attention.ShouldBeNull();
        result.NextDueAt.ShouldNotBeNull().ShouldBeInRange(Now.AddSeconds(4), Now.AddSeconds(5));
    }

    [Fact]
    public void An_unknown_outcome_is_sent_again_until_a_person_is_asked_instead()
    {
        var again = Next(new Unknown("silence"), Attempt(0, Options.MostResends - 1));
        (again.NextState, again.HoldLane).ShouldBe((DeliveryState.Unknown, null));
        again.NextDueAt.ShouldNotBeNull();

        var asked = Next(new Unknown("silence"), Attempt(0, Options.MostResends));
        (asked.NextState, asked.NextDueAt).ShouldBe((DeliveryState.Unknown, null));
        asked.HoldLane.ShouldNotBeNull();
        asked.Attention.ShouldNotBeNull().Urgency.ShouldBe(Urgency.Urgent);
    }

    [Fact]
    public void Where_a_partners_file_says_ask_nothing_is_sent_twice_by_itself()
    {
        var result = Next(new Unknown("silence"), Attempt(0, 0), Partner(UnknownPolicy.Ask));

        result.NextDueAt.ShouldBeNull();
        result.HoldLane.ShouldNotBeNull();
    }

    [Fact]
    public void A_partner_that_refuses_the_hub_is_held_and_the_message_waits()
    {
        var result = Next(new PartnerRefusesUs("HTTP 401"));

        (result.NextState, result.HoldPartner).ShouldBe((DeliveryState.Waiting, "HTTP 401"));
    }

    [Fact]
    public void Long_silence_of_a_partner_reaches_a_person_while_the_hub_goes_on_trying()
    {
        var result = Next(new Unavailable("refused"), Attempt(Options.FailuresUntilAttention - 1, 0));

        result.Attention.ShouldNotBeNull().Kind.ShouldBe("partner-unavailable");
        result.NextDueAt.ShouldNotBeNull();
    }

    internal static PartnerFile Partner(UnknownPolicy policy = UnknownPolicy.Resend) => new()
    {
        Id = "gp-elm", Name = "Elm Surgery", Role = PartnerRole.Recipient, Protocol = "line", WhenUnknown = policy, Hash = "1",
    };

    private static AttemptResult Next(DeliveryOutcome outcome, StartedAttempt? attempt = null, PartnerFile? partner = null) =>
        new DeliverySchedule(Options, () => 0.5).Next(outcome, attempt ?? Attempt(0, 0), partner ?? Partner(), Now, Now);

    private static StartedAttempt Attempt(int failures, int unknowns) => new()
    {
        Message = new OutboundMessage
        {
            DeliveryId = Guid.Empty, PartnerId = "gp-elm", LaneId = 1, ProtocolMessageId = "M", Bytes = default, MediaType = "x", Attempt = 1,
        },
        Failures = failures,
        Unknowns = unknowns,
    };
}
