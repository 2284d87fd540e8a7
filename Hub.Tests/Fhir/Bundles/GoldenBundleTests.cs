using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Tests.Support;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

/// <summary>Bundles and pages that a person has read as the one who receives them.</summary>
public sealed class GoldenBundleTests
{
    public static TheoryData<string, Audience> Pages => new()
    {
        { "admission", Audience.Gp }, { "admission", Audience.Cmht }, { "admission", Audience.Ward },
        { "medication-change", Audience.Gp }, { "medication-change", Audience.Cmht }, { "medication-change", Audience.Ward },
        { "discharge", Audience.Gp }, { "discharge", Audience.Cmht }, { "discharge", Audience.Ward },
        { "discharge-cancelled", Audience.Gp }, { "discharge-cancelled", Audience.Cmht }, { "discharge-cancelled", Audience.Ward },
    };

    /// <summary>The entries are the same for every reader (another test), so one reader's bundle is kept of each.</summary>
    [Theory]
    [InlineData("admission")]
    [InlineData("medication-change")]
    [InlineData("discharge")]
    [InlineData("discharge-cancelled")]
    public void A_message_is_the_one_that_was_read(string type) =>
        Golden.ShouldMatch(Emitted.Compose(Request(type, Audience.Gp)).Json, Name(type, Audience.Gp));

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_is_the_one_that_was_read(string type, Audience audience) =>
        Golden.ShouldMatchText(
            NarrativePage.Render(Emitted.Compose(Request(type, audience)).Json).Replace("><", ">\n<", StringComparison.Ordinal), // a line an element, for the one who reads the difference
            Name(type, audience) + ".html");

    [Fact]
    public void A_discharge_document_is_the_one_that_was_read() =>
        Golden.ShouldMatch(DocumentComposer.Compose(Request("discharge", Audience.Gp)).Json, "discharge.document.gp");

    private static string Name(string type, Audience audience) => $"{type}.{audience.ToString().ToLowerInvariant()}";

    private static ComposeRequest Request(string type, Audience audience) => type switch
    {
        "admission" => Cases.Request(Cases.Admission(), audience, Cases.Open()),
        "medication-change" => Cases.Request(Cases.Change(), audience, Cases.Changed(), Cases.Open()),
        "discharge" => Cases.Request(Cases.Discharge(), audience, Cases.Discharged(), Cases.Changed()),
        _ => Cases.Request(Cases.DischargeCancelled(), audience, Cases.Reopened(), Cases.Discharged()),
    };
}
