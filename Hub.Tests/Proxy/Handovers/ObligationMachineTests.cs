using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Handovers;

/// <summary>What may follow what: no sequence of acts closes or takes on an obligation without somebody who said so.</summary>
public sealed class ObligationMachineTests
{
    private static readonly DateTimeOffset Monday = new(2026, 5, 4, 9, 0, 0, TimeSpan.Zero);

    [Property(MaxTest = 2000)]
    public Property No_sequence_of_acts_is_accepted_or_done_on_the_word_of_a_transport() => Prop.ForAll(Acts(), acts =>
    {
        var (now, saidSo) = (Open(), false);
        foreach (var act in acts)
        {
            if (ObligationMachine.Apply(now, act) is not Acted { Obligation: var next })
            {
                continue;
            }

            saidSo |= act.Evidence.Channel != ActChannel.Transport && act is Accept or AcceptForAssessmentOnly or Complete;
            now = next;
            if (now.State is ObligationState.Accepted or ObligationState.InProgress or ObligationState.Done || now.Owner is not null)
            {
                saidSo.ShouldBeTrue();
            }
        }
    });

    [Property(MaxTest = 500)]
    public Property The_same_acts_always_lead_to_the_same_obligation_and_each_counts_a_version() => Prop.ForAll(Acts(), acts =>
    {
        var (first, second) = (Replay(acts), Replay(acts));
        second.ShouldBe(first);
        first.Version.ShouldBeLessThanOrEqualTo(acts.Length + 1);
    });

    [Property(MaxTest = 2000)]
    public Property Every_state_that_says_somebody_decided_has_the_act_that_decided_it_in_its_steps() => Prop.ForAll(Acts(), acts =>
    {
        var now = Open();
        var steps = new List<ObligationAct>();
        foreach (var act in acts)
        {
            if (ObligationMachine.Apply(now, act) is Acted acted)
            {
                now = acted.Obligation;
                steps.Add(act);
            }
        }

        var last = steps.LastOrDefault(a => a is not (Quieten or Hub.Proxy.Handovers.Remark or AskMore));
        (now.State switch
        {
            ObligationState.Done => last is Complete { Evidence.Channel: not ActChannel.Transport },
            ObligationState.Waived => last is Waive { Why.Length: > 0 },
            ObligationState.Cancelled => last is Cancel { Why.Length: > 0 },
            ObligationState.Rejected => last is Decline { Reason.Length: > 0 },
            ObligationState.Accepted => steps.Last(a => a is Accept) is Accept accept && accept.Owner == now.Owner,
            _ => true,
        }).ShouldBeTrue($"{now.State} after {string.Join(", ", steps.Select(a => a.Name))}");

        // The steps that were kept, played again, give the same obligation: nothing but them moved it.
        Replay(steps).ShouldBe(now);
    });

    [Property(MaxTest = 500)]
    public Property What_is_closed_stays_closed() => Prop.ForAll(Acts(), acts =>
    {
        var now = Open();
        foreach (var act in acts)
        {
            var result = ObligationMachine.Apply(now, act);
            if (!now.IsOpen)
            {
                result.ShouldNotBeOfType<Acted>();
            }

            now = result is Acted acted ? acted.Obligation : now;
        }
    });

    [Fact]
    public void A_message_that_arrives_reaches_received_and_nothing_more()
    {
        var received = Done(Open(), new Receive { Evidence = By(ActChannel.Transport) });

        received.State.ShouldBe(ObligationState.Received);
        received.NextClockAt.ShouldBe(Open().NextClockAt, "an arrival stops no clock");
        ObligationMachine.Apply(received, new Accept { Owner = "gp-elm", Evidence = By(ActChannel.Transport) }).ShouldBeOfType<NotPossible>();
        ObligationMachine.Apply(received, new Complete { Evidence = By(ActChannel.Transport) }).ShouldBeOfType<NotPossible>();
    }

    [Fact]
    public void A_team_that_asks_more_or_takes_on_for_assessment_only_does_not_stop_the_clock()
    {
        var asked = Done(Open(), new AskMore { Question = "Which medicines?", Evidence = By(ActChannel.Person) });
        var assessing = Done(asked, new AcceptForAssessmentOnly { Owner = "D. Worker", Evidence = By(ActChannel.Person) });

        asked.NextClockAt.ShouldBe(Open().NextClockAt);
        assessing.NextClockAt.ShouldBe(Open().NextClockAt);
        assessing.State.ShouldBe(ObligationState.InProgress);
    }

