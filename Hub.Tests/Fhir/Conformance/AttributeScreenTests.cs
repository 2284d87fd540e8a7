using Hl7.Fhir.Model;
using Hl7.Fhir.Validation;
using Hub.Fhir.Conformance;
using Hub.Fhir.Conformance.Profiles;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

/// <summary>The screen spares the SDK's slow walk where that would find nothing; here the SDK says whether it was right.</summary>
public class AttributeScreenTests
{
    public static TheoryData<string> Faults => [.. All.Select(f => f.Name)];

    private static IEnumerable<PlantedFault> All =>
        [.. BaseFaults.All, .. ResourceFaults.All, .. BundleFaults.All, .. UkFaults.All, .. NarrativeFaults.All, .. ProfileFaults.All];

    [Fact]
    public void A_good_message_and_a_good_document_pass_the_screen()
    {
        IsScreened(GoodBundle.Message()).ShouldBeTrue();
        IsScreened(GoodBundle.Document()).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_judged_as_if_the_SDK_had_judged_all(string name)
    {
        if (Parse(All.Single(f => f.Name == name).Bytes()) is { } bundle)
        {
            Judge(() => BundleValidator.Validate(bundle)).ShouldBe(Judge(() => WithoutScreen(bundle)));
        }
    }

    [Fact]
    public void An_odd_value_at_any_place_passes_the_screen_only_where_the_SDK_finds_nothing()
    {
        var (tried, stopped) = (0, 0);
        foreach (var (place, json) in OddBundles.All())
        {
            if (Parse(json) is not { } bundle)
            {
                continue;
            }

            tried++;
            if (!TryScreen(bundle))
            {
                stopped++;
                continue;
            }

            bundle.Validate(ModelInfo.ModelInspector, NarrativeValidationKind.None).ShouldBeEmpty(place);
        }

        tried.ShouldBeGreaterThan(1000);
        stopped.ShouldBeInRange(500, tried - 100);
    }

    private static bool IsScreened(Bundle bundle)
    {
        var walk = new ElementWalk(new Findings(CheckBudget.Usual()), BundleIndex.Of(bundle), ProfileCatalogue.Default);
        walk.Visit(bundle);
        return walk.IsScreened;
    }

    private static bool TryScreen(Bundle bundle)
    {
        try
        {
            return IsScreened(bundle);
        }
        catch (CodedValidationException)
        {
            return false;
        }
    }

    private static IReadOnlyList<ConformanceIssue> WithoutScreen(Bundle bundle)
    {
        var (all, rest) = (new Findings(CheckBudget.Usual()), new Findings(CheckBudget.Usual()));
        AttributeRules.Check(bundle, all);
        BundleValidator.CheckRest(bundle, bound: true, rest);
        all.Add(rest.Issues);
        return all.Issues;
    }

    // Some shapes make the SDK throw; both ways must then throw alike.
    private static string Judge(Func<IReadOnlyList<ConformanceIssue>> check)
    {
        try
        {
            return string.Join('\n', check());
        }
        catch (CodedValidationException fault)
        {
            return fault.ErrorCode;
        }
    }

    private static Bundle? Parse(byte[] json) => OddBundles.Parse(json);
}
