using System.Text;
using FsCheck.Xunit;
using Hub.Adapters.Sources.EventApi;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.EventApi;

public sealed class EventApiReaderTests
{
    private const string Contact = """
        { "patient": { "nhsNumber": "9912003888" }, "episode": { "localId": "E1" }, "occurredAt": "2026-05-01T10:00" }
        """;

    public static TheoryData<string> Names => [.. CareEventJson.TypeNames.Values];

    [Fact]
    public void What_a_small_sender_leaves_out_comes_from_its_partner_file()
    {
        var read = Read("contact-recorded", Contact).Event.ShouldBeOfType<ContactRecorded>();

        read.Source.Application.ShouldBe("northside-epr-json");
        read.Source.Organisation.ShouldBe(OdsCode.Parse("RXX"));
        read.Episode.ShouldBe(new EpisodeKey(OdsCode.Parse("RXX"), "E1"));
        read.SourceMessageId.Value.ShouldBe("key-1");
    }

    [Fact]
    public void What_a_sender_says_itself_is_kept()
    {
        var read = Read("contact-recorded", """
            { "type": "contact-recorded", "source": { "application": "Ward app", "organisation": "RYY" }, "patient": { "nhsNumber": "9912003888" },
              "episode": { "localId": "E1" }, "occurredAt": "2026-05-01T10:00" }
            """).Event.ShouldBeOfType<ContactRecorded>();

        read.Source.Application.ShouldBe("Ward app");
        read.Episode.Organisation.ShouldBe(OdsCode.Parse("RYY"));
    }

    [Fact]
    public void An_episode_that_nobody_numbers_is_refused_by_its_field()
    {
        var nobody = EventApiHost.Epr() with { Organisation = null };

        EventApiReader.Read(Encoding.UTF8.GetBytes(Contact), "contact-recorded", "key-1", nobody).Problems.Single().Location.ShouldBe("/episode/organisation");
    }

    [Theory]
    [InlineData("9912003890")]
    [InlineData("not a number")]
    [InlineData("9999999999")]
    public void A_wrong_NHS_number_refuses_nothing_and_is_never_taken_for_one(string number)
    {
        var read = Read("contact-recorded", Contact.Replace("9912003888", number, StringComparison.Ordinal)).Event.ShouldNotBeNull();

        read.Patient.NhsNumber.ShouldBeNull();
        read.Patient.RejectedNhsNumber.ShouldBe(number);
        var note = read.DataQuality.Single();
        (note.Code, note.Field).ShouldBe(("nhs-number-invalid", "/patient/nhsNumber"));
        note.Text.ShouldNotContain(number);
    }

    [Fact]
    public void A_wrong_NHS_number_of_the_retired_record_is_set_aside_as_well()
    {
        var read = Read("patient-merged", """
            { "patient": { "nhsNumber": "9912003888" }, "retired": { "nhsNumber": "9912003890" }, "occurredAt": "2026-05-01" }
            """).Event.ShouldBeOfType<PatientMerged>();

        read.Retired.RejectedNhsNumber.ShouldBe("9912003890");
        read.DataQuality.Single().Field.ShouldBe("/retired/nhsNumber");
    }

    [Fact]
    public void An_event_about_nobody_is_refused()
    {
        var reading = Read("contact-recorded", Contact.Replace("\"nhsNumber\": \"9912003888\"", "\"gpPractice\": \"Y06601\"", StringComparison.Ordinal));

        reading.Event.ShouldBeNull();
        reading.Problems.Single().Code.ShouldBe("missing-patient");
    }

    [Fact]
    public void A_record_is_not_merged_into_itself()
    {
        Read("patient-merged", """{ "patient": { "nhsNumber": "9912003888" }, "retired": { "nhsNumber": "9912003888" }, "occurredAt": "2026-05-01" }""")
            .Problems.Single().Code.ShouldBe("same-record");
    }

    [Fact]
    public void A_named_care_coordinator_without_a_name_is_refused_because_blank_is_not_nobody()
    {
        Read("discharge", Contact.TrimEnd().TrimEnd('}') + """, "careCoordinator": { "status": "named" } }""")
            .Problems.Single().Location.ShouldBe("/careCoordinator/person");
    }

