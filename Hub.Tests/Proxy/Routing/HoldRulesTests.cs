using Hub.Fhir.Events;
using Hub.Proxy.Routing;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Routing.RoutingCases;

namespace Hub.Tests.Proxy.Routing;

public sealed class HoldRulesTests
{
    [Fact]
    public void A_person_with_a_verified_number_is_not_held() => Held(Person()).ShouldBeNull();

    [Fact]
    public void Without_an_NHS_number_what_leaves_is_held() => Held(new PatientRef()).ShouldNotBeNull().ShouldContain("no NHS number");

    [Fact]
    public void With_a_number_that_fails_its_check_what_leaves_is_held_and_the_number_is_not_told()
    {
        Held(new PatientRef { RejectedNhsNumber = "9912003890" }).ShouldNotBeNull().ShouldNotContain("9912003890");
    }

    [Fact]
    public void A_person_known_to_have_no_NHS_number_is_not_held() =>
        Held(new PatientRef { NhsNumberStatus = NhsNumberStatus.NotPresentTraceNotRequired }).ShouldBeNull();

    [Theory]
    [InlineData(NhsNumberStatus.NoOrMultipleMatch)]
    [InlineData(NhsNumberStatus.Conflict)]
    public void A_number_that_tracing_put_in_doubt_is_held(NhsNumberStatus status) => Held(Person() with { NhsNumberStatus = status }).ShouldNotBeNull();

    [Theory]
    [InlineData(LocationHiding.Local, true)]
    [InlineData(LocationHiding.National, true)]
    [InlineData(LocationHiding.None, false)]
    public void A_hidden_persons_messages_wait_for_a_named_person(LocationHiding hiding, bool held) =>
        (Held(Person() with { LocationHiding = hiding }) is not null).ShouldBe(held);

    [Fact]
    public void After_a_reported_death_copies_wait_and_the_notices_do_not()
    {
        var death = new DeathReported { SourceMessageId = new("d"), Source = Source, Patient = Person(), OccurredAt = At };
        var withdrawn = new DeathWithdrawn { SourceMessageId = new("w"), Source = Source, Patient = Person(), OccurredAt = At };
        var episode = Episode() with { Death = death };

        HoldRules.For(Discharge(), episode, Person()).ShouldNotBeNull();
        HoldRules.For(death, episode, Person()).ShouldBeNull();
        HoldRules.For(withdrawn, episode, Person()).ShouldBeNull();
    }

    private static string? Held(PatientRef identity) => HoldRules.For(Discharge(), Episode(), identity);
}
