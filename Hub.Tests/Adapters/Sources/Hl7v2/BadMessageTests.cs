using System.Text;
using FsCheck.Xunit;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Shouldly;
using Xunit;
using static Hub.Tests.Adapters.Sources.Hl7v2.NorthsideSource;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

public sealed class BadMessageTests
{
    public static TheoryData<string, bool, int, string, string> Bad => new()
    {
        { Adt("A99"), true, 201, "unsupported-event", "MSH-9" },
        { Lines(Msh("ORU^R01"), Pid), true, 200, "unsupported-message-type", "MSH-9" },
        { Lines(Msh("ADT^A04", version: "9.9"), Pid), true, 203, "unsupported-version", "MSH-12" },
        { Lines(Msh("ADT^A04", processing: "T"), Pid, Pv1), true, 202, "unsupported-processing-id", "MSH-11" },
        { Lines(Msh("ADT^A04", processing: "D"), Pid, Pv1), true, 202, "unsupported-processing-id", "MSH-11" },
        { Lines(Msh("ADT^A04").Replace("NORTHEPR", "OTHER", StringComparison.Ordinal), Pid), false, 103, "unknown-sender", "MSH-3" },
        { Lines(Msh("ADT^A04", id: "")), false, 101, "missing-control-id", "MSH-10" },
        { Lines(Msh("ADT^A04"), "EVN|A04|20260503", Pv1), false, 101, "missing-patient", "PID" },
        { Lines(Msh("ADT^A04"), "EVN|A04|20260503", "PID|1", Pv1), false, 101, "missing-patient", "PID-3" },
        { Adt("A04").Replace("20260503174500", "20261303174500", StringComparison.Ordinal), false, 102, "impossible-date", "EVN-2" },
        { Adt("A04").Replace("20260503174000\rPID", "20260329013000\rPID", StringComparison.Ordinal), false, 102, "impossible-date", "EVN-6" },
        { Adt("A03").Replace("V77^^^VISITID", "V77" + new string('|', 26) + "202605032561", StringComparison.Ordinal), false, 102, "impossible-date", "PV1-45" },
        { Lines(Msh("ADT^A31"), "EVN|A31|20260503", Pid, Pid), false, 100, "several-patients", "PID" },
        { Lines(Msh("RDE^O11"), Pid, Pv1, "ORC|NW|P1", "RXE||1^X", Pid, "ORC|NW|P2", "RXE||2^Y"), false, 100, "several-patients", "PID" },
        { "this is not HL7 at all", false, 100, "not-hl7", "MSH" },
        { Adt("A04") + "not a segment|\r", false, 100, "bad-segment", "segment 6" },
        { Lines(Msh("ADT^A04", extra: "||||||KLINGON"), Pid), false, 103, "unknown-character-set", "MSH-18" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Each_bad_message_has_its_answer(string message, bool rejected, int code, string name, string location)
    {
        var refusal = Refused(message);

        refusal.Rejected.ShouldBe(rejected);
        var problem = refusal.Problems.ShouldHaveSingleItem();
        (problem.Code, problem.Hl7ErrorCode, problem.Location).ShouldBe((name, code, location));
        problem.Text.ShouldNotContain("HARPER");
        problem.NextStep.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_test_message_is_taken_where_the_source_says_so() =>
        Events(Lines(Msh("ADT^A31", processing: "T"), "EVN|A31|20260503", Pid), Source(f => f.Replace("[\"P\"]", "[\"P\", \"T\"]", StringComparison.Ordinal))).Count.ShouldBe(1);

    [Fact]
    public void A_bad_date_elsewhere_is_a_note_and_no_refusal() =>
        One<Hub.Fhir.Events.PatientUpdated>(Adt("A31").Replace("|20260503174000||ADT", "|2026050399||ADT", StringComparison.Ordinal))
            .DataQuality.ShouldContain(n => n.Code == "impossible-date" && n.Field == "MSH-7");

    [Fact]
    public void An_undecodable_character_is_refused_and_never_replaced()
    {
        var read = Hl7v2MessageReader.Read(Encoding.Latin1.GetBytes(Adt("A31").Replace("MILL", "MÜLL", StringComparison.Ordinal)), [Source()], Received);

        read.Reading.ShouldBeOfType<Unreadable>().Refusal.Problems[0].Code.ShouldBe("undecodable-character");
    }

    [Fact]
    public void A_message_over_its_sources_limit_is_rejected() =>
        Refused(Adt("A31"), Source(f => f.Replace("1048576", "1024", StringComparison.Ordinal)) is var s ? s with { Settings = s.Settings with { MaxMessageBytes = 100 } } : null)
            .ShouldSatisfyAllConditions(
                r => r.Problems[0].Code.ShouldBe("too-long"),
                r => r.Problems[0].Hl7ErrorCode.ShouldBe(102),
                r => r.Rejected.ShouldBeFalse());

    [Fact]
    public void An_impossible_birth_date_is_left_out_and_noted_and_the_message_is_taken()
    {
        var admission = One<Hub.Fhir.Events.Admission>(Adt("A04").Replace("19920214", "19920230", StringComparison.Ordinal));

        admission.Patient.BirthDate.ShouldBeNull();
        admission.DataQuality.ShouldContain(n => n.Code == "birth-date-unreadable" && n.Field == "PID-7");
    }

    [Theory]
    [InlineData("3")]
    [InlineData("Y")]
    [InlineData("01")]
    public void A_location_flag_that_cannot_be_read_hides_the_person(string flag)
    {
        var admission = One<Hub.Fhir.Events.Admission>(Adt("A04", $"ZU8||||{flag}"));

        admission.Patient.LocationHiding.ShouldBe(Hub.Fhir.Events.LocationHiding.Local);
        admission.DataQuality.ShouldContain(n => n.Code == "location-hiding-unreadable" && n.Field == "ZU8-4");
    }

    [Fact]
    public void The_key_and_hash_know_a_resend_from_another_message()
    {
        var first = Read(Adt("A31")).Received;
        var resent = Read(Adt("A31").Replace("|20260503174000||ADT", "|20260504000100||ADT", StringComparison.Ordinal)).Received;
        var other = Read(Adt("A31").Replace("MILL", "MALL", StringComparison.Ordinal)).Received;

        first.MessageKey.ShouldBe("NORTHEPR|RXN|100");
        first.KeyDate.ShouldBe(new DateOnly(2026, 5, 3));
        first.Kind.ShouldBe("ADT^A31");
        first.SourceId.ShouldBe("northside-epr");
        resent.KeyDate.ShouldBe(new DateOnly(2026, 5, 4));
        resent.ContentHash.ToArray().ShouldBe(first.ContentHash.ToArray());
        other.ContentHash.ToArray().ShouldNotBe(first.ContentHash.ToArray());
    }

    [Property(MaxTest = 400)]
    public void No_mutation_of_a_valid_message_makes_the_reader_fail(int at, byte value, bool insert)
    {
        var bytes = Encoding.UTF8.GetBytes(Adt("A04", "NK1|1|A^B|SPO", "AL1|1|DA|X^Y", "DG1|1||F32^Z", "ZU8||2||1")).ToList();
        var position = (int)((uint)at % (uint)bytes.Count);
        if (insert)
        {
            bytes.Insert(position, value);
        }
        else
        {
            bytes[position] = value;
        }

        ShouldBeJudged(bytes.ToArray());
    }

    [Property(MaxTest = 200)]
    public void No_cut_of_a_valid_message_makes_the_reader_fail(ushort at)
    {
        var bytes = Encoding.UTF8.GetBytes(Lines(
            Msh("RDE^O11", version: "2.5.1"), Pid, Pv1, "ORC|NW|P1|F1", "RXE|^BD|1^X^DM+D|5||mg", "TQ1|1||Q8H", "RXR|PO", "OBX|1|ST|A^B||C"));

        ShouldBeJudged(bytes[..(at % bytes.Length)]);
    }

    [Theory]
    [InlineData("\"sendingFacility\": \"RXN\"", "\"sendingFacilty\": \"RXN\"", "settings")]
    [InlineData("PV1-3.1\": [\"NCRT\", \"NCRT2\"]", "PV1.3\": [\"NCRT\"]", "settings.rules[0].when")]
    [InlineData("\"ackOnConflict\": \"AA\"", "\"ackOnConflict\": \"AR\"", "settings.ackOnConflict")]
    [InlineData("\"mode\": \"respect\"", "\"mode\": \"guess\"", "settings.charset.mode")]
    [InlineData("1048576", "12", "settings.maxMessageBytes")]
    [InlineData("\"default\": \"SCMHT\"", "\"default\": \"NOWHERE\"", "settings.cmht.default")]
    public void A_wrong_setting_is_named_with_what_would_be_right(string right, string wrong, string field)
    {
        var problems = Hl7v2SourceSettingsReader.Check(File(f => f.Replace(right, wrong, StringComparison.Ordinal)));

        var problem = problems.ShouldHaveSingleItem();
        problem.Field.ShouldStartWith(field);
        problem.Expected.ShouldNotBeEmpty();
    }

    private static void ShouldBeJudged(byte[] bytes)
    {
        var read = Hl7v2MessageReader.Read(bytes, [Source()], Received);

        (read.Reading is EventsRead { Events.Count: > 0 } or SetAside or Unreadable { Refusal.Problems.Count: 1 }).ShouldBeTrue();
        read.Received.ContentHash.Length.ShouldBe(32);
        foreach (var written in read.Reading is EventsRead events ? events.Events : [])
        {
            Hub.Fhir.Events.CareEventJson.Write(written).ShouldNotBeEmpty();
        }
    }
}
