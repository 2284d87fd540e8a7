namespace Hub.Tests.Fhir.Conformance;

/// <summary>Narratives that are no narrative, or that act.</summary>
internal static class NarrativeFaults
{
    public static readonly PlantedFault[] All =
    [
        new("A script in a narrative", "narrative-active", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p><script>alert(1)</script></div>"),
        new("An event handler in a narrative", "narrative-active", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p onclick=\"x()\">x</p></div>"),
        new("A link that runs", "narrative-active", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><a href=\"javascript:x()\">x</a></p></div>"),
        new("A picture from elsewhere", "narrative-external", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><img src=\"https://example.org/x.png\" alt=\"x\"/>x</p></div>"),
        new("A style that fetches", "narrative-external", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p style=\"background:url(https://example.org/x)\">x</p></div>"),
        new("A form in a narrative", "narrative-active", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><form><p>x</p></form></div>"),
        new("A narrative that is not well-formed", "txt-1", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</div>"),
        new("A narrative that says nothing", "txt-2", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p> </p></div>"),
        new("A narrative that is no div", "txt-1", "Bundle.entry[3].resource.text.div",
            b => b.Resource(4).At("text")["div"] = "<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>"),
    ];
}