    [Fact]
    public void A_decline_goes_back_to_who_asked_at_once_and_another_can_then_be_asked()
    {
        var declined = Done(Open(), new Decline { Reason = "Wrong patch", Evidence = By(ActChannel.System) });

        (declined.State, declined.Urgent, declined.NextClockAt).ShouldBe((ObligationState.Rejected, true, Monday.AddHours(1)));
        ObligationMachine.Apply(declined, new AskMore { Question = "?", Evidence = By(ActChannel.Person) }).ShouldBeOfType<NotPossible>();
        Done(declined, new Reassign { To = "North CMHT", Evidence = By(ActChannel.Person) }).ActorName.ShouldBe("North CMHT");
    }

    [Fact]
    public void Who_is_asked_instead_has_the_first_deadline_because_its_clock_began_with_what_happened()
    {
        var declined = Done(Open(), new Decline { Reason = "Wrong patch", Evidence = By(ActChannel.System) });

        var asked = Done(declined, new Reassign { To = "North CMHT", Evidence = By(ActChannel.Person) });

        (asked.StartsAt, asked.DueAt, asked.NextClockAt, asked.RungsTold).ShouldBe((Open().StartsAt, Open().DueAt, Open().DueAt, 0)); // clinical rule 15: from occurredAt, and late fires at once
    }

    [Fact]
    public void What_was_accepted_is_late_no_more_only_where_nothing_else_was_asked()
    {
        Obligation Taken(ObligationKind kind) => Done(Open() with { Kind = kind }, new Accept { Owner = "D. Worker", Evidence = By(ActChannel.Person) });
        var late = Open().DueAt!.Value.AddDays(1);

        Open().IsOverdue(late).ShouldBeTrue();
        Taken(ObligationKind.CmhtAccepts).IsOverdue(late).ShouldBeFalse();
        Taken(ObligationKind.FollowUpDone).IsOverdue(late).ShouldBeTrue("somebody has it, and the person is not seen yet");
    }

    [Fact]
    public void A_second_owner_does_not_push_out_the_first()
    {
        var accepted = Done(Open(), new Accept { Owner = "D. Worker", Evidence = By(ActChannel.System) });

        ObligationMachine.Apply(accepted, new Accept { Owner = "E. Other", Evidence = By(ActChannel.Person) }).ShouldBeOfType<NotPossible>().Why.ShouldContain("Agree one lead");
        ObligationMachine.Apply(accepted, new Accept { Owner = "D. Worker", Evidence = By(ActChannel.System) }).ShouldBeOfType<AlreadySo>();
        accepted.NextClockAt.ShouldBeNull();
    }

    [Fact]
    public void A_phone_acceptance_needs_the_number_rung_and_who_answered()
    {
        var told = new Accept { Owner = "D. Worker", Evidence = By(ActChannel.Phone) };

        ObligationMachine.Apply(Open(), told).ShouldBeOfType<NotPossible>();
        var accepted = Done(Open(), told with { Evidence = told.Evidence with { Call = new PhoneCall("01632 960001", "Duty worker", ReadBack: true) } });
        accepted.OwnerToldBy.ShouldBe(ActChannel.Phone);
        ObligationWords.State(accepted).ShouldBe("accepted by D. Worker (told to us)");
    }

    [Theory]
    [InlineData(ObligationKind.FollowUpDone)]
    [InlineData(ObligationKind.DepotNextDose)]
    [InlineData(ObligationKind.MedicineSupply)]
    public void Follow_up_depot_and_supply_are_never_paused(ObligationKind kind) =>
        ObligationMachine.Apply(Open() with { Kind = kind }, new Quieten { Until = Monday.AddHours(1), Evidence = By(ActChannel.Person) }).ShouldBeOfType<NotPossible>();

    [Fact]
    public void What_concerns_clozapine_is_never_paused_and_another_check_may_be()
    {
        var quiet = new Quieten { Until = Monday.AddHours(2), Evidence = By(ActChannel.Person) };
        var check = Open() with { Kind = ObligationKind.Monitoring };

        ObligationMachine.Apply(check with { NeverPaused = true }, quiet).ShouldBeOfType<NotPossible>().Why.ShouldContain("clozapine");
        ObligationMachine.Apply(check, quiet).ShouldBeOfType<Acted>();
    }

