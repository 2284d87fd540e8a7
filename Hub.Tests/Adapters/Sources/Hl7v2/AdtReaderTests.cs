using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;
using Shouldly;
using Xunit;
using static Hub.Tests.Adapters.Sources.Hl7v2.NorthsideSource;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

public sealed class AdtReaderTests
{
    [Fact]
    public void A04_for_the_crisis_team_begins_an_episode_of_it()
    {
        var admission = One<Admission>(Adt("A04",
            "PV2|||OD^Overdose",
            "NK1|1|HARPER^JOE|SPO|4 MILL LANE^^NORTHSIDE|07700900111",
            "NK1|2|HARPER^MAY|MTH||01632960777||CR",
            "AL1|1|DA|PEN^Penicillin||Rash",
            "DG1|1||F32^Depressive episode^I10",
            "ZU5||2^Informal"));

        admission.Kind.ShouldBe(EpisodeKind.Crt);
        admission.Team.Name.ShouldBe("Northside Crisis Resolution Team");
        admission.Cmht!.LocalCode.ShouldBe("SCMHT");
        admission.Reason.ShouldBe("Overdose");
        admission.Episode.ShouldBe(new EpisodeKey(OdsCode.Parse("RXN"), "V77"));
        admission.OccurredAt.SourceText.ShouldBe("20260503174000");
        admission.OccurredAt.ZoneAssumed.ShouldBeTrue();
        admission.OccurredAt.Instant.ShouldBe(new DateTimeOffset(2026, 5, 3, 16, 40, 0, TimeSpan.Zero));
        admission.RecordedBy!.Name.ShouldBe("NELL NURSE");
        admission.LegalStatus!.Text.ShouldBe("Informal");
        admission.Allergies.Items[0].Substance.Text.ShouldBe("Penicillin");
        admission.Diagnoses[0].Condition.Code.ShouldBe("F32");
        admission.Medicines.ShouldBeNull();
        admission.Carers.Select(c => (c.IsCarer, c.IsNextOfKin)).ShouldBe([(false, true), (true, false)]);

        var patient = admission.Patient;
        patient.NhsNumber!.Value.ShouldBe("9912003888");
        patient.NhsNumberStatus.ShouldBe(NhsNumberStatus.Verified);
        patient.LocalIds.ShouldBe([new LocalIdentifier("NEPR", "L100")]);
        patient.Name!.Display().ShouldBe("MS AMA J HARPER");
        patient.BirthDate!.Precision.ShouldBe(TimePrecision.Day);
        patient.GpPractice!.Value.ShouldBe("A81001");
        patient.Gp!.RegisterId.ShouldBe(new LocalIdentifier("GMP", "G1234567"));
        patient.Contacts.ShouldHaveSingleItem().Value.ShouldBe("01632960555");
        patient.LocationHiding.ShouldBeNull();
    }

    [Fact]
    public void A01_on_a_ward_is_a_ward_admission_and_no_allergy_segment_is_not_no_allergy()
    {
        var admission = One<Admission>(Adt("A01").Replace("|O|NCRT^", "|I|WILLOW^", StringComparison.Ordinal));

        admission.Kind.ShouldBe(EpisodeKind.Ward);
        admission.Ward!.Name.ShouldBe("Willow Ward");
        admission.Allergies.Status.ShouldBe(AllergyStatus.NotSent);
    }

    [Fact]
    public void What_no_rule_claims_is_set_aside_with_its_person()
    {
        var read = Read(Adt("A01").Replace("NCRT^^^RXN01", "PHYSIO", StringComparison.Ordinal).Replace("|725|", "|110|", StringComparison.Ordinal));

        read.Reading.ShouldBeOfType<SetAside>();
        read.Received.SetAsideBecause.ShouldNotBeNull();
        read.Received.Subject!.NhsNumber!.Value.ShouldBe("9912003888");
    }

    [Fact]
    public void A_missed_attendance_is_never_an_admission() =>
        One<ContactMissed>(Adt("A04", "ZU3|||3")).Outcome.ShouldBe("did-not-attend");

    [Fact]
    public void A02_from_ward_to_crisis_team_says_so()
    {
        var transfer = One<Transfer>(Adt("A02").Replace("NCRT^^^RXN01||||", "NCRT^^^RXN01|||WILLOW|", StringComparison.Ordinal));

        transfer.From!.Name.ShouldBe("Willow Ward");
        transfer.To.LocalCode.ShouldBe("NCRT");
        transfer.Direction.ShouldBe(TransferDirection.WardToCrt);
    }

