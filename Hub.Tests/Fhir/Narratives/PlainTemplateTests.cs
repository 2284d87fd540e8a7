using FsCheck.Xunit;
using Hub.Fhir.Narratives;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Narratives;

/// <summary>Our templates are rendered by parts of our own; DotLiquid is the judge of whether they mean what Liquid means.</summary>
public sealed class PlainTemplateTests
{
    public static TheoryData<string> Templates => [.. NarrativeRenderer.Names];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_template_of_ours_is_plain(string name) => NarrativeRenderer.Find(name).Plain.ShouldNotBeNull();

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_template_renders_as_DotLiquid_renders_it_whatever_the_model_holds(string name)
    {
        var (different, names) = (new HashSet<string>(), 0);
        for (var seed = 0; seed < 300; seed++)
        {
            var model = new ModelMaker(NarrativeRenderer.Find(name).Text, new Random(seed)).Make();

            var text = NarrativeRenderer.Render(name, model);

            text.ShouldBe(NarrativeRenderer.RenderLiquid(name, model));
            different.Add(text);
            names = model.Count;
        }

        different.Count.ShouldBeGreaterThan(names == 0 ? 0 : 1);
    }

    [Theory]
    [InlineData("{{ name | upcase }}")]
    [InlineData("{% if a or b %}x{% endif %}")]
    [InlineData("{% if a == b %}x{% endif %}")]
    [InlineData("{% if a < 3 %}x{% endif %}")]
    [InlineData("{% assign a = 3 %}")]
    [InlineData("{% for a in list limit:2 %}x{% endfor %}")]
    [InlineData("{% for a in (1..3) %}x{% endfor %}")]
    [InlineData("{% for a in list %}{{ forloop.index }}{% endfor %}")]
    [InlineData("{% case a %}{% when 'x' or 'y' %}x{% endcase %}")]
    [InlineData("{%- if a -%}x{%- endif -%}")]
    [InlineData("{{ a[0] }}")]
    [InlineData("{% if a %}x")]
    [InlineData("{% if a %}x{% endfor %}")]
    [InlineData("x{% endif %}")]
    [InlineData("{{ }}")]
    public void What_is_more_than_plain_is_left_to_DotLiquid(string template) => PlainTemplateReader.Read(template).ShouldBeNull();

    [Fact]
    public void A_member_that_an_item_of_the_model_lacks_is_an_error() =>
        Should.Throw<NarrativeException>(() => NarrativeRenderer.Render("sections/facts", new Dictionary<string, object?>
        {
            ["facts"] = new[] { new Dictionary<string, object?> { ["label"] = "SECRET" } },
            ["lines"] = Array.Empty<string>(),
        })).Message.ShouldSatisfyAllConditions(m => m.ShouldContain("fact.value"), m => m.ShouldNotContain("SECRET"));

    [Property]
    public void A_text_is_escaped_as_for_DotLiquid(string? text)
    {
        var model = new Dictionary<string, object?> { ["lines"] = new[] { text, "\uFFFE\u0001\uD800<&>\"'" + text + "\uDC00" } };

        NarrativeRenderer.Render("sections/items", model).ShouldBe(NarrativeRenderer.RenderLiquid("sections/items", model));
    }
}
