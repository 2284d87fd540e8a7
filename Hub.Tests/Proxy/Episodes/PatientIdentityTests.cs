using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Episodes;

public sealed class PatientIdentityTests
{
    private static readonly PatientRef Held = Given.Eve with
    {
        Address = new PostalAddress { Lines = ["1 Old Road"] },
        Contacts = [new ContactPoint { Kind = ContactKind.Mobile, Value = "07700900001" }],
        GpPractice = OdsCode.Parse("Y06601"),
        GpPracticeName = "Elm Surgery",
        SafeContact = new SafeContact { Post = false },
    };

    [Fact]
    public void What_is_not_spoken_of_is_kept() => Sameness.Same(PatientIdentity.Merge(Held, new PatientRef()), Held).ShouldBeTrue();

    [Fact]
    public void What_is_deleted_by_two_double_quotes_is_gone_and_the_rest_stays()
    {
        var merged = PatientIdentity.Merge(Held, new PatientRef { Cleared = ["address", "Contacts"] });

        merged.Address.ShouldBeNull();
        merged.Contacts.ShouldBeEmpty();
        merged.GpPractice.ShouldBe(Held.GpPractice);
        merged.Cleared.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_person_is_recognised_by_is_not_deleted_by_an_empty_field()
    {
        var merged = PatientIdentity.Merge(Held, new PatientRef { Cleared = ["NhsNumber", "Name", "BirthDate", "LocationHiding"] });

        merged.NhsNumber.ShouldBe(Held.NhsNumber);
        merged.Name.ShouldBe(Held.Name);
        merged.BirthDate.ShouldBe(Held.BirthDate);
    }

    [Fact]
    public void A_new_practice_does_not_keep_the_name_of_the_old_one() =>
        PatientIdentity.Merge(Held, new PatientRef { GpPractice = OdsCode.Parse("V81997") }).GpPracticeName.ShouldBeNull();

    [Theory]
    [InlineData(LocationHiding.National, null, LocationHiding.National)]
    [InlineData(LocationHiding.National, LocationHiding.Local, LocationHiding.National)]
    [InlineData(LocationHiding.Local, LocationHiding.National, LocationHiding.National)]
    [InlineData(LocationHiding.Local, LocationHiding.None, LocationHiding.None)]
    [InlineData(null, LocationHiding.Local, LocationHiding.Local)]
    public void Hidden_whereabouts_stay_hidden_until_somebody_says_none(LocationHiding? held, LocationHiding? said, LocationHiding? now) =>
        PatientIdentity.Merge(Held with { LocationHiding = held }, new PatientRef { LocationHiding = said }).LocationHiding.ShouldBe(now);

    [Fact]
    public void A_way_of_contact_that_is_unsafe_stays_unsafe_when_another_way_is_spoken_of() =>
        PatientIdentity.Merge(Held, new PatientRef { SafeContact = new SafeContact { Sms = true } }).SafeContact
            .ShouldBe(new SafeContact { Post = false, Sms = true });

    [Theory]
    [InlineData(NhsNumberStatus.TraceRequired, NhsNumberStatus.Verified)]
    [InlineData(NhsNumberStatus.Conflict, NhsNumberStatus.Conflict)]
    public void A_verified_number_stays_verified_until_a_sender_says_that_it_conflicts(NhsNumberStatus said, NhsNumberStatus now) =>
        PatientIdentity.Merge(Held, Given.Eve with { NhsNumberStatus = said }).NhsNumberStatus.ShouldBe(now);

    [Fact]
    public void A_stale_message_changes_only_what_nothing_newer_speaks_of()
    {
        var state = Given.After(null, Given.Admission("08:00"), Given.Update("12:00") with { Patient = Held });
        var stale = Given.Update("11:00") with
        {
            Patient = Given.Eve with { Address = new PostalAddress { Lines = ["0 Older Road"] }, LocationHiding = LocationHiding.National },
        };

        var after = Given.Apply(state, stale, "13:00").ShouldBeOfType<Applied>().After;

        after.Patient.Address!.Lines.ShouldBe(["1 Old Road"]);
        after.Patient.LocationHiding.ShouldBe(LocationHiding.National);
    }
}
