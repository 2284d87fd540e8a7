using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Replays;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Replays;

/// <summary>Clinical rule 19, case by case.</summary>
public sealed class ReplayRulesTests
{
    private static readonly Guid Person = Guid.Parse("019c0000-0000-7000-8000-000000000001");

    [Theory]
    [InlineData(DeliveryState.Refused, true, true, false)]
    [InlineData(DeliveryState.Delivered, false, true, true)]
    [InlineData(DeliveryState.Superseded, false, true, true)]
    [InlineData(DeliveryState.Unroutable, false, true, false)]
    [InlineData(DeliveryState.Shadow, false, true, false)]
    [InlineData(DeliveryState.Waiting, false, false, false)]
    [InlineData(DeliveryState.Sending, false, false, false)]
    [InlineData(DeliveryState.Unknown, false, false, false)]
    [InlineData(DeliveryState.Held, false, false, false)]
    public void Every_state_has_its_answer(DeliveryState state, bool asSent, bool remap, bool stamped)
    {
        var judgement = ReplayRules.Judge(Facts(state));

        (judgement.AsSentRefused is null, judgement.RemapRefused is null, judgement.Stamped).ShouldBe((asSent, remap, stamped));
    }

    [Fact]
    public void Nothing_is_replayed_of_a_held_person_or_after_a_reported_death_or_to_a_partner_in_shadow_mode()
    {
        Both(Facts() with { Person = new HeldPerson(Person, new PatientRef(), "no NHS number") });
        Both(Facts() with { DeathReported = true });
        Both(Facts() with { InShadow = true });
        Both(Facts() with { EarlierReplays = [Row(DeliveryState.Waiting)] });

        static void Both(ReplayFacts facts)
        {
            ReplayRules.Judge(facts).AsSentRefused.ShouldNotBeNull();
            ReplayRules.Judge(facts).RemapRefused.ShouldNotBeNull();
        }
    }

    [Fact]
    public void The_bytes_of_then_do_not_go_again_where_something_newer_was_told_or_the_person_is_known_otherwise_now()
    {
        AsSent(Facts() with { Later = [Row(DeliveryState.Delivered)] });
        AsSent(Facts() with { Carrier = Row(DeliveryState.Waiting) });
        AsSent(Facts() with { HasSentBytes = false });
        AsSent(Facts() with { Person = new HeldPerson(Person, new PatientRef { LocationHiding = LocationHiding.National }, null) });
        AsSent(Facts() with { Person = new HeldPerson(Guid.Empty, new PatientRef(), null) });
        AsSent(Facts() with { EarlierReplays = [Row(DeliveryState.Delivered)] });

        static void AsSent(ReplayFacts facts)
        {
            ReplayRules.Judge(facts).AsSentRefused.ShouldNotBeNull();
            ReplayRules.Judge(facts).RemapRefused.ShouldBeNull();
        }
    }

    private static ReplayFacts Facts(DeliveryState state = DeliveryState.Refused) => new()
    {
        Original = Row(state), Person = new HeldPerson(Person, new PatientRef(), null), HasSentBytes = true, HasOriginalMessage = true,
    };

    private static DeliveryRow Row(DeliveryState state) => new()
    {
        Organisation = "RXN", RecipientName = "Elm Surgery", Title = "INFO", Audience = Audience.Gp, State = state, PersonId = Person, OriginalPersonId = Person,
        FinishedAt = state is DeliveryState.Refused or DeliveryState.Delivered or DeliveryState.Superseded or DeliveryState.Shadow ? DateTimeOffset.UnixEpoch : null,
    };
}
