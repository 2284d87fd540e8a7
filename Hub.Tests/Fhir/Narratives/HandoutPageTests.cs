using AngleSharp.Html.Parser;
using Hub.Fhir.Bundles.Handouts;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Narratives;

/// <summary>What a screen reader and a printer need of every page that is handed over.</summary>
public sealed class HandoutPageTests
{
    public static TheoryData<string> Pages => ["patient", "withdrawn", "carer", "start", "plan"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_can_be_read_without_seeing_it(string which)
    {
        var page = new HtmlParser().ParseDocument(Page(which));

        page.DocumentElement.GetAttribute("lang").ShouldBe("en-GB");
        page.Title.ShouldNotBeNullOrWhiteSpace();
        page.QuerySelectorAll("h1").Length.ShouldBe(1);
        page.QuerySelectorAll("main").Length.ShouldBe(1);
        page.QuerySelectorAll("h3").ShouldBeEmpty(); // no level is skipped: there are two
        page.QuerySelectorAll("table:not([role=presentation])").ShouldAllBe(t => t.QuerySelector("caption") != null);
        page.QuerySelectorAll("th").ShouldAllBe(h => h.GetAttribute("scope") == "col" || h.GetAttribute("scope") == "row");
        page.QuerySelectorAll("section").ShouldAllBe(s => page.GetElementById(s.GetAttribute("aria-labelledby")!) != null);
        page.QuerySelectorAll("[id]").Select(e => e.Id).ShouldBeUnique();
        page.QuerySelectorAll("script, img, link, iframe, form").ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_prints_on_A4_with_room_for_who_gave_it_when_and_how(string which)
    {
        var html = Page(which);
        var page = new HtmlParser().ParseDocument(html);

        html.ShouldContain("@page { size: A4;");
        page.QuerySelectorAll(".given th").Select(h => h.TextContent).ShouldBe(
            ["Given to", "Given by", "When (date and time)", "How (by hand, read aloud, with an interpreter, easy read)", "Not given, because"]);
        page.QuerySelector(".given")!.TextContent.ShouldContain("Printed is not given.");
    }

    /// <summary>In the head of the outer table, which a browser repeats on every printed page.</summary>
    [Theory]
    [InlineData("patient", true)]
    [InlineData("withdrawn", true)]
    [InlineData("start", true)]
    [InlineData("plan", true)]
    [InlineData("carer", false)]
    public void Name_and_NHS_number_stand_on_each_of_the_persons_own_pages_and_on_none_of_a_carers(string which, bool own)
    {
        var html = Page(which);

        (new HtmlParser().ParseDocument(html).QuerySelector(".sheet > thead")?.TextContent.Trim() ?? "").ShouldBe(own ? "Ama Mensah, NHS number 991 200 3888" : "");
        html.Contains("Mensah", StringComparison.Ordinal).ShouldBe(own);
        html.Contains("991 200", StringComparison.Ordinal).ShouldBe(own);
    }

    private static string Page(string which) => which switch
    {
        "patient" => HandoutPage.Render(PatientCopy.Compose(Cases.Request(Cases.Discharge(), episode: Cases.Discharged(), before: Cases.Changed()))!.Json),
        "withdrawn" => HandoutPage.Render(PatientCopy.Compose(Cases.Request(Cases.DischargeCancelled(), episode: Cases.Reopened(), before: Cases.Discharged()))!.Json),
        "carer" => HandoutPage.Render(CarerCopy.Compose(Cases.Request(Cases.Discharge(), episode: Open(), before: Cases.Changed()), Open().Carers.Single())!.Json),
        "start" => WhoWeAreSheet.Render(Cases.Open())!,
        _ => DischargePlanSheet.Render(Cases.Discharged())!,
    };

    private static EpisodeState Open() => Cases.Discharged() with
    {
        Carers = [Cases.Admission().Carers.Single() with { Consent = [.. Enum.GetValues<ConsentClass>().Select(c => new CarerConsent { Class = c, State = ConsentState.Given })] }],
    };
}
