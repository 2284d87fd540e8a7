using FsCheck.Xunit;
using Hub.Fhir.Conformance.Rules;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

public class SnomedIdentifierTests
{
    [Theory]
    [InlineData("373942005")]
    [InlineData("1102411000000102")]
    [InlineData("163771000000109")]
    [InlineData("39732311000001104")]
    [InlineData("26643006")]
    [InlineData("138875005")]
    public void A_real_identifier_is_valid(string code) => SnomedIdentifier.IsValid(code).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("0138875005")]
    [InlineData("13887500A")]
    [InlineData("1388750051388750051")]
    public void What_is_no_identifier_is_not_valid(string code) => SnomedIdentifier.IsValid(code).ShouldBeFalse();

    [Property]
    public void One_wrong_digit_is_always_noticed(byte at, byte by)
    {
        const string good = "1102411000000102";
        var digits = good.ToCharArray();
        var position = at % digits.Length;
        digits[position] = (char)('0' + ((digits[position] - '0' + 1 + (by % 9)) % 10));

        SnomedIdentifier.IsValid(new string(digits)).ShouldBeFalse();
    }
}
