using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Episodes;

public sealed class PersonMatchTests
{
    private static readonly Guid One = new("00000000-0000-7000-8000-000000000001");
    private static readonly Guid Two = new("00000000-0000-7000-8000-000000000002");

    private static PersonJudgement Judge(PatientRef asserted, params PatientRef[] known) =>
        PersonMatch.Judge(asserted, [.. known.Select((k, i) => (i == 0 ? One : Two, k))]);

    [Fact]
    public void Somebody_nobody_knows_is_new() => Judge(Given.Eve).ShouldBeOfType<New>().UnverifiedReason.ShouldBeNull();

    [Fact]
    public void The_same_number_with_the_same_name_and_date_is_the_same_person() =>
        Judge(Given.Eve with { LocalIds = [] }, Given.Eve).ShouldBeOfType<Same>().PersonId.ShouldBe(One);

    [Fact]
    public void The_same_local_id_from_another_hospital_is_another_person() =>
        Judge(new PatientRef { LocalIds = [new LocalIdentifier("RXX01", "100001")] }, Given.Eve).ShouldBeOfType<New>();

    [Fact]
    public void Identifiers_of_two_persons_are_a_doubt()
    {
        var other = Given.Eve with { NhsNumber = Given.NhsNumber("9912003071"), LocalIds = [] };

        Judge(Given.Eve with { NhsNumber = other.NhsNumber }, Given.Eve, other).ShouldBeOfType<Doubt>().PersonId.ShouldBeNull();
    }

    [Theory]
    [InlineData("Testwood", "TESTWOOD", false)]
    [InlineData("Smith-Jones", "Smith Jones", false)]
    [InlineData("O'Neill", "ONEILL", false)]
    [InlineData("O\u2019Neill", "O\u02BCNeill", false)]
    [InlineData("Zo\u00EB", "Zoe", false)]
    [InlineData("Gro\u00DF", "Gross", false)]
    [InlineData("S\u00F8rensen", "Sorensen", false)]
    [InlineData("Testwood", null, false)]
    [InlineData("Testwood", "Testwell", true)]
    public void Surnames_are_compared_without_case_accents_hyphens_and_apostrophes(string held, string? said, bool doubt)
    {
        var judgement = Judge(
            Given.Eve with { Name = new PersonName { Family = said } }, Given.Eve with { Name = new PersonName { Family = held } });

        (judgement is Doubt).ShouldBe(doubt);
    }

    [Theory]
    [InlineData("1990", false)]
    [InlineData("1990-05", false)]
    [InlineData("1990-05-01", false)]
    [InlineData("1990-05-02", true)]
    [InlineData("1991", true)]
    public void Dates_of_birth_are_compared_only_as_far_as_both_are_known(string said, bool doubt) =>
        (Judge(Given.Eve with { BirthDate = Given.Time(said) }, Given.Eve) is Doubt).ShouldBe(doubt);

    [Fact]
    public void A_date_of_birth_known_to_the_day_is_not_replaced_by_its_year() =>
        Judge(Given.Eve with { BirthDate = Given.Time("1990") }, Given.Eve).ShouldBeOfType<Same>().Identity.BirthDate.ShouldBe(Given.Time("1990-05-01"));

    [Fact]
    public void Another_nhs_number_for_the_same_local_id_is_a_doubt_about_that_person() =>
        Judge(Given.Eve with { NhsNumber = Given.NhsNumber("9912003071") }, Given.Eve).ShouldBeOfType<Doubt>().PersonId.ShouldBe(One);

    [Fact]
    public void An_nhs_number_taken_off_the_record_is_a_doubt() =>
        Judge(Given.Eve with { NhsNumber = null, Cleared = ["NhsNumber"] }, Given.Eve).ShouldBeOfType<Doubt>();

    [Fact]
    public void A_missing_number_is_taken_but_what_leaves_must_wait() =>
        Judge(Given.Eve with { NhsNumber = null, NhsNumberStatus = null }).ShouldBeOfType<New>().UnverifiedReason.ShouldNotBeNull();

    [Fact]
    public void A_number_that_fails_its_check_is_taken_but_what_leaves_must_wait() =>
        Judge(Given.Eve with { NhsNumber = null, RejectedNhsNumber = "1234567890" }, Given.Eve).ShouldBeOfType<Same>().UnverifiedReason.ShouldNotBeNull();

    [Fact]
    public void A_person_who_has_no_nhs_number_is_not_made_to_wait() =>
        Judge(Given.Eve with { NhsNumber = null, NhsNumberStatus = NhsNumberStatus.NotPresentTraceNotRequired }).UnverifiedReason.ShouldBeNull();

    [Fact]
    public void A_message_without_the_number_that_is_held_is_not_made_to_wait() =>
        Judge(Given.Eve with { NhsNumber = null, NhsNumberStatus = null }, Given.Eve).ShouldBeOfType<Same>().UnverifiedReason.ShouldBeNull();

    [Fact]
    public void Hidden_whereabouts_with_a_number_nobody_verified_must_wait() =>
        Judge(Given.Eve with { NhsNumberStatus = NhsNumberStatus.PresentNotTraced, LocationHiding = LocationHiding.Local }).UnverifiedReason.ShouldNotBeNull();

    [Fact]
    public void No_reason_repeats_what_it_is_about()
    {
        var doubt = Judge(Given.Eve with { Name = new PersonName { Family = "Otherwise" } }, Given.Eve).ShouldBeOfType<Doubt>();

        (doubt.Reason + doubt.NextStep).ShouldNotContain("Otherwise");
        (doubt.Reason + doubt.NextStep).ShouldNotContain("Testwood");
    }

    [Theory]
    [InlineData(NhsNumberStatus.NoOrMultipleMatch)]
    [InlineData(NhsNumberStatus.Conflict)]
    public void A_number_that_tracing_put_in_doubt_leaves_the_person_unverified(NhsNumberStatus status) =>
        Judge(Given.Eve with { NhsNumberStatus = status }).UnverifiedReason.ShouldNotBeNull();

    [Fact]
    public void A_record_that_was_merged_finds_the_person_and_keeps_its_ids_to_itself()
    {
        var retired = new PatientRef { LocalIds = [new LocalIdentifier("RWK99", "200002")], Name = Given.Eve.Name };

        var same = PersonMatch.Judge(retired, [(Guid.Empty, Given.Eve)], [Guid.Empty]).ShouldBeOfType<Same>();

        same.Identity.LocalIds.ShouldBe(Given.Eve.LocalIds);
    }
}
