using FsCheck.Xunit;
using Hub.Fhir.Narratives;
using Shouldly;
using System.Xml.Linq;
using Xunit;

namespace Hub.Tests.Fhir.Narratives;

public sealed class NarrativeRendererTests
{
    [Fact]
    public void A_variable_that_the_model_lacks_is_an_error() =>
        Should.Throw<NarrativeException>(() => NarrativeRenderer.Render("sections/items", new Dictionary<string, object?>())).Message.ShouldContain("lines");

    [Property]
    public void Any_text_comes_out_as_text_and_nothing_else(string? text)
    {
        var html = NarrativeRenderer.Render("sections/items", new Dictionary<string, object?> { ["lines"] = new[] { text ?? "" } });

        var items = XElement.Parse(html).Elements().ToList();
        items.ShouldHaveSingleItem().Elements().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{{ 7 | plus: 1 }}")]
    [InlineData("{% raw %}")]
    public void Template_language_in_a_text_stays_text(string text) =>
        NarrativeRenderer.Render("sections/items", new Dictionary<string, object?> { ["lines"] = new[] { text } }).ShouldContain(text);
}
