using Hub.Fhir.Itk3;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Itk3;

/// <summary>ITK3 messages that a person has read beside the public specification.</summary>
public sealed class Itk3GoldenTests
{
    [Theory]
    [InlineData("discharge")]
    [InlineData("admission")]
    [InlineData("medication-change")]
    [InlineData("discharge-cancelled")]
    public void A_message_is_the_one_that_was_read(string type) =>
        Golden.ShouldMatchText(Itk3Cases.Indented(Itk3Message.Write(Itk3Cases.R4(type), Itk3Cases.Envelope)), type + ".itk3.xml");

    [Theory]
    [InlineData("discharge")]
    [InlineData("admission")]
    [InlineData("medication-change")]
    [InlineData("discharge-cancelled")]
    public void XML_and_JSON_say_the_same_in_the_same_order(string type)
    {
        var xml = Itk3Message.Write(Itk3Cases.R4(type), Itk3Cases.Envelope);
        var json = Itk3Message.Write(Itk3Cases.R4(type), Itk3Cases.Envelope with { Format = Itk3Format.Json });

        Itk3Cases.Leaves(json.Bytes).ShouldBe(Itk3Cases.Leaves(Itk3Cases.Xml(xml)));
        (xml.MediaType, json.MediaType).ShouldBe(("application/fhir+xml", "application/fhir+json"));
    }
}
