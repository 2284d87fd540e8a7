using System.Buffers;
using System.Text;
using FsCheck.Xunit;
using Hub.Adapters.Wire.Mllp;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Wire.Mllp;

public sealed class MllpFrameTests
{
    private const int Limit = 100;

    [Property]
    public void The_same_messages_are_found_however_the_network_cuts_them(byte[] cuts)
    {
        string[] sent = ["MSH|one", "", "MSH|two\rPID|\r", new string('x', Limit)];
        var stream = sent.SelectMany(Framed).ToArray();

        Received(Cut(stream, cuts)).ShouldBe(sent);
    }

    [Fact]
    public void Several_messages_in_one_packet_come_out_one_by_one()
    {
        var buffer = Sequence([.. Framed("a"), .. Framed("b")]);

        MllpFrameReader.TryRead(ref buffer, Limit, out var first).ShouldBeTrue();
        Encoding.ASCII.GetString(first).ShouldBe("a");
        MllpFrameReader.TryRead(ref buffer, Limit, out var second).ShouldBeTrue();
        Encoding.ASCII.GetString(second).ShouldBe("b");
        buffer.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData(" \u001c")]
    public void Line_ends_between_frames_are_passed_over(string fill)
    {
        var buffer = Sequence([.. Encoding.ASCII.GetBytes(fill), .. Framed("a")]);

        MllpFrameReader.TryRead(ref buffer, Limit, out var message).ShouldBeTrue();
        Encoding.ASCII.GetString(message).ShouldBe("a");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("MSH|^~\\&|")]
    [InlineData("\u0016\u0003\u0001")]
    public void A_peer_that_does_not_speak_Mllp_is_told_so_at_its_first_byte(string sent)
    {
        var buffer = Sequence(Encoding.ASCII.GetBytes(sent));

        Should.Throw<MllpFramingException>(() => MllpFrameReader.TryRead(ref buffer, Limit, out _)).Fault.ShouldBe(MllpFault.NotMllp);
    }

    [Fact]
    public void Endless_fill_is_not_Mllp()
    {
        var buffer = Sequence(Encoding.ASCII.GetBytes(new string('\n', MllpFrameReader.MaxFillBetweenFrames + 1)));

        Should.Throw<MllpFramingException>(() => MllpFrameReader.TryRead(ref buffer, Limit, out _));
    }

    [Fact]
    public void A_message_over_the_limit_is_refused_before_it_ends()
    {
        var buffer = Sequence([0x0B, .. new byte[Limit + 1].Select(_ => (byte)'x')]);

        Should.Throw<MllpFramingException>(() => MllpFrameReader.TryRead(ref buffer, Limit, out _)).Fault.ShouldBe(MllpFault.TooLong);
    }

    [Fact]
    public void A_message_over_the_limit_is_refused_when_it_is_complete_too()
    {
        var buffer = Sequence(Framed(new string('x', Limit + 1)));

        Should.Throw<MllpFramingException>(() => MllpFrameReader.TryRead(ref buffer, Limit, out _)).Fault.ShouldBe(MllpFault.TooLong);
    }

    [Fact]
    public void A_second_start_block_inside_a_message_is_a_framing_error()
    {
        var buffer = Sequence([0x0B, (byte)'a', .. Framed("b")]);

        Should.Throw<MllpFramingException>(() => MllpFrameReader.TryRead(ref buffer, Limit, out _)).Fault.ShouldBe(MllpFault.Unfinished);
    }

    [Fact]
    public void The_byte_1C_alone_does_not_end_a_message()
    {
        var buffer = Sequence([0x0B, (byte)'a', 0x1C, (byte)'b', 0x1C, 0x0D]);

        MllpFrameReader.TryRead(ref buffer, Limit, out var message).ShouldBeTrue();
        message.Length.ShouldBe(3);
    }

    [Property]
    public void Junk_never_gives_anything_but_a_message_a_wait_or_a_framing_error(byte[] junk)
    {
        var buffer = Sequence(junk);
        try
        {
            while (MllpFrameReader.TryRead(ref buffer, Limit, out var message))
            {
                message.Length.ShouldBeLessThanOrEqualTo(Limit);
            }
        }
        catch (MllpFramingException)
        {
        }
    }

    [Fact]
    public void A_message_with_a_framing_byte_inside_is_not_written()
    {
        var output = new ArrayBufferWriter<byte>();

        Should.Throw<ArgumentException>(() => MllpFrameWriter.Write(output, [1, 0x0B]));
        Should.Throw<ArgumentException>(() => MllpFrameWriter.Write(output, [1, 0x1C, 0x0D, 2]));
        output.WrittenCount.ShouldBe(0);
    }

    private static byte[] Framed(string message)
    {
        var output = new ArrayBufferWriter<byte>();
        MllpFrameWriter.Write(output, Encoding.ASCII.GetBytes(message));
        return output.WrittenSpan.ToArray();
    }

    private static List<string> Received(IEnumerable<byte[]> packets)
    {
        var found = new List<string>();
        var kept = Array.Empty<byte>();
        foreach (var packet in packets)
        {
            var buffer = TwoSegments(kept, packet);
            while (MllpFrameReader.TryRead(ref buffer, Limit, out var message))
            {
                found.Add(Encoding.ASCII.GetString(message));
            }

            kept = buffer.ToArray();
        }

        kept.ShouldBeEmpty();
        return found;
    }

    private static IEnumerable<byte[]> Cut(byte[] stream, byte[] cuts)
    {
        var at = 0;
        foreach (var cut in cuts)
        {
            var next = Math.Min(stream.Length, at + cut % 7);
            yield return stream[at..next];
            at = next;
        }

        yield return stream[at..];
    }

    private static ReadOnlySequence<byte> Sequence(byte[] bytes) => TwoSegments(bytes[..(bytes.Length / 2)], bytes[(bytes.Length / 2)..]);

    private static ReadOnlySequence<byte> TwoSegments(byte[] first, byte[] second)
    {
        var head = new Segment(first, null);
        var tail = new Segment(second, head);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