    [Fact]
    public void A_pause_brings_no_clock_forward_and_starts_none_that_stands()
    {
        var quiet = new Quieten { Until = Monday.AddHours(2), Evidence = By(ActChannel.Person) };

        ObligationMachine.Apply(Open() with { NextClockAt = Monday.AddHours(9) }, quiet).ShouldBeOfType<AlreadySo>();
        ObligationMachine.Apply(Open() with { NextClockAt = null }, quiet).ShouldBeOfType<AlreadySo>();
    }

    [Fact]
    public void A_reported_death_is_confirmed_or_declined_by_a_named_person_and_never_waived_or_paused()
    {
        var death = Open() with { Kind = ObligationKind.DeathConfirmed };

        ObligationMachine.Apply(death, new Waive { Why = "no time", Evidence = By(ActChannel.Person) }).ShouldBeOfType<NotPossible>();
        ObligationMachine.Apply(death, new Quieten { Until = Monday.AddHours(2), Evidence = By(ActChannel.Person) }).ShouldBeOfType<NotPossible>();
        ObligationMachine.Apply(death, new Complete { Evidence = By(ActChannel.Transport) }).ShouldBeOfType<NotPossible>();
        Done(death, new Complete { Evidence = By(ActChannel.Person) }).State.ShouldBe(ObligationState.Done);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(24, true)]
    [InlineData(25, false)]
    public void A_pause_has_an_end_within_a_day(int hours, bool possible) =>
        (ObligationMachine.Apply(Open(), new Quieten { Until = Monday.AddHours(hours), Evidence = By(ActChannel.Person) }) is Acted).ShouldBe(possible);

    [Fact]
    public void A_pause_has_a_reason() =>
        ObligationMachine.Apply(Open(), new Quieten { Until = Monday.AddHours(2), Evidence = By(ActChannel.Person) with { Note = " " } }).ShouldBeOfType<NotPossible>().Why.ShouldContain("reason");

    [Fact]
    public void Nobody_without_a_name_decides_anything() =>
        ObligationMachine.Apply(Open(), new Waive { Why = "no", Evidence = By(ActChannel.Person) with { By = " " } }).ShouldBeOfType<NotPossible>();

    private static Obligation Open() => new()
    {
        Id = new Guid("00000000-0000-0000-0000-000000000001"), Kind = ObligationKind.CmhtAccepts, Subject = "accept-0", Actor = CareParty.Cmht, Chaser = "CRT shift lead",
        State = ObligationState.Requested, StartsAt = Monday.AddDays(-1), DueAt = Monday.AddHours(1), NextClockAt = Monday.AddHours(1), Version = 1,
    };

    private static Obligation Replay(IEnumerable<ObligationAct> acts) =>
        acts.Aggregate(Open(), (now, act) => ObligationMachine.Apply(now, act) is Acted acted ? acted.Obligation : now);

    private static Obligation Done(Obligation before, ObligationAct act) => ObligationMachine.Apply(before, act).ShouldBeOfType<Acted>().Obligation;

    private static Evidence By(ActChannel channel) => new() { At = Monday, Channel = channel, By = "South CMHT", Note = "rung twice, engaged" };

    private static Arbitrary<ObligationAct[]> Acts()
    {
        var evidence = Gen.Elements(ActChannel.Transport, ActChannel.System, ActChannel.Person, ActChannel.Phone, ActChannel.Record)
            .Select(channel => By(channel) with { Call = channel == ActChannel.Phone ? new PhoneCall("1", "x", true) : null });
        Func<Evidence, ObligationAct>[] makers =
        [
            e => new Receive { Evidence = e }, e => new Accept { Evidence = e, Owner = "A" }, e => new Accept { Evidence = e, Owner = "B" },
            e => new AcceptForAssessmentOnly { Evidence = e, Owner = "A" }, e => new AskMore { Evidence = e, Question = "?" }, e => new Decline { Evidence = e, Reason = "r" },
            e => new Reassign { Evidence = e, To = "C" }, e => new Start { Evidence = e }, e => new Complete { Evidence = e }, e => new Waive { Evidence = e, Why = "w" },
            e => new Cancel { Evidence = e, Why = "c" }, e => new Quieten { Evidence = e, Until = Monday.AddHours(2) },
        ];
        return (from make in Gen.Elements(makers) from one in evidence select make(one)).ArrayOf().ToArbitrary();
    }
}
