using System.Text;

namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>Character sets by the names of HL7 table 0211, each strict: a byte that means nothing is an error, never a replacement character.</summary>
public static class Hl7Charset
{
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null for a name that is not known, and for sets whose bytes are not a superset of ASCII (UTF-16): MLLP cannot frame those.</summary>
    public static Encoding? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Trim().ToUpperInvariant().Replace('_', ' ') switch
        {
            // UK messages write UNICODE and mean UTF-8 (ITK HL7 v2 specification, MSH-18).
            "UNICODE" or "UNICODE UTF-8" or "UTF-8" or "UTF8" => Utf8,
            "ASCII" or "US-ASCII" or "ISO IR6" or "ISO IR 6" => Strict("us-ascii"),
            ['8', '8', '5', '9', '/', .. var part] => Strict("iso-8859-" + part),
            ['I', 'S', 'O', '-', '8', '8', '5', '9', '-', .. var part] => Strict("iso-8859-" + part),
            ['I', 'S', 'O', '8', '8', '5', '9', '-', .. var part] => Strict("iso-8859-" + part),
            "WINDOWS-1252" or "CP1252" => Strict("windows-1252"),
            _ => null,
        };
    }

    private static Encoding? Strict(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null; // 8859/17 and other parts that do not exist
        }
    }
}

/// <summary>How a sender's character set is found.</summary>
/// <param name="Force">True: always <paramref name="Name"/>, whatever MSH-18 says. False: MSH-18, and <paramref name="Name"/> where it is empty.</param>
/// <param name="Name">A name of HL7 table 0211, such as <c>UNICODE UTF-8</c> or <c>8859/1</c>.</param>
public sealed record Hl7CharsetRule(bool Force, string Name)
{
    public static Hl7CharsetRule Default { get; } = new(Force: false, "UNICODE UTF-8");
}
