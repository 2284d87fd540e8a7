using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Intake;
using Hub.Proxy.Store;
using Hub.Tests.Proxy.Episodes;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Intake;

/// <summary>Clinical rule 4: doubt about a number holds the person; what a named person released is not held again for the same cause.</summary>
public sealed class PersonDraftTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly PatientRef Doubtful = Given.Eve with { NhsNumberStatus = NhsNumberStatus.Conflict };

    [Fact]
    public void A_new_person_in_doubt_is_held() => Draft(Doubtful).ToPlan().Hold.ShouldNotBeNullOrEmpty();

    [Fact]
    public void A_person_still_in_doubt_stays_held() => Draft(Doubtful, Known(Doubtful, "held")).ToPlan().Hold.ShouldNotBeNullOrEmpty();

    [Fact]
    public void A_person_who_was_released_is_not_held_again_for_the_same_cause()
    {
        var draft = Draft(Doubtful, Known(Doubtful, held: null));

        draft.ToPlan().Hold.ShouldBeNull();
        draft.Attention(Guid.Empty).ShouldBeNull();
    }

    [Fact]
    public void A_new_doubt_about_a_released_person_holds_again() =>
        Draft(Doubtful with { NhsNumberStatus = NhsNumberStatus.NoOrMultipleMatch }, Known(Doubtful, held: null)).ToPlan().Hold.ShouldNotBeNullOrEmpty();

    [Fact]
    public void A_number_that_comes_right_lifts_the_hold() => Draft(Given.Eve, Known(Doubtful, "held")).ToPlan().Hold.ShouldBe("");

    private static KnownPerson Known(PatientRef identity, string? held) => new() { PersonId = Guid.Empty, Version = 3, Identity = identity, HeldReason = held };

    private static PersonDraft Draft(PatientRef asserted, params KnownPerson[] known) =>
        PersonDraft.From(PersonMatch.Judge(asserted, [.. known.Select(k => (k.PersonId, k.Identity))]), known, Now);
}
