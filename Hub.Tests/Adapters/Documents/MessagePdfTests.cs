using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Hub.Adapters.Documents;
using Hub.Fhir.Bundles;
using Hub.Fhir.Itk3;
using Hub.Tests.Fhir.Itk3;
using Hub.Tests.Support;
using Shouldly;
using UglyToad.PdfPig;
using Xunit;

namespace Hub.Tests.Adapters.Documents;

/// <summary>The PDF that a practice files: read back with another library than the one that wrote it.</summary>
public sealed class MessagePdfTests
{
    [Fact]
    public void Every_page_says_whose_it_is_and_which_page_it_is()
    {
        var pages = PdfText.Pages(Write("discharge"));

        pages.Count.ShouldBeGreaterThan(1);
        foreach (var (i, page) in pages.Index())
        {
            page.ShouldContain("Ama MENSAH, born 3 February 1992, NHS number 991 200 3888");
            page.ShouldContain($"Page {i + 1} of {pages.Count}");
        }
    }

    [Theory]
    [InlineData("discharge")]
    [InlineData("admission")]
    [InlineData("medication-change")]
    [InlineData("discharge-cancelled")]
    public void It_says_every_word_of_the_page_on_a_screen(string type)
    {
        var json = Itk3Cases.R4(type);
        var pdf = PdfText.Of(MessagePdf.Write(json)!);

        foreach (var word in ScreenWords(json).Where(w => w.Length < 20)) // a longer one may be cut at the end of its line
        {
            pdf.ShouldContain(word);
        }
    }

    [Fact]
    public void The_medicines_stand_in_a_table_with_before_and_after_side_by_side()
    {
        using var document = PdfDocument.Open(Write("discharge"));
        var words = document.GetPages().SelectMany(p => p.GetWords().Select(w => (p.Number, w.Text, w.BoundingBox))).ToList();
        var head = words.First(w => w.Text == "Before");
        var after = words.First(w => w.Text == "After" && w.Number == head.Number);

        after.BoundingBox.Left.ShouldBeGreaterThan(head.BoundingBox.Right);
        Math.Abs(after.BoundingBox.Bottom - head.BoundingBox.Bottom).ShouldBeLessThan(2);
        words.ShouldContain(w => w.Text == "Zopiclone" && w.Number == head.Number && w.BoundingBox.Right < head.BoundingBox.Left && w.BoundingBox.Top < head.BoundingBox.Bottom);
    }

    [Fact]
    public void Its_fonts_are_embedded_it_is_A4_and_small_and_the_same_every_time()
    {
        var (one, two) = (Write("discharge"), Write("discharge"));
        using var document = PdfDocument.Open(one);

        one.ShouldBe(two);
        one.Length.ShouldBeLessThan(500_000);
        Encoding.Latin1.GetString(one).ShouldContain("/FontFile2");
        (Math.Round(document.GetPage(1).Width), Math.Round(document.GetPage(1).Height)).ShouldBe((595, 842));
        one.ShouldNotBe(Write("admission"));
    }

