namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>The five characters a message is cut by, as its own MSH-1 and MSH-2 declare them (HL7 v2.9, 2.5.4).</summary>
public sealed record Hl7Delimiters(char Field, char Component, char Repetition, char Escape, char SubComponent)
{
    public static Hl7Delimiters Usual { get; } = new('|', '^', '~', '\\', '&');

    /// <summary>Reads them from the text of an MSH segment; MSH-2 may leave out escape and sub-component, which then keep their usual character.</summary>
    /// <returns>False when two of them are equal, or one is a letter, a digit, a blank or a control character.</returns>
    public static bool TryRead(ReadOnlySpan<char> msh, out Hl7Delimiters delimiters)
    {
        delimiters = Usual;
        if (msh.Length < 6 || !msh.StartsWith("MSH", StringComparison.Ordinal))
        {
            return false;
        }

        var field = msh[3];
        var end = msh[4..].IndexOf(field);
        var encoding = end < 0 ? msh[4..] : msh.Slice(4, end);

        // v2.7 added a fifth character (truncation); nothing is cut by it.
        if (encoding.Length is < 2 or > 5)
        {
            return false;
        }

        var read = new Hl7Delimiters(
            field, encoding[0], encoding[1], encoding.Length > 2 ? encoding[2] : Usual.Escape, encoding.Length > 3 ? encoding[3] : Usual.SubComponent);
        Span<char> all = [read.Field, read.Component, read.Repetition, read.Escape, read.SubComponent];
        for (var i = 0; i < all.Length; i++)
        {
            if (!char.IsAscii(all[i]) || char.IsLetterOrDigit(all[i]) || char.IsWhiteSpace(all[i]) || char.IsControl(all[i]) || all[..i].Contains(all[i]))
            {
                return false;
            }
        }

        delimiters = read;
        return true;
    }
}
