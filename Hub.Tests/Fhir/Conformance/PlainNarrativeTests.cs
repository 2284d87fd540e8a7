using FsCheck.Xunit;
using Hl7.Fhir.Model;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Conformance.Rules;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

/// <summary>A narrative that is passed without an XML reader is one that the reader passes.</summary>
public sealed class PlainNarrativeTests
{
    private const string Open = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";
    private static readonly string Seed = $"{Open}<ul><li>a &amp; b</li></ul><table><caption>c</caption><tbody><tr><th scope=\"row\">h</th><td colspan=\"8\">é</td></tr></tbody></table><p>x<b>y</b></p></div>";

    private static readonly string[] Pieces =
        ["<", ">", "&", "&amp;", "&nbsp;", "/", "\"", " ", "\n", "<p>", "</p>", "<li>", "</td>", "<script>", "<br/>", "<!-- -->", "]]>", "<![CDATA[x]]>", "\u0001", "\uD800", "\uFFFE", "\u00A0", " onclick=\"x\"", "<tr>", "div", "<?x y?>"];

    public static TheoryData<int> Events => [.. Enumerable.Range(0, Cases.All().Count())];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_narrative_that_our_templates_make_is_known(int index)
    {
        var composed = ComposedCase.Of(CaseFileReader.Open(Cases.Request(Cases.All().ElementAt(index), episode: Cases.Discharged())));
        foreach (var section in composed.SharedComponents)
        {
            PlainNarrative.IsGood(section.Text!.Div!).ShouldBeTrue(section.Title);
            Faults(section.Text.Div!).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("<p>x</p>")]
    [InlineData(Open + "</div>")]
    [InlineData(Open + " </div>")]
    [InlineData(Open + "<p>\u00A0</p></div>")]
    [InlineData(Open + "<script>x</script></div>")]
    [InlineData(Open + "<p onclick=\"x\">x</p></div>")]
    [InlineData(Open + "<p><ul><li>x</li></ul></p></div>")]
    [InlineData(Open + "<ul>x</ul></div>")]
    [InlineData(Open + "<ul>&amp;</ul></div>")]
    [InlineData(Open + "x</div>x")]
    [InlineData(Open + "x</div></div>")]
    [InlineData(Open + "x")]
    [InlineData(Open + "x & y</div>")]
    [InlineData(Open + "<b>x</i></div>")]
    public void A_faulty_narrative_is_never_passed(string div)
    {
        PlainNarrative.IsGood(div).ShouldBeFalse();
        Faults(div).ShouldNotBeEmpty();
    }

    [Property(MaxTest = 5_000)]
    public void Whatever_is_passed_the_reader_passes(uint first, uint second, uint piece, uint other, byte cut)
    {
        var div = Put(Put(Seed, first, Pieces[piece % Pieces.Length], cut % 4), second, Pieces[other % Pieces.Length], 0);
        if (PlainNarrative.IsGood(div))
        {
            Faults(div).ShouldBeEmpty(div);
        }
    }

    private static string Put(string text, uint at, string piece, int cut)
    {
        var place = (int)(at % (uint)text.Length);
        return text.Remove(place, Math.Min(cut, text.Length - place)).Insert(place, piece);
    }

    // By the reader alone: a comment in front keeps the plain way out of it, and is no fault.
    private static IReadOnlyList<ConformanceIssue> Faults(string div)
    {
        var findings = new Findings(CheckBudget.Usual());
        NarrativeRules.Check(new Narrative { DivElement = new XHtml("<!-- read -->" + div) }, findings);
        return findings.Issues;
    }
}
