using System.Text;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Hl7v2;
using Hub.Adapters.Wire.Hl7v2;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Hl7v2;

public sealed class MdmDocumentTests
{
    private static readonly Guid MessageId = Guid.Parse("6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20");

    [Fact]
    public void The_segments_are_those_of_MDM_T02_in_their_order() =>
        Parse(Write()).Segments.Select(segment => segment.Name).ShouldBe(["MSH", "EVN", "PID", "PV1", "TXA", "OBX"]);

    [Fact]
    public void The_header_names_both_ends_the_derived_control_id_and_the_received_time()
    {
        var message = Parse(Write());

        message.Header[3].Text.ShouldBe("CRTHUB");
        message.Header[6].Text.ShouldBe("RXX");
        message.Header[7].Raw.ShouldBe("20260515174103+0000");
        message.Header[9].Raw.ShouldBe("MDM^T02^MDM_T02");
        message.Header[10].Raw.ShouldBe("6f1c2f7e52a35d119a43");
        message.Header[11].Raw.ShouldBe("P");
        message.Header[12].Raw.ShouldBe("2.4");
        message.Header[15].IsEmpty.ShouldBeTrue();
        message.Header[18].Raw.ShouldBe("UNICODE UTF-8");
    }

    [Fact]
    public void The_patient_is_written_with_every_delimiter_escaped()
    {
        var pid = Parse(Write()).First("PID")!;

        pid[3].Repetitions[0].Component(1).ShouldBe("9912003888");
        pid[3].Repetitions[0].Component(4).ShouldBe("NHS");
        pid[3].Repetitions[1].Component(1).ShouldBe("L|77");
        pid[3].Repetitions[1].Component(4, 2).ShouldBe("https://rxx.example/mrn");
        pid[5][1].ShouldBe("O^Brien|Zöe");
        pid[5][2].ShouldBe("Ama");
        pid[7].Raw.ShouldBe("19920304");
        pid[8].Raw.ShouldBe("F");
        pid[11][1].ShouldBe("1 Test & Try Street");
        pid[11][5].ShouldBe("ZZ99 3AA");
        pid[32].Raw.ShouldBe("NSTS01");
    }

    [Fact]
    public void The_document_has_its_own_derived_number_and_status()
    {
        var message = Parse(Write());
        var txa = message.First("TXA")!;

        txa[2].Raw.ShouldBe("DS");
        txa[12].Text.ShouldBe("a1b2c3d4-0000-5000-8000-00000000beef");
        txa[17].Raw.ShouldBe("AU");
        txa[19].Raw.ShouldBe("AV");
        message.First("PV1")![19].Text.ShouldBe("V-20260501-7");
        message.First("PV1")![2].Raw.ShouldBe("O");
    }

    [Fact]
    public void The_words_of_every_section_arrive_line_by_line()
    {
        var obx = Parse(Write()).First("OBX")!;

        obx[2].Raw.ShouldBe("FT");
        obx[3][1].ShouldBe("373942005");
        obx[5].WholeText.ShouldBe(
            """
            ACTION 2 / INFO, CRT discharge

            MEDICINES
            Medicine | Now
            sertraline | 100 mg & review | weekly

            Zopiclone 7.5 mg: \stopped\ ^ 2 ~ 3

            ALLERGIES
            - Allergies not sent
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_partner_may_take_the_narrative_as_a_page()
    {
        var obx = Parse(Write(("documentForm", "html"))).First("OBX")!;

        obx[2].Raw.ShouldBe("ED");
        obx[5][3].ShouldBe("HTML");
        obx[5][4].ShouldBe("Base64");
        var page = Encoding.UTF8.GetString(Convert.FromBase64String(obx[5][5]!));
        page.ShouldContain("<td>sertraline</td>");
        page.ShouldContain("<h2>Allergies</h2>");
    }

    [Fact]
    public void What_an_old_character_set_lacks_stays_visible()
    {
        var body = SampleBundle.Bytes(patient: SampleBundle.Patient.Replace("Zöe", "Zöe ≥ Žofie", StringComparison.Ordinal));

        var message = Parse(Write(body, ("charset", "8859/1")));

        message.Header[18].Raw.ShouldBe("8859/1");
        message.First("PID")![5][1].ShouldBe("O^Brien|Zöe >= [U+017D]ofie");
    }

    [Fact]
    public void A_section_that_says_the_same_words_under_another_heading_is_still_said()
    {
        const string sections = """
            { "title": "Risks", "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>None recorded</p></div>" } },
            { "title": "Allergies", "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>None recorded</p></div>" } }
            """;

        var text = Parse(Write(SampleBundle.Bytes(sections))).First("OBX")![5].WholeText!;

        text.ShouldContain("RISKS\nNone recorded");
        text.ShouldContain("ALLERGIES\nNone recorded");
    }

    [Fact]
    public void A_long_narrative_is_cut_into_several_observations_and_nothing_is_lost()
    {
        var rows = string.Concat(Enumerable.Range(0, 4000).Select(n => $"<p>line {n} of a very long story</p>"));
        var section = $$"""{ "title": "Story", "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">{{rows}}</div>" } }""";

        var parts = Parse(Write(SampleBundle.Bytes(section))).All("OBX").ToList();

        parts.Count.ShouldBeGreaterThan(1);
        parts.ShouldAllBe(part => part[5].Raw.Length <= 65_536);
        var text = string.Join('\n', parts.Select(part => part[5].WholeText));
        Enumerable.Range(0, 4000).ShouldAllBe(n => text.Contains($"line {n} of"));
    }

    [Fact]
    public void Enhanced_mode_asks_for_the_acknowledgements_it_will_wait_for()
    {
        Parse(Write(("enhanced", true))).Header[16].Raw.ShouldBe("AL");
        var commitOnly = Parse(Write(("enhanced", true), ("acceptCommit", "delivered"))).Header;
        commitOnly[15].Raw.ShouldBe("AL");
        commitOnly[16].Raw.ShouldBe("NE");
    }

    [Fact]
    public void A_body_that_is_no_message_is_refused_without_its_content()
    {
        var thrown = Should.Throw<InvalidDataException>(() => Write("""{"resourceType":"Patient","id":"9912003888"}"""u8.ToArray()));

        thrown.ToString().ShouldNotContain("9912003888");
    }

    private static byte[] Write(params (string Name, object Value)[] settings) => Write(SampleBundle.Bytes(), settings);

    private static byte[] Write(byte[] body, params (string Name, object Value)[] settings)
    {
        var all = new Dictionary<string, object>
        {
            ["host"] = "127.0.0.1",
            ["port"] = 2576,
            ["sendingFacility"] = "RXX",
            ["receivingApplication"] = "WARD",
            ["receivingFacility"] = "RXX",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var file = new PartnerFile
        {
            Id = "ward",
            Name = "Ward",
            Role = PartnerRole.Recipient,
            Protocol = "hl7v2-mllp",
            Settings = JsonSerializer.SerializeToElement(all),
        };
        var draft = new MessageDraft
        {
            Body = body,
            MessageId = MessageId,
            Partner = file,
            ReceivedAt = new DateTimeOffset(2026, 5, 15, 18, 41, 3, TimeSpan.FromHours(1)),
        };
        return OutgoingMessage.Write(draft, Hl7v2MllpSettings.Read(file).Settings!);
    }

    private static Hl7Message Parse(byte[] bytes)
    {
        Hl7Message.TryParse(bytes, Hl7CharsetRule.Default, out var message, out var fault).ShouldBeTrue(fault?.Text);
        return message!;
    }
}
