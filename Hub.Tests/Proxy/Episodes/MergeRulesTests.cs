using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Store;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Episodes;

/// <summary>Two Kims (journey 10): same name, same date of birth, and one has no NHS number.</summary>
public sealed class MergeRulesTests
{
    private static readonly PatientRef KimA = Given.Eve;
    private static readonly PatientRef KimB = Given.Eve with { NhsNumber = null, NhsNumberStatus = null, LocalIds = [new LocalIdentifier("RWK99", "200002")] };
    private static readonly KnownPerson A = new() { PersonId = new("00000000-0000-7000-8000-00000000000a"), Version = 1, Identity = KimA };
    private static readonly KnownPerson B = new() { PersonId = new("00000000-0000-7000-8000-00000000000b"), Version = 1, Identity = KimB };

    private static PatientMerged A40(PatientRef survivor, PatientRef retired) => Given.Sent(
        new PatientMerged { SourceMessageId = new("x"), Source = Given.Epr, Patient = survivor, OccurredAt = Given.At("10:00"), Retired = retired }, "10:00");

    private static PatientUnmerged A37(PatientRef survivor, PatientRef separated) => Given.Sent(
        new PatientUnmerged { SourceMessageId = new("x"), Source = Given.Epr, Patient = survivor, OccurredAt = Given.At("12:00"), Separated = separated }, "12:00");

    [Fact]
    public void A_merge_with_a_record_that_has_no_nhs_number_stands() =>
        MergeRules.Judge(A40(KimA, KimB), A, [B]).ShouldBe(new MergeStands(A.PersonId, B.PersonId, Undo: false));

    [Fact]
    public void A_merge_never_joins_two_nhs_numbers_whether_held_or_sent()
    {
        var number = KimB with { NhsNumber = Given.NhsNumber("9912003071"), NhsNumberStatus = NhsNumberStatus.Verified };

        MergeRules.Judge(A40(KimA, KimB), A, [B with { Identity = number }]).ShouldBeOfType<MergeHeld>().Reason.ShouldContain("verified");
        MergeRules.Judge(A40(KimA, number), A, [B]).ShouldBeOfType<MergeHeld>();
        MergeRules.Judge(A40(KimA, number), A, []).ShouldBeOfType<MergeHeld>();
    }

    [Fact]
    public void A_merge_of_two_dates_of_birth_is_held() =>
        MergeRules.Judge(A40(KimA, KimB), A, [B with { Identity = KimB with { BirthDate = Given.Time("1991-05-01") } }]).ShouldBeOfType<MergeHeld>();

    [Fact]
    public void A_merge_of_a_record_never_heard_of_gives_the_survivor_its_ids() =>
        MergeRules.Judge(A40(KimA, KimB), A, []).ShouldBeOfType<MergeNothing>().Identity!.LocalIds.Count.ShouldBe(2);

    [Fact]
    public void A_merge_that_is_made_already_changes_nothing() =>
        MergeRules.Judge(A40(KimA, KimA), A, [A]).ShouldBeOfType<MergeNothing>().Identity.ShouldBeNull();

    [Fact]
    public void An_unmerge_parts_only_a_merge_that_stands()
    {
        var standing = new StandingMerge(A.PersonId, B.PersonId, KimB);

        MergeRules.Judge(A37(KimA, KimB), A, [A], [standing]).ShouldBe(new MergeStands(A.PersonId, B.PersonId, Undo: true));
        MergeRules.Judge(A37(KimA, KimB), A, [A]).ShouldBeOfType<MergeHeld>();
        MergeRules.Judge(A37(KimA, KimA with { LocalIds = [], NhsNumber = null }), A, [A], [standing]).ShouldBeOfType<MergeHeld>();
    }

    [Theory]
    [InlineData(PatientLinkKind.Linked)]
    [InlineData(PatientLinkKind.IdentifierChanged)]
    public void Links_and_changed_identifiers_are_always_for_a_person(PatientLinkKind kind)
    {
        var link = Given.Sent(
            new PatientLinkReported { SourceMessageId = new("x"), Source = Given.Epr, Patient = KimA, OccurredAt = Given.At("10:00"), Other = KimB, Kind = kind }, "10:00");

        MergeRules.Judge(link, A, [B]).ShouldBeOfType<MergeHeld>();
    }
}
