using System.Text;
using FsCheck.Xunit;
using Hub.Adapters.Wire.Hl7v2;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Wire.Hl7v2;

public sealed class Hl7MessageTests
{
    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Segments_may_end_in_any_line_end(string end)
    {
        var message = Parse(string.Join(end, "MSH|^~\\&|A|B", "PID|1||77^^^X~88^^^Y&Z", "") + end);

        message.Segments.Select(s => s.Name).ShouldBe(["MSH", "PID"]);
        message.Field("PID", 3).Repetitions[1].Component(4, 2).ShouldBe("Z");
    }

    [Fact]
    public void Delimiters_are_those_the_message_declares()
    {
        var message = Parse("MSH#*@!$#APP#FAC\rPID#1##77*a@88*b$c");

        message.Header[3].Text.ShouldBe("APP");
        message.Header[2].Text.ShouldBe("*@!$");
        message.Field("PID", 3).Repetitions[1].Component(2, 2).ShouldBe("c");
    }

    [Theory]
    [InlineData("MSH|^^\\&|A")]
    [InlineData("MSH|^|A")]
    [InlineData("MSHA^~\\&|A")]
    [InlineData("PID|1")]
    [InlineData("")]
    [InlineData("MSH")]
    public void What_does_not_declare_its_delimiters_is_not_HL7(string text)
    {
        Hl7Message.TryParse(Encoding.ASCII.GetBytes(text), Hl7CharsetRule.Default, out _, out var fault).ShouldBeFalse();
        fault!.Code.ShouldBe("not-hl7");
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("\r\n")]
    public void A_mark_or_an_empty_line_before_MSH_is_passed_over(string before) =>
        Parse(before + "MSH|^~\\&|A\rPID|1").Header[3].Text.ShouldBe("A");

    [Fact]
    public void Two_double_quotes_are_a_deletion_and_nothing_is_no_change()
    {
        var pid = Parse("MSH|^~\\&|A\rPID|\"\"||x^\"\"^").First("PID")!;

        pid[1].IsDeleted.ShouldBeTrue();
        pid[1].Text.ShouldBeNull();
        pid[2].IsEmpty.ShouldBeTrue();
        pid[2].IsDeleted.ShouldBeFalse();
        pid[3].First.IsComponentDeleted(2).ShouldBeTrue();
        pid[3].First.IsComponentDeleted(3).ShouldBeFalse();
        pid[99].IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f")]
    [InlineData("one\\.br\\two", "one\ntwo")]
    [InlineData("one\\.sp2\\two", "one\n\ntwo")]
    [InlineData("\\X41C3A9\\", "Aé")]
    [InlineData("\\H\\loud\\N\\", "loud")]
    [InlineData("\\Z9\\ and \\XZZ\\ and \\X4\\", "\\Z9\\ and \\XZZ\\ and \\X4\\")]
    [InlineData("C:\\dir", "C:\\dir")]
    [InlineData("\\", "\\")]
    [InlineData("\\\\", "\\\\")]
    [InlineData("\\XFF\\", "\\XFF\\")]
    public void Escapes_are_decoded_and_unknown_ones_stay_as_written(string raw, string meaning) =>
        Hl7Escapes.Decode(raw, Hl7Delimiters.Usual, Hl7Charset.Utf8).ShouldBe(meaning);

    [Property]
    public void Escapes_go_there_and_back(string? text)
    {
        var value = text ?? "";
        var encoded = Hl7Escapes.Encode(value, Hl7Delimiters.Usual);

        encoded.IndexOfAny(['|', '^', '~', '&', '\r', '\n']).ShouldBe(-1);
        Hl7Escapes.Decode(encoded, Hl7Delimiters.Usual, Hl7Charset.Utf8).ShouldBe(value);
    }

    [Theory]
    [InlineData("UNICODE UTF-8", "utf-8")]
    [InlineData("UNICODE", "utf-8")]
    [InlineData("8859/1", "iso-8859-1")]
    [InlineData("8859/15", "iso-8859-15")]
    [InlineData("", "utf-8")]
    public void The_character_set_is_that_of_MSH_18(string declared, string actual)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(actual) ?? Encoding.GetEncoding(actual);
        var bytes = encoding.GetBytes($"MSH|^~\\&|A|||||||||||||||{declared}\rPID|||||Zoë");

        Hl7Message.TryParse(bytes, Hl7CharsetRule.Default, out var message, out _).ShouldBeTrue();
        message!.Field("PID", 5).Text.ShouldBe("Zoë");
    }

