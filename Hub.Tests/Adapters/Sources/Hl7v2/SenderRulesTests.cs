using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

/// <summary>What one sender means by its triggers, where it writes its facts, and what its Z-segments say.</summary>
public sealed class SenderRulesTests
{
    private static Hl7v2Source With(string settings) => NorthsideSource.Source(text => text.Replace("\"ackOnConflict\"", settings + ",\n    \"ackOnConflict\"", StringComparison.Ordinal));

    [Fact]
    public void A_trigger_means_what_the_file_says_where_its_conditions_hold()
    {
        var source = With("""
            "events": [
              { "trigger": "ADT^A05", "means": "ADT^A04", "when": { "ZRF-1": ["ACCEPTED"] } },
              { "trigger": "ADT^A08", "means": "ADT^A03", "when": { "PV1-36": ["1"] } },
              { "trigger": "ADT^A05", "means": "ignore" }
            ]
            """);

        NorthsideSource.One<Admission>(NorthsideSource.Adt("A05", "ZRF|ACCEPTED"), source).Kind.ShouldBe(EpisodeKind.Crt);
        NorthsideSource.Read(NorthsideSource.Adt("A05", "ZRF|DECLINED"), source).Reading.ShouldBeOfType<SetAside>().Because.ShouldContain("the source's file");
        NorthsideSource.One<EpisodeUpdated>(NorthsideSource.Adt("A08"), source);
        NorthsideSource.One<Discharge>(NorthsideSource.Adt("A08").Replace("V77^^^VISITID", "V77^^^VISITID|||||||||||||||||1|19", StringComparison.Ordinal), source).Destination.ShouldBe("19");
        NorthsideSource.Refused(NorthsideSource.Adt("A05")).Problems[0].Code.ShouldNotBeEmpty(); // without rules the trigger is none that is read
    }

    [Fact]
    public void A_fact_comes_from_the_named_field_then_from_HL7s_own_then_from_the_default()
    {
        var source = With("""
            "fields": { "episode": { "field": "ZEP-1" }, "reason": { "field": "ZEP-2", "default": "not said" }, "admissionMethod": { "default": "28" } }
            """);

        var named = NorthsideSource.One<Admission>(NorthsideSource.Adt("A04", "PV2|||Low mood", "ZEP|EP9|Self-harm"), source);
        (named.Episode.LocalId, named.Reason, named.AdmissionMethod).ShouldBe(("EP9", "Self-harm", "28"));

        var usual = NorthsideSource.One<Admission>(NorthsideSource.Adt("A04", "PV2|||Low mood"), source);
        (usual.Episode.LocalId, usual.Reason).ShouldBe(("V77", "Low mood"));

        NorthsideSource.One<Admission>(NorthsideSource.Adt("A04"), source).Reason.ShouldBe("not said");
    }

    [Fact]
    public void A_senders_own_segment_is_told_in_words_and_as_privately_as_the_file_says()
    {
        var source = With("""
            "remarks": [
              { "field": "ZHM-1", "words": "Access to the home" },
              { "field": "ZHM[2]-1", "words": "Told by the neighbour", "privacy": "third-party" },
              { "field": "ZHM-3", "words": "Never sent" }
            ]
            """);

        var remarks = NorthsideSource.One<Admission>(NorthsideSource.Adt("A04", "ZHM|Key with warden", "ZHM|Shouting heard"), source).Remarks;

        remarks.Select(r => (r.Text, r.Privacy)).ShouldBe(
            [("Access to the home: Key with warden", RemarkPrivacy.Shareable), ("Told by the neighbour: Shouting heard", RemarkPrivacy.ThirdParty)]);
    }

    [Fact]
    public void A_rule_reads_the_route_of_its_own_order_and_of_no_other()
    {
        var source = With("""
            "events": [{ "trigger": "RDE^O11", "means": "ignore", "when": { "RXE[2].RXR[1]-1": ["IV"] } }]
            """);
        string Orders(string first, string second) => NorthsideSource.Lines(
            NorthsideSource.Msh("RDE^O11"), NorthsideSource.Pid, NorthsideSource.Pv1,
            "ORC|NW|1^NEPR", "RXE||A^Medicine A|1||mg", $"RXR|{first}", "ORC|NW|2^NEPR", "RXE||B^Medicine B|1||mg", $"RXR|{second}");

        NorthsideSource.Read(Orders("PO", "IV"), source).Reading.ShouldBeOfType<SetAside>();
        NorthsideSource.Read(Orders("IV", "PO"), source).Reading.ShouldBeOfType<EventsRead>();
    }

    [Fact]
    public void A_code_means_what_the_senders_row_says_then_the_table_and_one_in_neither_keeps_its_text_and_is_noted()
    {
        var source = With("""
            "conceptMaps": { "v2uk-0007-to-admission-method": { "EMER": "21", "13": "11" } }
            """);
        Admission Admitted(string code) => NorthsideSource.One<Admission>(NorthsideSource.Adt("A04").Replace("PV1|1|O|NCRT^^^RXN01|", $"PV1|1|O|NCRT^^^RXN01|{code}", StringComparison.Ordinal), source);

        (Admitted("EMER").AdmissionMethod, Admitted("13").AdmissionMethod, Admitted("22").AdmissionMethod).ShouldBe(("21", "11", "22"));
        Admitted("22").DataQuality.ShouldNotContain(n => n.Code == "unmapped-code");
        var unknown = Admitted("ODD");
        unknown.AdmissionMethod.ShouldBe("ODD");
        unknown.DataQuality.ShouldContain(n => n.Code == "unmapped-code" && n.Field == "PV1-4");
    }

    [Theory]
    [InlineData("\"conceptMaps\": { \"no-table\": { } }", "settings.conceptMaps.no-table")]
    [InlineData("\"conceptMaps\": { \"v2uk-0007-to-admission-method\": { \"X\": \"ODD\" } }", "settings.conceptMaps.v2uk-0007-to-admission-method.X")]
    [InlineData("\"events\": [{ \"trigger\": \"A05\", \"means\": \"ADT^A04\" }]", "settings.events[0].trigger")]
    [InlineData("\"events\": [{ \"trigger\": \"ADT^A05\", \"means\": \"ADT^A99\" }]", "settings.events[0].means")]
    [InlineData("\"events\": [{ \"trigger\": \"ADT^A05\", \"means\": \"ignore\", \"when\": { \"ZRF1\": [\"X\"] } }]", "settings.events[0].when")]
    [InlineData("\"fields\": { \"reason\": { \"field\": \"ZEP2\" } }", "settings.fields.reason.field")]
    [InlineData("\"fields\": { \"reason\": { } }", "settings.fields.reason")]
    [InlineData("\"fields\": { \"episode\": { \"default\": \"1\" } }", "settings.fields.episode.default")]
    [InlineData("\"remarks\": [{ \"field\": \"ZHM\", \"words\": \"x\" }]", "settings.remarks[0].field")]
    [InlineData("\"remarks\": [{ \"field\": \"ZHM-1\", \"words\": \" \" }]", "settings.remarks[0].words")]
    public void A_wrong_rule_is_named_by_its_place(string settings, string field)
    {
        var file = NorthsideSource.File(text => text.Replace("\"ackOnConflict\"", settings + ",\n    \"ackOnConflict\"", StringComparison.Ordinal));

        Hl7v2SourceSettingsReader.Read(file).Problems.ShouldHaveSingleItem().Field.ShouldBe(field);
    }
}
