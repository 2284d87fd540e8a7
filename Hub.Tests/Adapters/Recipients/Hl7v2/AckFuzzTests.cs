using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck.Xunit;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Hl7v2;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Hl7v2;

/// <summary>No mutation of an acknowledgement may be taken for acceptance unless it still says AA or CA to our control id.</summary>
public sealed partial class AckFuzzTests
{
    private const string Id = "6f1c2f7e52a35d119a43";

    private static readonly Hl7v2MllpAdapter Adapter = Create();

    [Fact]
    public void The_unmutated_acknowledgement_is_Delivered() => Judge(Ack("AA", Id)).ShouldBeOfType<Delivered>();

    [Property(MaxTest = 3000)]
    public void A_mutated_acceptance_is_Delivered_only_if_it_still_says_so(int position, byte value, byte kind, int second)
    {
        var bytes = Mutate(Mutate(Ack("AA", Id), position, value, kind), second, (byte)(value ^ kind), (byte)(kind >> 2));

        if (Judge(bytes) is Delivered)
        {
            StillAccepts().IsMatch(Encoding.Latin1.GetString(bytes)).ShouldBeTrue();
        }
    }

    [Property(MaxTest = 3000)]
    public void No_single_mutation_turns_a_refusal_into_Delivered_unless_it_spells_acceptance(int position, byte value, byte kind)
    {
        var bytes = Mutate(Ack("AE", Id), position, value, kind);

        if (Judge(bytes) is Delivered)
        {
            StillAccepts().IsMatch(Encoding.Latin1.GetString(bytes)).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AA")]
    [InlineData("MSA|AA|6f1c2f7e52a35d119a43\r")]
    [InlineData("MSH|^~\\&|W|R|C|R|20260515||ACK|1|P|2.4\r")]
    [InlineData("MSH|^~\\&|W|R|C|R|20260515||ACK|1|P|2.4\rMSA|AA|\r")]
    [InlineData("MSH|^~\\&|W|R|C|R|20260515||ACK|1|P|2.4\rMSA|AA|6f1c2f7e52a35d119a4\r")]
    [InlineData("MSH|^~\\&|W|R|C|R|20260515||ACK|1|P|2.4\rMSA|AA|6f1c2f7e52a35d119a432\r")]
    [InlineData("MSH|^~\\&|W|R|C|R|20260515||ACK|1|P|2.4\rMSA|AB|6f1c2f7e52a35d119a43\r")]
    [InlineData("MSH|^~\\&|W|R|C|R|20260515||ACK|1|P|2.4\rMSA|aa|6f1c2f7e52a35d119a43\r")]
    [InlineData("MSH|^~\\&|W|R|C|R|20260515||ACK|1|P|2.4\rMSA|AA|6f1c2f7e52a35d119a43\rMSA|AE|6f1c2f7e52a35d119a43\r")]
    [InlineData("MSH|^~\\&|W|R|C|R|20260515||ACK|1|P|2.4\rMSH|^~\\&|W\rMSA|AA|6f1c2f7e52a35d119a43\r")]
    public void What_is_no_single_acknowledgement_of_this_message_is_Unknown(string text) =>
        Judge(Encoding.UTF8.GetBytes(text)).ShouldBeOfType<Unknown>();

    private static DeliveryOutcome? Judge(byte[] bytes) => Adapter.Judge(bytes, Id, committed: false);

    // Written without the hub's own reader: MSA, any separator, AA, the same separator, exactly our id.
    [GeneratedRegex(@"(?:^|[\r\n])MSA(?<separator>.)AA\k<separator>" + Id + @"(?:\k<separator>|[\r\n]|$)")]
    private static partial Regex StillAccepts();

    private static byte[] Ack(string code, string id) => Encoding.UTF8.GetBytes(
        $"MSH|^~\\&|WARD|RXX|CRTHUB|RXX|20260515174104+0000||ACK^T02^ACK|A77|P|2.4\rMSA|{code}|{id}|\rERR|MSH^1^9^101&x&HL70357\r");

    private static byte[] Mutate(byte[] bytes, int position, byte value, byte kind)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var at = (position & int.MaxValue) % bytes.Length;
        return (kind % 5) switch
        {
            0 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
            1 => bytes[..at],
            2 => [.. bytes[..at], value, .. bytes[at..]],
            3 => [.. bytes[..at], .. bytes[(at + 1)..]],
            _ => [.. bytes, .. bytes[at..]],
        };
    }

    private static Hl7v2MllpAdapter Create()
    {
        var file = new PartnerFile
        {
            Id = "ward",
            Name = "Ward",
            Role = PartnerRole.Recipient,
            Protocol = "hl7v2-mllp",
            Settings = JsonSerializer.SerializeToElement(new
            {
                host = "127.0.0.1",
                port = 2576,
                sendingFacility = "RXX",
                receivingApplication = "WARD",
                receivingFacility = "RXX",
            }),
        };
        return new Hl7v2MllpAdapter(Hl7v2MllpSettings.Read(file).Settings!, Polly.ResiliencePipeline<DeliveryOutcome>.Empty, TimeProvider.System);
    }
}
