using System.Buffers;

namespace Hub.Adapters.Wire.Mllp;

/// <summary>Finds one HL7 message between the MLLP start block and end block. Holds no state and never copies.</summary>
public static class MllpFrameReader
{
    /// <summary>Bytes that may stand between two frames (line ends, blanks) before the peer is taken to speak something else.</summary>
    public const int MaxFillBetweenFrames = 64;

    // HL7 Transport Specification: MLLP, Release 1, 1.2 Block Format: <SB>dddd<EB><CR>.
    private const byte StartBlock = 0x0B;
    private const byte EndByte = 0x1C;
    private static ReadOnlySpan<byte> EndBlock => [EndByte, 0x0D];

    /// <summary>
    /// On true, <paramref name="message"/> is the content without its frame and <paramref name="buffer"/> starts behind the frame. On false
    /// <paramref name="buffer"/> is what to keep: whole fill has been dropped from its front.
    /// </summary>
    /// <returns>False when the frame is not complete yet: keep the bytes and read more.</returns>
    /// <exception cref="MllpFramingException">The peer is not speaking MLLP, or its message is over <paramref name="maxBytes"/>.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxBytes, out ReadOnlySequence<byte> message)
    {
        message = default;
        if (!TryFindStart(buffer, out var afterStart))
        {
            return false;
        }

        var rest = buffer.Slice(afterStart);

        // Never look further than one message may reach: a peer that never ends its message must not cost a scan of all that it sent.
        var window = rest.Length > maxBytes + (long)EndBlock.Length ? rest.Slice(0, maxBytes + (long)EndBlock.Length) : rest;
        var reader = new SequenceReader<byte>(window);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> content, EndBlock))
        {
            // A last byte 0x1C may be half of the end block.
            var certain = rest.Length - (EndsWithEndByte(rest) ? 1 : 0);
            ThrowIfTooLong(certain, maxBytes);
            ThrowIfStartsAgain(window);
            return false;
        }

        ThrowIfTooLong(content.Length, maxBytes);
        ThrowIfStartsAgain(content);
        message = content;
        buffer = rest.Slice(reader.Consumed);
        return true;
    }

    /// <summary>True when <paramref name="buffer"/> holds part of a frame: a close now loses a message.</summary>
    public static bool HasOpenFrame(ReadOnlySequence<byte> buffer) => buffer.PositionOf(StartBlock) is not null;

    private static bool TryFindStart(ReadOnlySequence<byte> buffer, out SequencePosition afterStart)
    {
        afterStart = default;
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryRead(out var value))
        {
            if (value == StartBlock)
            {
                afterStart = reader.Position;
                return true;
            }

            // Real senders leave line ends, blanks or a doubled end byte between frames; none of it can be part of a message.
            if (value is not ((byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t' or 0x00 or EndByte) || reader.Consumed > MaxFillBetweenFrames)
            {
                throw new MllpFramingException(MllpFault.NotMllp, $"No MLLP start block (0x0B): byte 0x{value:X2} came in its place");
            }
        }

        return false;
    }

    // Checked before the frame is complete, so that a peer that never ends its message cannot fill our memory.
    private static void ThrowIfTooLong(long length, int maxBytes)
    {
        if (length > maxBytes)
        {
            throw new MllpFramingException(MllpFault.TooLong, $"The message is longer than {maxBytes} bytes");
        }
    }

    // 0x0B cannot stand in content (1.2: dddd is printable characters and CR): the peer lost the end of one message and began another.
    private static void ThrowIfStartsAgain(ReadOnlySequence<byte> content)
    {
        if (content.PositionOf(StartBlock) is not null)
        {
            throw new MllpFramingException(MllpFault.Unfinished, "A new MLLP start block came before the message ended");
        }
    }

    private static bool EndsWithEndByte(ReadOnlySequence<byte> bytes) =>
        !bytes.IsEmpty && bytes.Slice(bytes.Length - 1).FirstSpan[0] == EndByte;
}
