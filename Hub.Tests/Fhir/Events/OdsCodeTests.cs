using Hub.Fhir.Events;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Events;

public sealed class OdsCodeTests
{
    [Theory]
    [InlineData("y06601", "Y06601")]
    [InlineData(" RXX ", "RXX")]
    [InlineData("RXX01", "RXX01")]
    public void A_code_is_read_in_either_case(string text, string expected) => OdsCode.Parse(text).Value.ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("RX")]
    [InlineData("ABCDEFGHIJKLM")]
    [InlineData("RX-01")]
    [InlineData("ÅBC")]
    public void What_is_no_code_is_not_read(string? text) => OdsCode.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("V81997", true)]
    [InlineData("v81998", true)]
    [InlineData("V81999", true)]
    [InlineData("V81996", false)]
    [InlineData("Y06601", false)]
    public void Three_codes_name_no_practice(string code, bool none) => OdsCode.Parse(code).NamesNoPractice.ShouldBe(none);
}
