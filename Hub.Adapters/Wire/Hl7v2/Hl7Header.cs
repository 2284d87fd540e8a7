using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>
/// What an answer needs of a message's MSH, read even where the rest cannot be. Fields are held undecoded, one character a byte (Latin-1),
/// so that an answer gives them back byte for byte in whatever set the sender writes.
/// </summary>
public sealed class Hl7Header
{
    private readonly string[] _parts;

    private Hl7Header(string[] parts, Hl7Delimiters delimiters)
    {
        _parts = parts;
        Delimiters = delimiters;
    }

    public Hl7Delimiters Delimiters { get; }
    public string EncodingCharacters => Raw(2);

    /// <summary>First component of MSH-3 and MSH-4, as sent.</summary>
    public string SendingApplication => Component(3, 1);
    public string SendingFacility => Component(4, 1);
    public string SentAt => Component(7, 1);
    public string MessageCode => Component(9, 1);
    public string TriggerEvent => Component(9, 2);
    public string ControlId => Raw(10).Trim();
    public string ProcessingId => Component(11, 1);
    public string Version => Component(12, 1);
    public string AcceptAcknowledgement => Component(15, 1).ToUpperInvariant();
    public string ApplicationAcknowledgement => Component(16, 1).ToUpperInvariant();

    /// <summary>The first repetition of MSH-18; further ones are for escapes within, which hardly anyone sends.</summary>
    public string CharacterSet => Component(18, 1);

    /// <summary>HL7 v2.9, 2.9.2: a message that fills MSH-15 or MSH-16 asks for enhanced mode.</summary>
    public bool IsEnhanced => AcceptAcknowledgement.Length > 0 || ApplicationAcknowledgement.Length > 0;

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Hl7Header? header)
    {
        header = null;
        var msh = Encoding.Latin1.GetString(HeaderBytes(bytes));
        if (!Hl7Delimiters.TryRead(msh, out var delimiters))
        {
            return false;
        }

        header = new Hl7Header(msh.Split(delimiters.Field, Hl7Message.MaxFields), delimiters);
        return true;
    }

    /// <summary>A field of MSH as sent, undecoded; empty where absent.</summary>
    public string Raw(int number) => number == 1 ? Delimiters.Field.ToString() : number - 1 < _parts.Length ? _parts[number - 1] : "";

    /// <summary>The header of this message as the header of the batch it came in, for an answer about the whole: no event, and the batch's control id.</summary>
    public Hl7Header OfBatch(string controlId)
    {
        string[] parts = [.. _parts, .. Enumerable.Repeat("", Math.Max(0, 10 - _parts.Length))];
        (parts[8], parts[9]) = ("", controlId);
        return new Hl7Header(parts, Delimiters);
    }

    /// <summary>Where the value of MSH-7 stands in the message, so that a hash can leave it out; empty where there is none.</summary>
    public static Range SentAtRange(ReadOnlySpan<byte> bytes)
    {
        var msh = HeaderBytes(bytes);
        var start = StartOf(bytes);
        if (msh.Length < 4)
        {
            return 0..0;
        }

        // MSH-1 is the separator at offset 3; each further separator opens the next field.
        var at = 4;
        for (var number = 2; number < 7; number++)
        {
            var next = msh[at..].IndexOf(msh[3]);
            if (next < 0)
            {
                return 0..0;
            }

            at += next + 1;
        }

        var length = msh[at..].IndexOf(msh[3]);
        var end = length < 0 ? msh.Length : at + length;
        return (start + at)..(start + end);
    }

    public override string ToString() => $"{MessageCode}^{TriggerEvent}";

    // Some senders put a byte order mark or an empty line before MSH.
    private static int StartOf(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        while (start < bytes.Length && bytes[start] is ((byte)'\r' or (byte)'\n'))
        {
            start++;
        }

        return start;
    }

    private static ReadOnlySpan<byte> HeaderBytes(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[StartOf(bytes)..];
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        var msh = end < 0 ? bytes : bytes[..end];
        return msh.Length > 8_192 ? msh[..8_192] : msh;
    }

    private string Component(int field, int number)
    {
        var first = Raw(field).Split(Delimiters.Repetition)[0].Split(Delimiters.Component);
        return number <= first.Length ? first[number - 1].Split(Delimiters.SubComponent)[0].Trim() : "";
    }
}
