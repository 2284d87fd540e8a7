using FsCheck.Xunit;
using Hl7.Fhir.Model;
using Hub.Fhir.Conformance;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

/// <summary>A literal that is passed without the SDK's regular expressions is one that they pass.</summary>
public sealed class PlainLiteralTests
{
    private static readonly string[] Seeds =
    [
        "2026-05-12T17:40:00+01:00", "2026-02-28", "0001-01-01", "9999-12-31T23:59:59-13:59", "urn:uuid:6ba7b811-9dad-51d1-80b4-00c04fd430c8",
        "6ba7b811-9dad-51d1-80b4-00c04fd430c8", "en-GB", "text/plain;charset=utf-8",
    ];

    public static TheoryData<PrimitiveType> Usual =>
    [
        new FhirDateTime(Seeds[0]), new FhirDateTime(Seeds[1]), new Date(Seeds[1]), new FhirUri(Seeds[4]), new Id(Seeds[5]), new Code(Seeds[6]),
    ];

    [Theory]
    [MemberData(nameof(Usual), DisableDiscoveryEnumeration = true)]
    public void The_usual_form_of_a_literal_is_known(PrimitiveType usual)
    {
        PlainLiteral.IsGood(usual).ShouldBeTrue();
        usual.HasValidValue().ShouldBeTrue();
    }

    [Theory]
    [InlineData("2026-02-29")]
    [InlineData("2026-05-12T24:00:00+01:00")]
    [InlineData("2026-05-12T17:40:00+14:30")]
    [InlineData("2026-05-12T17:40:60+01:00")]
    [InlineData("2026-5-012")]
    public void A_wrong_date_is_never_passed(string wrong)
    {
        PlainLiteral.IsGood(new FhirDateTime(wrong)).ShouldBeFalse();
        PlainLiteral.IsGood(new Date(wrong)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("urn:uuid:+ba7b811-9dad-51d1-80b4-00c04fd430c8")]
    [InlineData("urn:uuid:6BA7B811-9dad-51d1-80b4-00c04fd430c8")]
    [InlineData("urn:uuid:6ba7b811-9dad-51d1-80b4-00c04fd430c")]
    public void A_wrong_uuid_is_never_passed(string wrong) => PlainLiteral.IsGood(new FhirUri(wrong)).ShouldBeFalse();

    // One or two characters of a good literal are replaced: most of what comes out is wrong.
    [Property(MaxTest = 20_000)]
    public void Whatever_is_passed_the_SDK_passes(uint seed, uint first, char by, uint second, byte digit)
    {
        var text = Seeds[seed % Seeds.Length].ToCharArray();
        text[first % text.Length] = by;
        text[second % text.Length] = (char)('+' + (digit % 16));
        foreach (PrimitiveType literal in new PrimitiveType[] { new FhirDateTime(new string(text)), new Date(new string(text)), new FhirUri(new string(text)), new Id(new string(text)), new Code(new string(text)) })
        {
            if (PlainLiteral.IsGood(literal))
            {
                literal.HasValidValue().ShouldBeTrue(new string(text));
            }
        }
    }
}
