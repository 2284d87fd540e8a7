using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Episodes;

public sealed class CarerRulesTests
{
    private static readonly Carer Mother = new()
    {
        Id = "C1", Name = new PersonName { Family = "Testwood", Given = ["Mary"] }, IsCarer = true,
        Consent = [new CarerConsent { Class = ConsentClass.General, State = ConsentState.Given }],
    };

    private static EpisodeState WithMother => Given.After(null, Given.Admission("08:00") with { Carers = [Mother] });

    [Fact]
    public void A_consent_withdrawn_stands_with_its_history_and_an_older_one_never_overwrites_it()
    {
        var state = Given.After(WithMother, Given.Consent("10:00", "C1", ConsentState.Given), Given.Consent("12:00", "C1", ConsentState.Withdrawn));
        state.Carers.Single().ConsentFor(ConsentClass.Medication).ShouldBe(ConsentState.Withdrawn);
        state.Carers.Single().ConsentFor(ConsentClass.General).ShouldBe(ConsentState.Given);
        state.Carers.Single().Consent.Count.ShouldBe(3);

        Given.Apply(state, Given.Consent("11:00", "C1", ConsentState.Given), "13:00").ShouldBeOfType<NoChange>();
        Given.Apply(state, Given.Consent("12:30", "C1", ConsentState.Withdrawn)).ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void An_older_list_of_carers_does_not_bring_a_withdrawn_consent_back()
    {
        var state = Given.After(WithMother, Given.Consent("12:00", "C1", ConsentState.Withdrawn));
        var old = Given.Update("11:00") with
        {
            Carers = [Mother with { Consent = [new CarerConsent { Class = ConsentClass.Medication, State = ConsentState.Given }] }],
        };

        var after = Given.After(state, old);

        after.Carers.Single().ConsentFor(ConsentClass.Medication).ShouldBe(ConsentState.Withdrawn);
    }

    [Fact]
    public void A_dated_consent_that_was_withdrawn_since_is_not_given_again_by_a_copy()
    {
        var given = new CarerConsent { Class = ConsentClass.Medication, State = ConsentState.Given, At = Given.At("09:00") };
        var state = Given.After(WithMother, Given.Consent("09:00", "C1", ConsentState.Given) with { Consent = [given] }, Given.Consent("12:00", "C1", ConsentState.Withdrawn));

        Given.Apply(state, Given.Update("18:00") with { Carers = [Mother with { Consent = [given] }] }).ShouldBeOfType<NoChange>();
    }

    [Fact]
    public void Consent_for_a_carer_nobody_told_us_of_is_held() =>
        Given.Apply(WithMother, Given.Consent("10:00", "C9", ConsentState.Withdrawn)).ShouldBeOfType<HeldForPerson>().Kind.ShouldBe("consent-for-unknown-carer");

    [Fact]
    public void A_warning_about_a_carer_is_not_lifted_by_a_list_that_does_not_speak_of_it()
    {
        var state = Given.After(WithMother, Given.Update("10:00") with { Carers = [Mother with { MarkedAsRisk = true }] });

        Given.Apply(state, Given.Update("11:00") with { Carers = [Mother] }).ShouldBeOfType<NoChange>();
        state.Carers.Single().MarkedAsRisk.ShouldBeTrue();
    }

    [Fact]
    public void Consent_and_warning_do_not_pass_to_another_person_in_the_same_place_of_a_list()
    {
        var partner = Mother with { Id = "NK1-1", MarkedAsRisk = true };
        var friend = new Carer { Id = "NK1-1", Name = new PersonName { Family = "Friendly", Given = ["Sam"] } };
        var state = Given.After(null, Given.Admission("08:00") with { Carers = [partner] }, Given.Update("10:00") with { Carers = [friend] });

        var now = state.Carers.Single(c => c.Id == "NK1-1");
        now.Consent.ShouldBeEmpty();
        now.MarkedAsRisk.ShouldBeFalse();
        state.Carers.ShouldContain(c => c.MarkedAsRisk && c.Name.Given[0] == "Mary");
    }
}
