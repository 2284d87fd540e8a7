using Hub.Fhir.Conformance;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

public class GoodBundleTests
{
    [Fact]
    public void A_good_message_has_no_finding_at_all() => BundleValidator.Validate(GoodBundle.Message()).ShouldBeEmpty();

    [Fact]
    public void A_good_document_has_no_finding_at_all() => BundleValidator.Validate(GoodBundle.Document()).ShouldBeEmpty();

    [Fact]
    public void A_good_message_read_from_bytes_has_no_finding_and_is_the_same_message()
    {
        var (bundle, issues) = IncomingBundle.Read(GoodBundle.Bytes(GoodBundle.Message()));

        issues.ShouldBeEmpty();
        GoodBundle.Text(bundle!).ShouldBe(GoodBundle.Text(GoodBundle.Message()));
    }

    [Fact]
    public void A_body_before_its_envelope_needs_no_identifier_but_a_message_that_leaves_does()
    {
        var body = GoodBundle.Message();
        body.Identifier = null;

        BundleValidator.ValidateBody(body).ShouldBeEmpty();
        BundleValidator.Validate(body).ShouldHaveSingleItem().Rule.ShouldBe("message-identifier");
    }

    [Fact]
    public void Warming_up_compiles_every_profile_and_leaves_nothing_behind()
    {
        BundleValidator.WarmUp();

        BundleValidator.Validate(GoodBundle.Message()).ShouldBeEmpty();
    }
}