    [Fact]
    public void A_thin_stop_is_taken_and_noted_because_refused_it_would_reach_nobody()
    {
        var read = Read("medication-change", Contact.TrimEnd().TrimEnd('}') + """
            , "lines": [{ "lineId": "1", "action": "stop", "medicine": { "text": "Zopiclone 7.5 mg tablets" } }] }
            """).Event.ShouldBeOfType<MedicationChange>();

        read.DataQuality.Select(n => $"{n.Code} {n.Field}").ShouldBe(["reason-not-sent /lines/0/reason"]);
    }

    [Fact]
    public void The_type_may_stand_in_the_body_only_as_in_the_address()
    {
        Read("contact-recorded", Contact.Replace("{ \"patient\"", "{ \"type\": \"discharge\", \"patient\"", StringComparison.Ordinal))
            .Problems.Single().Location.ShouldBe("/type");
    }

    [Fact]
    public void A_field_written_twice_is_refused_because_nobody_knows_which_counts()
    {
        Read("contact-recorded", Contact.Replace("\"occurredAt\"", "\"occurredAt\": \"2026-05-02\", \"occurredAt\"", StringComparison.Ordinal))
            .Problems.Single().Code.ShouldBe("repeated-field");
    }

    [Fact]
    public void A_document_full_of_faults_gets_an_answer_of_bounded_size()
    {
        var many = "{" + string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"x{i}\":{i}")) + "}";

        Read("admission", many).Problems.Count.ShouldBeInRange(50, 200);
    }

    [Fact]
    public void The_hash_is_the_same_however_the_content_is_laid_out_and_another_for_other_content()
    {
        var plain = Read("contact-recorded", Contact).ContentHash.ToArray();

        Read("contact-recorded", """{"occurredAt":"2026-05-01T10:00","episode":{"localId":"\u00451"},"patient":{"nhsNumber":"9912003888"}}""").ContentHash.ToArray().ShouldBe(plain);
        Read("contact-recorded", Contact.Replace("10:00", "10:01", StringComparison.Ordinal)).ContentHash.ToArray().ShouldNotBe(plain);
        Read("contact-missed", Contact).ContentHash.ToArray().ShouldNotBe(plain);
    }

    [Fact]
    public void A_resend_with_a_new_send_time_hashes_as_the_first()
    {
        var first = Contact.Replace("{ \"patient\"", "{ \"sentAt\": \"2026-05-01T10:05:00Z\", \"patient\"", StringComparison.Ordinal);
        var again = Contact.Replace("{ \"patient\"", "{ \"type\": \"contact-recorded\", \"sentAt\": \"2026-05-01T10:15:00Z\", \"patient\"", StringComparison.Ordinal);

        Read("contact-recorded", again).Event.ShouldNotBeNull();
        Read("contact-recorded", again).ContentHash.ToArray().ShouldBe(Read("contact-recorded", first).ContentHash.ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void A_file_says_by_its_schema_which_event_it_is(string name) =>
        EventApiReader.FindTypeName(File.ReadAllBytes(Repository.PathOf("profiles", "examples", "events", name + ".json"))).ShouldBe(name);

    [Property]
    public bool Any_bytes_give_an_event_or_a_problem_and_never_a_crash(byte[] bytes)
    {
        var reading = EventApiReader.Read(bytes, "admission", "key-1", EventApiHost.Epr());
        return reading.Event is null && reading.Problems.Count > 0;
    }

    [Property]
    public bool A_changed_byte_gives_an_event_or_a_problem_and_never_a_crash(int place, byte by)
    {
        var bytes = File.ReadAllBytes(Repository.PathOf("profiles", "examples", "events", "discharge.json"));
        bytes[(int)((uint)place % bytes.Length)] = by;

        var reading = EventApiReader.Read(bytes, "discharge", "key-1", EventApiHost.Epr());
        return (reading.Event is not null) != (reading.Problems.Count > 0);
    }

    private static EventApiReading Read(string type, string body) => EventApiReader.Read(Encoding.UTF8.GetBytes(body), type, "key-1", EventApiHost.Epr());
}
