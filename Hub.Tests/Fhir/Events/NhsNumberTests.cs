using FsCheck.Xunit;
using Hub.Fhir.Events;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Events;

public sealed class NhsNumberTests
{
    [Theory]
    [InlineData("9912003888")]
    [InlineData("9912003071")]
    [InlineData("9000000009")]
    [InlineData("9449305552")]
    [InlineData("944 930 5552")]
    [InlineData("944-930-5552")]
    public void A_number_with_the_right_check_digit_is_read_however_it_is_spaced(string text)
    {
        NhsNumber.TryParse(text, out var number).ShouldBeTrue();
        number!.Value.Length.ShouldBe(10);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("9912003890")]     // wrong check digit
    [InlineData("1234567890")]     // the counting number, wrong check digit
    [InlineData("9876543210")]     // the counting number backwards passes modulus 11
    [InlineData("9999999999")]     // so do ten equal digits
    [InlineData("0000000000")]
    [InlineData("991200388")]      // nine digits
    [InlineData("99120038888")]    // eleven
    [InlineData("99120038８8")]    // a full-width digit is no digit here
    public void A_number_that_is_nobodys_is_not_read(string? text) => NhsNumber.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_remainder_that_gives_ten_is_never_a_number()
    {
        // 100000001: 10 + 2 = 12, 12 mod 11 = 1, 11 - 1 = 10, which is never issued.
        for (var check = 0; check < 10; check++)
        {
            NhsNumber.TryParse("100000001" + check, out _).ShouldBeFalse();
        }
    }

    [Property]
    public void Changing_one_digit_always_breaks_a_number(byte place, byte by)
    {
        var digits = "9449305552".ToCharArray();
        var at = place % 10;
        digits[at] = (char)('0' + ((digits[at] - '0' + 1 + (by % 9)) % 10));

        NhsNumber.TryParse(new string(digits), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_printed_number_shows_its_last_three_digits_only()
    {
        NhsNumber.TryParse("9449305552", out var number).ShouldBeTrue();

        $"{number}".ShouldBe("NHS no. ending 552");
    }
}
