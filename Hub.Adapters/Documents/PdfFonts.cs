using System.Buffers.Binary;
using PdfSharp.Drawing;
using PdfSharp.Fonts;

namespace Hub.Adapters.Documents;

/// <summary>The typeface of our PDFs. It is built into this assembly, so that every machine writes the same page; of what the machine has nothing is used.</summary>
internal sealed class PdfFonts : IFontResolver
{
    private const string Family = "document";
    private const string Regular = "regular";
    private const string Bold = "bold";

    private static readonly Lazy<PdfFonts> Registered = new(() =>
    {
        var fonts = new PdfFonts();
        GlobalFontSettings.FontResolver = fonts; // the library's one place for it
        return fonts;
    });

    private readonly HashSet<int> shown;

    private PdfFonts() => shown = [.. Characters(InterTypeface.Regular).Intersect(Characters(InterTypeface.Bold))];

    public static PdfFonts Current => Registered.Value;

#pragma warning disable CA1822 // a font exists only once this one is registered
    public XFont Font(double size, bool bold = false) => new(Family, size, bold ? XFontStyleEx.Bold : XFontStyleEx.Regular);
#pragma warning restore CA1822

    /// <summary>False for a text with a character that would come out as an empty box: half a medicine's name is worse than no PDF.</summary>
    public bool CanShow(string text) => text.EnumerateRunes().All(r => r.Value == '\n' || shown.Contains(r.Value));

    public byte[] GetFont(string faceName) => faceName == Bold ? InterTypeface.Bold : InterTypeface.Regular;

    public FontResolverInfo ResolveTypeface(string familyName, bool bold, bool italic) => new(bold ? Bold : Regular);

    // OpenType 1.9, cmap, format 4: segments of code points, each shifted or looked up; glyph 0 is the empty box.
    private static IEnumerable<int> Characters(byte[] font)
    {
        var cmap = Table(font, "cmap"u8);
        var tables = U16(font, cmap + 2);
        for (var i = 0; i < tables; i++)
        {
            var at = cmap + (int)BinaryPrimitives.ReadUInt32BigEndian(font.AsSpan(cmap + 4 + (8 * i) + 4));
            if (U16(font, at) != 4)
            {
                continue;
            }

            var segments = U16(font, at + 6) / 2;
            var (ends, starts) = (at + 14, at + 16 + (2 * segments));
            var (deltas, offsets) = (starts + (2 * segments), starts + (4 * segments));
            for (var s = 0; s < segments; s++)
            {
                for (int c = U16(font, starts + (2 * s)), end = U16(font, ends + (2 * s)); c <= end && c != 0xFFFF; c++)
                {
                    var offset = U16(font, offsets + (2 * s));
                    var glyph = offset == 0 ? c : U16(font, offsets + (2 * s) + offset + (2 * (c - U16(font, starts + (2 * s)))));
                    if ((glyph == 0 && offset != 0 ? 0 : (glyph + U16(font, deltas + (2 * s))) & 0xFFFF) != 0)
                    {
                        yield return c;
                    }
                }
            }

            yield break;
        }
    }

    private static int Table(byte[] font, ReadOnlySpan<byte> tag)
    {
        for (var i = 0; i < U16(font, 4); i++)
        {
            var record = 12 + (16 * i);
            if (font.AsSpan(record, 4).SequenceEqual(tag))
            {
                return (int)BinaryPrimitives.ReadUInt32BigEndian(font.AsSpan(record + 8));
            }
        }

        throw new InvalidOperationException("The font has no character table.");
    }

    private static int U16(byte[] font, int at) => BinaryPrimitives.ReadUInt16BigEndian(font.AsSpan(at));
}
