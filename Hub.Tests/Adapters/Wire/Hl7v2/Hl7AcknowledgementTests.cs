using System.Text;
using Hub.Adapters.Wire.Hl7v2;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Wire.Hl7v2;

public sealed class Hl7AcknowledgementTests
{
    private static readonly DateTimeOffset At = new(2026, 5, 3, 17, 40, 0, TimeSpan.FromHours(1));

    [Fact]
    public void An_acceptance_names_the_message_and_turns_sender_and_receiver_round()
    {
        Written("MSH|^~\\&|EPR|RXN|HUB|RXX|20260503||ADT^A03^ADT_A03|42|P|2.4", "AA").ShouldBe(
            "MSH|^~\\&|HUB|RXX|EPR|RXN|20260503174000+0100||ACK^A03^ACK|ID1|P|2.4||||||\rMSA|AA|42\r");
    }

    [Fact]
    public void A_refusal_before_v2_5_speaks_in_MSA_3_MSA_6_and_ERR_1()
    {
        var ack = Written("MSH|^~\\&|EPR|RXN|HUB|RXX|20260503||ADT^A03|42|P|2.4", "AE", new Hl7ErrorDetail("PID-7", 102, "bad | date"));

        ack.ShouldContain("\rMSA|AE|42|bad \\F\\ date|||102^Data type error^HL70357\r");
        ack.ShouldEndWith("\rERR|PID^1^7^102&Data type error&HL70357\r");
    }

    [Fact]
    public void A_refusal_from_v2_5_on_speaks_in_ERR_2_3_4_7_and_8()
    {
        var ack = Written("MSH|^~\\&|EPR|RXN|HUB|RXX|20260503||RDE^O11|42|P|2.5.1", "AR", new Hl7ErrorDetail("MSH-11", 202, "no"));

        ack.ShouldContain("\rMSA|AR|42\r");
        ack.ShouldEndWith("\rERR||MSH^1^11|202^Unsupported processing id^HL70357|E|||MSH-11|no\r");
    }

    [Theory]
    [InlineData("2.3", "ACK^A03|")]
    [InlineData("2.4", "ACK^A03^ACK|")]
    [InlineData("2.5.1", "ACK^A03^ACK|")]
    public void The_type_has_a_structure_where_the_version_knows_one(string version, string type) =>
        Written($"MSH|^~\\&|EPR|RXN|||20260503||ADT^A03|42|P|{version}", "AA").ShouldContain("||" + type);

    [Fact]
    public void The_answer_uses_the_senders_delimiters_and_bytes()
    {
        var request = Encoding.Latin1.GetBytes("MSH#*@!$#Zoë#RXN#HUB#RXX#20260503##ADT*A03#42#P#2.4######8859/1");
        Hl7Header.TryRead(request, out var header).ShouldBeTrue();

        var ack = Hl7Acknowledgement.Write(header!, "AE", [new Hl7ErrorDetail("PID-3", 101, "x#y")], "ID1", At);

        var text = Encoding.Latin1.GetString(ack);
        text.ShouldStartWith("MSH#*@!$#HUB#RXX#Zoë#RXN#");
        text.ShouldContain("8859/1\r");
        text.ShouldContain("x!F!y");
        text.ShouldContain("ERR#PID*1*3*101$Required field missing$HL70357\r");
    }

    private static string Written(string msh, string code, params Hl7ErrorDetail[] errors)
    {
        Hl7Header.TryRead(Encoding.ASCII.GetBytes(msh), out var header).ShouldBeTrue();
        return Encoding.ASCII.GetString(Hl7Acknowledgement.Write(header!, code, errors, "ID1", At));
    }
}