    [Fact]
    public void A_forced_character_set_overrules_MSH_18()
    {
        var bytes = Encoding.Latin1.GetBytes("MSH|^~\\&|A|||||||||||||||UNICODE UTF-8\rPID|||||Zoë");

        Hl7Message.TryParse(bytes, new Hl7CharsetRule(Force: true, "8859/1"), out var message, out _).ShouldBeTrue();
        message!.Field("PID", 5).Text.ShouldBe("Zoë");
    }

    [Theory]
    [InlineData("UNICODE UTF-8")]
    [InlineData("ASCII")]
    public void An_undecodable_byte_is_a_fault_and_never_a_question_mark(string declared)
    {
        var bytes = Encoding.Latin1.GetBytes($"MSH|^~\\&|A|||||||||||||||{declared}\rPID|||||Zoë X");

        Hl7Message.TryParse(bytes, Hl7CharsetRule.Default, out _, out var fault).ShouldBeFalse();
        fault!.Code.ShouldBe("undecodable-character");
        fault.Location.ShouldStartWith("byte ");
        fault.Text.ShouldNotContain("Zo");
    }

    [Fact]
    public void An_unknown_character_set_is_a_fault()
    {
        Hl7Message.TryParse("MSH|^~\\&|A|||||||||||||||KLINGON"u8, Hl7CharsetRule.Default, out _, out var fault).ShouldBeFalse();
        fault!.Code.ShouldBe("unknown-character-set");
    }

    [Theory]
    [InlineData("PID-3.1", "77")]
    [InlineData("PID-3[2].4.2", "Z")]
    [InlineData("PID-3[3].1", null)]
    [InlineData("MSH-3", "A")]
    [InlineData("RXE-2.2", "first")]
    [InlineData("RXE[2].RXR[1]-1", "second route")]
    [InlineData("RXE[1].RXR[1]-1", null)]
    [InlineData("ORC[2].RXR-1", "second route")]
    [InlineData("RXE[3]-2", null)]
    [InlineData("ZZZ-1", null)]
    public void A_path_finds_its_place_and_never_another_orders(string path, string? expected)
    {
        var message = Parse("MSH|^~\\&|A\rPID|||77~88^^^Y&Z\rORC|NW\rRXE||c^first\rORC|NW\rRXE||c^second\rRXR|second route");

        Hl7Path.TryParse(path, out var parsed).ShouldBeTrue();
        parsed!.Read(message).ShouldBe(expected);
    }

    [Theory]
    [InlineData("PID")]
    [InlineData("PID-")]
    [InlineData("pid-3")]
    [InlineData("PID-0")]
    [InlineData("PID-3[0]")]
    [InlineData("PID-3.1.2.3")]
    [InlineData(null)]
    public void What_is_no_path_is_not_taken_for_one(string? path) => Hl7Path.TryParse(path, out _).ShouldBeFalse();

    [Fact]
    public void A_batch_comes_apart_into_its_messages()
    {
        var batch = "FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|1\rPID|1\rMSH|^~\\&|2\rPID|2\rBTS|2\rFTS|1\r"u8.ToArray();

        Hl7Batch.Split(batch).Select(m => Encoding.ASCII.GetString(m.Span)).ShouldBe(["MSH|^~\\&|1\rPID|1\r", "MSH|^~\\&|2\rPID|2\r"]);
    }

    [Property]
    public void Any_bytes_behind_a_header_are_a_message_or_a_fault(byte[] junk)
    {
        byte[] bytes = [.. "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.4\r"u8, .. junk];

        var read = Hl7Message.TryParse(bytes, Hl7CharsetRule.Default, out var message, out var fault);

        (read ? message is not null : fault is not null).ShouldBeTrue();
    }

    private static Hl7Message Parse(string text)
    {
        Hl7Message.TryParse(Encoding.UTF8.GetBytes(text), Hl7CharsetRule.Default, out var message, out var fault).ShouldBeTrue(fault?.Text);
        return message!;
    }
}