    [Fact]
    public void A03_is_a_discharge_with_method_and_destination_and_without_medicines()
    {
        var pv1 = Pv1 + "|||||||||||||||||1|19||||||202605010900|202605031740";
        var discharge = One<Discharge>(Adt("A03").Replace(Pv1, pv1, StringComparison.Ordinal));

        discharge.Method.ShouldBe("1");
        discharge.Destination.ShouldBe("19");
        discharge.Medicines.ShouldBeNull();
        discharge.Allergies.Status.ShouldBe(AllergyStatus.NotSent);
        discharge.DestinationTeams.ShouldHaveSingleItem().LocalCode.ShouldBe("SCMHT");
        discharge.DataQuality.ShouldBeEmpty();
    }

    [Fact]
    public void A_destination_in_the_place_of_the_method_is_taken_with_a_note()
    {
        var discharge = One<Discharge>(Adt("A03").Replace(Pv1, Pv1 + "|||||||||||||||||19", StringComparison.Ordinal));

        discharge.Method.ShouldBeNull();
        discharge.Destination.ShouldBe("19");
        discharge.DataQuality.ShouldContain(n => n.Code == "destination-in-pv1-36");
    }

    [Theory]
    [InlineData("A08", typeof(EpisodeUpdated))]
    [InlineData("A11", typeof(AdmissionCancelled))]
    [InlineData("A12", typeof(TransferCancelled))]
    [InlineData("A13", typeof(DischargeCancelled))]
    [InlineData("A21", typeof(Leave))]
    [InlineData("A22", typeof(Leave))]
    [InlineData("A28", typeof(PatientUpdated))]
    [InlineData("A31", typeof(PatientUpdated))]
    public void Each_trigger_is_its_event(string trigger, Type type)
    {
        var read = Events(Adt(trigger)).ShouldHaveSingleItem();

        read.ShouldBeOfType(type);
        (read as EpisodeEvent)?.Episode.LocalId.ShouldBe("V77");
        (read as Leave)?.Returned.ShouldBe(trigger == "A22");
        read.SourceMessageId.Value.ShouldBe("NORTHEPR|RXN|100");
    }

