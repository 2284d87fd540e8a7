using Hl7.Fhir.Model;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Resources;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

/// <summary>What bundles share is judged and written once, and nobody can tell.</summary>
public class SharedPartsTests
{
    private static readonly Audience[] Three = [Audience.Gp, Audience.Cmht, Audience.Ward];

    public static TheoryData<int> Events => [.. Enumerable.Range(0, Cases.All().Count())];

    [Theory]
    [MemberData(nameof(Events))]
    public void Three_audiences_at_once_get_what_each_gets_alone(int index)
    {
        var request = Cases.Request(Cases.All().ElementAt(index), episode: Cases.Discharged());

        var together = BundleComposer.ComposeAll(request, Three);

        foreach (var audience in Three)
        {
            var alone = BundleComposer.Compose(request with { Audience = audience });
            together[audience].Json.Span.SequenceEqual(alone.Json.Span).ShouldBeTrue();
            together[audience].Issues.ShouldBe(alone.Issues);
        }
    }

    [Fact]
    public void A_bundle_is_written_as_if_it_were_written_whole()
    {
        var writer = new BundleWriter();
        foreach (var bundle in new[] { GoodBundle.Message(), GoodBundle.Document(), new Bundle { Type = Bundle.BundleType.Message } })
        {
            writer.Write(bundle).ShouldBe(FhirJson.Write(bundle));
            writer.Write(bundle).ShouldBe(FhirJson.Write(bundle));
        }
    }

    [Fact]
    public void A_faulty_shared_entry_is_named_in_every_bundle_that_holds_it()
    {
        var (first, second, shared) = TwoBundles();
        first.Entry.Select(e => e.Resource).OfType<Patient>().Single().Identifier[0].Value = "9912003889";

        var issues = BundleValidator.ValidateBody(first, shared);

        issues.ShouldNotBeEmpty();
        BundleValidator.ValidateBody(second, shared).ShouldBe(issues);
    }

    [Fact]
    public void A_shared_entry_that_refers_to_what_only_one_bundle_holds_is_judged_again_in_the_other()
    {
        var (first, second, _) = TwoBundles();
        var target = first.Entry.First(e => e.Resource is Patient);
        var shared = new SharedParts(first.Entry.Where(e => e != target), []);
        second.Entry.Remove(target);

        BundleValidator.ValidateBody(first, shared).ShouldBeEmpty();

        BundleValidator.ValidateBody(second, shared).ShouldContain(i => i.Rule == "bundle-reference");
        BundleValidator.ValidateBody(second, shared).ShouldBe(BundleValidator.ValidateBody(second));
    }

    private static (Bundle First, Bundle Second, SharedParts Shared) TwoBundles()
    {
        var first = GoodBundle.Message();
        var second = GoodBundle.Message();
        second.Entry = [.. first.Entry];
        return (first, second, new SharedParts(first.Entry, []));
    }
}
