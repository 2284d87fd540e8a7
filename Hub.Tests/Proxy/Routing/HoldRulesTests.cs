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
    public void Doubt_about_the_number_is_no_business_of_these_rules_and_holds_the_person_instead()
    {
        Held(new PatientRef()).ShouldBeNull();
        Held(new PatientRef { RejectedNhsNumber = "9912003890" }).ShouldBeNull();
        Held(Person() with { NhsNumberStatus = NhsNumberStatus.Conflict }).ShouldBeNull();
    }

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
