using UglyToad.PdfPig;

namespace Hub.Tests.Support;

/// <summary>The words of a PDF, as another program than the hub's reads them.</summary>
internal static class PdfText
{
    public static string Of(byte[] pdf) => string.Join('\n', Pages(pdf));

    /// <summary>Page by page, words in the order in which they were written.</summary>
    public static IReadOnlyList<string> Pages(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return [.. document.GetPages().Select(p => string.Join(' ', p.GetWords().Select(w => w.Text)))];
    }
}
