using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Hl7v2;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Hl7v2;

/// <summary>Clinical rule 8: a message that makes the reader's system act leaves only where it is on record who agreed.</summary>
public sealed class AgreedMessagesTests
{
    private const string Discharge = "j1-friday-gp-only.gp";
    private const string TwoDoseChanges = "j5-third-change.gp";
    private const string LateStop = "j5-late-stop.gp";

    [Theory]
    [InlineData(Discharge)]
    [InlineData(TwoDoseChanges)]
    public void Without_an_agreement_everything_leaves_as_a_document(string example) => Type(Write(example)).ShouldBe("MDM^T02^MDM_T02");

    [Fact]
    public void An_agreement_about_one_kind_says_nothing_about_the_other()
    {
        Type(Write(TwoDoseChanges, "adt")).ShouldBe("MDM^T02^MDM_T02");
        Type(Write(Discharge, "rde")).ShouldBe("MDM^T02^MDM_T02");
    }

    [Fact]
    public void A_discharge_leaves_as_A03_with_its_times_and_with_every_word_of_the_page()
    {
        var adt = Write(Discharge, "adt");

        adt.Segments.Select(s => s.Name).Distinct().ShouldBe(["MSH", "EVN", "PID", "PV1", "OBX"]);
        Type(adt).ShouldBe("ADT^A03^ADT_A03");
        adt.First("EVN")![1].Raw.ShouldBe("A03");
        adt.First("EVN")![6].Raw.ShouldBe("20260501174000+0100");
        adt.First("PV1")![2].Raw.ShouldBe("O");
        adt.First("PV1")![44].Raw.ShouldBe("20260420140000+0100");
        adt.First("PV1")![45].Raw.ShouldBe("20260501174000+0100");
        Page(adt).ShouldBe(Page(Write(Discharge)));
    }

    [Theory]
    [InlineData("admission", "HH", "ADT^A04^ADT_A01")]
    [InlineData("admission", "IMP", "ADT^A01^ADT_A01")]
    [InlineData("admission-cancelled", "HH", "ADT^A11^ADT_A09")]
    [InlineData("discharge-cancelled", "HH", "ADT^A13^ADT_A01")]
    [InlineData("transfer", "IMP", "ADT^A02^ADT_A02")]
    [InlineData("transfer-cancelled", "IMP", "ADT^A12^ADT_A12")]
    [InlineData("patient-updated", "HH", "ADT^A08^ADT_A01")]
    [InlineData("discharge-planned", "HH", "MDM^T02^MDM_T02")]
    [InlineData("patient-merged", "HH", "MDM^T02^MDM_T02")]
    [InlineData("death-reported", "HH", "MDM^T02^MDM_T02")]
    public void Home_treatment_is_no_stay_and_what_ADT_has_no_word_for_stays_a_document(string kind, string encounterClass, string type) =>
        Type(Write(Body(Discharge, kind, encounterClass), "adt")).ShouldBe(type);

    [Fact]
    public void Each_dose_change_is_an_order_group_of_its_own_with_its_reason_and_only_the_last_is_coded()
    {
        var rde = Write(TwoDoseChanges, "rde");

        rde.Segments.Select(s => s.Name).ShouldBe(["MSH", "PID", "PV1", "ORC", "RXE", "NTE", "RXR", "ORC", "RXE", "NTE", "RXR", "OBX"]);
        Type(rde).ShouldBe("RDE^O11^RDE_O11");
        rde.All("ORC").Select(o => (o[1].Raw, o[2][1], o[5].Raw, o[16][2])).ShouldBe([("XX", "O", "IP", "voices no better"), ("XX", "O", "IP", "too drowsy")]);
        rde.All("RXE").Select(r => (r[1][9], r[2][2])).ShouldBe([("10 mg at night", "Olanzapine"), ("5 mg at night", "Olanzapine")]);
        rde.All("RXE").Select(r => r[7][2]).ShouldBe([null, "5 mg at night"]);
        rde.All("NTE").First()[3].Text!.ShouldContain("Before: 5 mg at night. Now: 10 mg at night.");
        rde.First("RXR")![1][2].ShouldBe("Not stated");
        Page(rde).ShouldBe(Page(Write(TwoDoseChanges)));
    }

