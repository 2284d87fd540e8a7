using FsCheck.Xunit;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Resources;

public sealed class ResourceIdsTests
{
    private static readonly SourceSystem Source = new() { Application = "EPR", Organisation = OdsCode.Parse("RX1") };
    private static readonly SourceMessageId Message = new("M1");

    [Fact]
    public void A_version_5_uuid_is_the_one_that_the_rfc_gives() =>
        // RFC 9562, A.4: DNS namespace, "www.example.com".
        DerivedGuid.Create(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com")
            .ShouldBe(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"));

    [Fact]
    public void The_same_number_from_two_hospitals_is_two_people() =>
        ResourceIds.Patient(WithLocal("RX1", "123"), Source, Message).ShouldNotBe(ResourceIds.Patient(WithLocal("RX2", "123"), Source, Message));

    [Property]
    public bool Two_patients_never_share_an_id(string? system, string? otherSystem, string? id, string? otherId)
    {
        var same = (system ?? "") == (otherSystem ?? "") && (id ?? "") == (otherId ?? "");
        var one = ResourceIds.Patient(WithLocal(system ?? "", id ?? ""), Source, Message);
        var other = ResourceIds.Patient(WithLocal(otherSystem ?? "", otherId ?? ""), Source, Message);
        return same == (one == other);
    }

    [Property]
    public bool Moving_characters_between_the_parts_of_a_name_gives_another_id(string? left, string? right, char moved)
    {
        var one = ResourceIds.For("List", (left ?? "") + moved, right ?? "");
        var other = ResourceIds.For("List", left ?? "", moved + (right ?? ""));
        return one != other;
    }

    [Fact]
    public void Two_people_without_any_id_are_not_one_person() =>
        ResourceIds.Patient(new PatientRef(), Source, new("M1")).ShouldNotBe(ResourceIds.Patient(new PatientRef(), Source, new("M2")));

    [Fact]
    public void An_id_is_a_fhir_id_and_its_url_a_uuid_urn()
    {
        var id = ResourceIds.Patient(WithLocal("RX1", "123"), Source, Message);

        Guid.TryParseExact(id, "D", out _).ShouldBeTrue();
        ResourceIds.Url(id).ShouldBe("urn:uuid:" + id);
    }

    private static PatientRef WithLocal(string system, string id) => new() { LocalIds = [new(system, id)] };
}