    [Fact]
    public void A40_with_two_pairs_is_two_merges_each_with_its_own_id()
    {
        var merges = Events(Lines(
            Msh("ADT^A40"), "EVN|A40|202605031745", Pid, "MRG|L200^^^NEPR", Pid.Replace("9912003888", "9912003071", StringComparison.Ordinal), "MRG|L300^^^NEPR"));

        merges.Cast<PatientMerged>().Select(m => m.Retired.LocalIds[0].Value).ShouldBe(["L200", "L300"]);
        merges.Select(m => m.Patient.NhsNumber!.Value).ShouldBe(["9912003888", "9912003071"]);
        merges.Select(m => m.SourceMessageId.Value).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void A40_that_does_not_name_the_old_record_is_refused()
    {
        var refusal = Refused(Lines(Msh("ADT^A40"), "EVN|A40|202605031745", Pid));

        refusal.Rejected.ShouldBeFalse();
        refusal.Problems[0].Location.ShouldBe("MRG-1");
    }

    [Theory]
    [InlineData("A24", PatientLinkKind.Linked)]
    [InlineData("A47", PatientLinkKind.IdentifierChanged)]
    public void A_link_of_identities_is_reported_for_a_person_to_decide(string trigger, PatientLinkKind kind)
    {
        string[] second = trigger == "A24" ? [Pid.Replace("L100", "L200", StringComparison.Ordinal)] : ["MRG|L200^^^NEPR"];
        var link = One<PatientLinkReported>(Lines([Msh($"ADT^{trigger}"), $"EVN|{trigger}|202605031745", Pid, .. second]));

        link.Kind.ShouldBe(kind);
        link.Other.LocalIds[0].Value.ShouldBe("L200");
    }

    [Fact]
    public void A37_undoes_a_merge_between_its_two_persons() =>
        One<PatientUnmerged>(Lines(Msh("ADT^A37"), "EVN|A37|202605031745", Pid, Pid.Replace("L100", "L200", StringComparison.Ordinal)))
            .Separated.LocalIds[0].Value.ShouldBe("L200");

    [Fact]
    public void MSH_9_decides_where_EVN_1_disagrees_and_that_is_noted() =>
        One<Discharge>(Adt("A03").Replace("EVN|A03", "EVN|A01", StringComparison.Ordinal)).DataQuality.ShouldContain(n => n.Code == "event-type-differs");

    [Fact]
    public void A_death_travels_beside_its_event_and_its_removal_too()
    {
        var dead = Pid.Replace("|||||||||||||||||NSTS01", "||||||||||||||20260502|Y||NSTS01", StringComparison.Ordinal);
        var events = Events(Adt("A31").Replace(Pid, dead, StringComparison.Ordinal));
        events[1].ShouldBeOfType<DeathReported>().DiedAt!.Precision.ShouldBe(TimePrecision.Day);

        var undone = Pid.Replace("|||||||||||||||||NSTS01", "||||||||||||||\"\"|\"\"||NSTS01", StringComparison.Ordinal);
        Events(Adt("A31").Replace(Pid, undone, StringComparison.Ordinal))[1].ShouldBeOfType<DeathWithdrawn>();
    }

    [Fact]
    public void A_deleted_value_is_told_apart_from_one_left_alone()
    {
        var patient = One<PatientUpdated>(Adt("A31").Replace("4 MILL LANE^^NORTHSIDE^^NS1 1AA", "\"\"", StringComparison.Ordinal)).Patient;

        patient.Address.ShouldBeNull();
        patient.Cleared.ShouldBe(["address"]);
    }

    [Theory]
    [InlineData("0", LocationHiding.None)]
    [InlineData("1", LocationHiding.Local)]
    [InlineData("2", LocationHiding.National)]
    public void ZU8_4_says_whether_the_persons_places_are_hidden(string sent, LocationHiding hiding) =>
        One<PatientUpdated>(Adt("A31", $"ZU8||1||{sent}")).Patient.LocationHiding.ShouldBe(hiding);

    [Fact]
    public void An_unreadable_hiding_flag_hides_and_is_an_urgent_note()
    {
        var read = One<PatientUpdated>(Adt("A31", "ZU8|Z|1||No"));

        read.Patient.LocationHiding.ShouldBe(LocationHiding.Local);
        read.DataQuality.ShouldContain(n => n.Code == "location-hiding-unreadable" && n.Text.StartsWith("URGENT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("9912003887^^^NHS", "9912003887", NhsNumberStatus.Conflict, "nhs-number-invalid")]
    [InlineData("", null, null, "nhs-number-missing")]
    public void A_wrong_or_missing_NHS_number_is_accepted_as_unverified(string sent, string? kept, NhsNumberStatus? status, string note)
    {
        var read = One<Admission>(Adt("A04").Replace("9912003888^^^NHS", sent, StringComparison.Ordinal));

        read.Patient.NhsNumber.ShouldBeNull();
        read.Patient.RejectedNhsNumber.ShouldBe(kept);
        read.Patient.NhsNumberStatus.ShouldBe(status);
        read.DataQuality.ShouldContain(n => n.Code == note);
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("7", 7L)]
    [InlineData("x", null)]
    public void A_sequence_number_that_never_counts_orders_nothing(string sent, long? sequence) =>
        One<PatientUpdated>(Adt("A31").Replace("|P|2.4", $"|P|2.4|{sent}", StringComparison.Ordinal)).Sequence.ShouldBe(sequence);

    [Fact]
    public void Without_a_visit_number_the_episode_is_the_persons_and_shows_no_number()
    {
        var read = One<Admission>(Adt("A04").Replace("V77^^^VISITID", "", StringComparison.Ordinal));

        read.Episode.LocalId.ShouldStartWith("person-");
        read.Episode.LocalId.ShouldNotContain("L100");
        read.DataQuality.ShouldContain(n => n.Code == "visit-number-missing");
    }

    [Fact]
    public void A_wall_time_that_happened_twice_is_flagged() =>
        One<PatientUpdated>(Adt("A31").Replace("20260503174000\rPID", "20261025013000\rPID", StringComparison.Ordinal))
            .DataQuality.ShouldContain(n => n.Code == "ambiguous-time" && n.Field == "EVN-6");
}