    [Fact]
    public void A_stop_is_told_as_done_and_carries_no_dose_to_give()
    {
        var rde = Write(LateStop, "rde");

        rde.First("ORC")![1].Raw.ShouldBe("OD", "discontinued, told unsolicited; DC would be an order to discontinue");
        rde.First("ORC")![5].Raw.ShouldBe("DC");
        rde.First("RXE")![1].IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void One_change_without_a_word_in_HL7_makes_the_whole_a_document_so_that_half_is_not_read_as_all()
    {
        var body = Body(TwoDoseChanges);
        var first = body["entry"]!.AsArray().SelectMany(e => e!["resource"]!["extension"]?.AsArray().ToList() ?? []).First(e => e!["url"]!.GetValue<string>().EndsWith("medication-change", StringComparison.Ordinal));
        first!["extension"]!.AsArray().First(e => e!["url"]!.GetValue<string>() == "status")!["valueCodeableConcept"]!["coding"]![0]!["code"] = "not-understood";

        Type(Write(body, "rde")).ShouldBe("MDM^T02^MDM_T02");
    }

    [Theory]
    [InlineData("""{ "adt": { "by": "Ward manager" } }""", "/settings/agreed/adt/because", "/settings/agreed/adt/on")]
    [InlineData("""{ "adt": { "by": "Ward manager", "on": "1 May", "because": "bed board" } }""", "/settings/agreed/adt/on")]
    [InlineData("""{ "rde": true }""", "/settings/agreed/rde")]
    [InlineData("""{ "orm": { } }""", "/settings/agreed/orm")]
    public void An_agreement_says_who_when_and_why(string agreed, params string[] wrong)
    {
        var problems = Hl7v2MllpSettings.Read(File(JsonDocument.Parse(agreed).RootElement)).Problems.Select(p => p.Field).ToList();

        wrong.ShouldAllBe(path => problems.Contains(path));
    }

    private static string Type(Hl7Message message) => message.Header[9].Raw;

    private static string Page(Hl7Message message) => string.Join('\n', message.All("OBX").Select(o => o[5].WholeText));

    private static JsonNode Body(string example, string? kind = null, string? encounterClass = null)
    {
        var body = JsonNode.Parse(System.IO.File.ReadAllBytes(Repository.PathOf("profiles", "examples", "journeys", example + ".json")))!;
        var resources = body["entry"]!.AsArray().Select(e => e!["resource"]!).ToList();
        if (kind is not null)
        {
            resources.First(r => r["resourceType"]!.GetValue<string>() == "MessageHeader")["eventCoding"]!["code"] = kind;
        }

        if (encounterClass is not null)
        {
            resources.First(r => r["resourceType"]!.GetValue<string>() == "Encounter")["class"]!["code"] = encounterClass;
        }

        return body;
    }

    private static Hl7Message Write(string example, params string[] agreed) => Write(Body(example), agreed);

    private static Hl7Message Write(JsonNode body, params string[] agreed)
    {
        var file = File(JsonSerializer.SerializeToElement(agreed.ToDictionary(a => a, _ => new { by = "Ward manager, to be named", on = "2026-05-01", because = "invented example" })));
        var draft = new MessageDraft
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(body), MessageId = Guid.Parse("6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20"), Partner = file,
            ReceivedAt = new DateTimeOffset(2026, 5, 15, 18, 41, 3, TimeSpan.FromHours(1)),
        };
        Hl7Message.TryParse(OutgoingMessage.Write(draft, Hl7v2MllpSettings.Read(file).Settings!), Hl7CharsetRule.Default, out var message, out var fault).ShouldBeTrue(fault?.Text);
        return message!;
    }

    private static PartnerFile File(JsonElement agreed) => new()
    {
        Id = "ward", Name = "Ward", Role = PartnerRole.Recipient, Protocol = "hl7v2-mllp",
        Settings = JsonSerializer.SerializeToElement(new Dictionary<string, object>
        {
            ["host"] = "127.0.0.1", ["port"] = 2576, ["sendingFacility"] = "RX1", ["receivingApplication"] = "WARD", ["receivingFacility"] = "RX1", ["agreed"] = agreed,
        }),
    };
}
