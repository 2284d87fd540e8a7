using System.Buffers;

namespace Hub.Adapters.Wire.Mllp;

/// <summary>Puts one message into an MLLP frame.</summary>
public static class MllpFrameWriter
{
    private static ReadOnlySpan<byte> StartBlock => [0x0B];
    private static ReadOnlySpan<byte> EndBlock => [0x1C, 0x0D];

    /// <summary>Writes start block, <paramref name="message"/> as it is, and end block (MLLP Release 1, 1.2).</summary>
    /// <exception cref="ArgumentException">The message holds a framing byte: the receiver would see another message than ours.</exception>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (message.Contains((byte)0x0B) || message.IndexOf(EndBlock) >= 0 || message.EndsWith((ReadOnlySpan<byte>)[0x1C]))
        {
            throw new ArgumentException("The message holds an MLLP framing byte", nameof(message));
        }

        output.Write(StartBlock);
        output.Write(message);
        output.Write(EndBlock);
    }
}