    [Fact]
    public void It_can_be_read_aloud_in_its_order_and_what_every_page_repeats_is_not_read()
    {
        var pdf = Write("discharge");
        using var document = PdfDocument.Open(pdf);
        var pages = document.GetPages().Select(p => (Page: p, Marked: p.GetMarkedContents())).ToList();
        var read = pages.SelectMany(p => p.Marked).Where(m => !m.IsArtifact).ToList();

        foreach (var (page, marked) in pages)
        {
            marked.Sum(m => m.Letters.Count).ShouldBe(page.Letters.Count, "nothing is drawn that says not what it is");
            Words(marked[0]).ShouldStartWith("AmaMENSAH", Case.Insensitive);
            marked[0].IsArtifact.ShouldBeTrue();
        }

        read[0].Tag.ShouldBe("H1");
        read.Count(m => m.Tag == "H1").ShouldBe(1);
        read.Where(m => m.Tag == "H2").Select(Words).ShouldContain("Whatchanged");
        read.Where(m => m.Tag == "TH").Select(Words).ShouldContain("Before");
        read.Where(m => m.Tag == "TD").ShouldNotBeEmpty();
        read.Select(m => m.Tag).Distinct().ShouldBe(["H1", "H2", "H3", "P", "TH", "TD"], ignoreOrder: true);
        var raw = Encoding.Latin1.GetString(pdf);
        raw.ShouldContain("/StructTreeRoot");
        raw.ShouldContain("(en-GB)");

        static string Words(UglyToad.PdfPig.Content.MarkedContentElement element) => string.Concat(element.Letters.Select(l => l.Value)).Replace(" ", "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_is_longer_than_a_page_goes_on_under_its_head_and_loses_no_row()
    {
        var rows = string.Concat(Enumerable.Range(0, 120).Select(i => $"<tr><td>row{i}</td><td>{(i == 60 ? string.Join(' ', Enumerable.Repeat("long", 1500)) + " lastword" : "x")}</td></tr>"));
        var pages = PdfText.Pages(MessagePdf.Write(With($"<table><thead><tr><th>Headword</th><th>Second</th></tr></thead><tbody>{rows}</tbody></table>"))!);

        var text = string.Join(' ', pages);
        for (var i = 0; i < 120; i++)
        {
            text.ShouldContain($"row{i}");
        }

        text.ShouldContain("lastword");
        pages.Count(p => p.Contains("Headword", StringComparison.Ordinal)).ShouldBeGreaterThan(2);
    }

    [Fact]
    public void A_character_that_would_come_out_as_an_empty_box_means_no_PDF_rather_than_half_a_name() =>
        MessagePdf.Write(With("<p>\u4E2D\u6587</p>")).ShouldBeNull();

    [Fact]
    public void Units_and_the_names_of_people_can_be_shown() =>
        PdfText.Of(MessagePdf.Write(With("<p>5 \u00B5g, \u00BD, 37 \u00B0C, Zo\u00EB \u0141ukasz \u015Eahin O\u2019Neill \u2013 \u00A35</p>"))!).ShouldContain("\u0141ukasz");

    [Fact]
    public void The_typeface_is_one_that_anybody_may_use_and_embed()
    {
        foreach (var face in new[] { InterTypeface.Regular, InterTypeface.Bold })
        {
            var tables = Enumerable.Range(0, BinaryPrimitives.ReadUInt16BigEndian(face.AsSpan(4))).Select(i => face.AsSpan(12 + (16 * i), 16).ToArray())
                .ToDictionary(r => Encoding.ASCII.GetString(r, 0, 4), r => (int)BinaryPrimitives.ReadUInt32BigEndian(r.AsSpan(8)));

            BinaryPrimitives.ReadUInt16BigEndian(face.AsSpan(tables["OS/2"] + 8)).ShouldBe((ushort)0); // fsType: installable embedding
            Encoding.BigEndianUnicode.GetString(face, tables["name"], face.Length - tables["name"]).ShouldContain("SIL Open Font License, Version 1.1");
        }
    }

    [Fact]
    public void Nothing_of_the_person_stands_in_what_a_file_list_shows()
    {
        using var document = PdfDocument.Open(Write("discharge"));

        foreach (var shown in new[] { document.Information.Title, document.Information.Author, document.Information.Subject, document.Information.Keywords })
        {
            (shown ?? "").ShouldNotContain("MENSAH", Case.Insensitive);
        }
    }

    [Fact]
    public void Document_B_says_on_its_page_that_it_is_for_professionals_only()
    {
        var apart = BundleComposer.Compose(Cases.Request(Cases.Discharge() with { Remarks = [new() { Text = "He reads her letters", Privacy = Hub.Fhir.Events.RemarkPrivacy.ThirdParty }] })).ProfessionalsOnly!;

        PdfText.Of(MessagePdf.Write(apart.Json)!).ShouldContain("do not make visible online");
    }

    [Fact]
    public void With_its_PDF_a_message_is_far_below_what_a_receiver_takes() =>
        Itk3Message.Write(Itk3Cases.R4("discharge"), Itk3Cases.Envelope with { Pdf = Write("discharge") }).Bytes.Length.ShouldBeLessThan(Itk3Written.MaxBytes / 5);

    private static byte[] Write(string type) => MessagePdf.Write(Itk3Cases.R4(type)).ShouldNotBeNull();

    private static byte[] With(string xhtml)
    {
        var bundle = JsonNode.Parse(Itk3Cases.R4("admission").Span)!;
        bundle["entry"]!.AsArray().Select(e => e!["resource"]!.AsObject()).First(r => (string?)r["resourceType"] == "Composition")["section"]![0]!["text"]!["div"] =
            $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{xhtml}</div>";
        return JsonSerializer.SerializeToUtf8Bytes(bundle);
    }

    private static IEnumerable<string> ScreenWords(ReadOnlyMemory<byte> json)
    {
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(Hub.Fhir.Narratives.NarrativePage.Render(json));
        return page.Body!.GetDescendants().OfType<IText>().SelectMany(t => t.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Distinct();
    }

}
