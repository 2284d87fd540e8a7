using System.Text;
using Hub.Fhir.Conformance;
using Hub.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

[Collection(Alone.Name)]
public class ParallelCheckTests
{
    [Fact]
    public async Task Sixty_four_callers_at_once_find_what_one_finds()
    {
        // A few of each kind: enough to meet every layer at once.
        PlantedFault[] faults = [.. BaseFaults.All[..4], .. ResourceFaults.All[..4], .. BundleFaults.All[..4], .. UkFaults.All[..4], .. NarrativeFaults.All[..2], .. ProfileFaults.All[..4]];
        var bytes = faults.Select(f => f.Bytes()).ToList();
        var alone = bytes.ConvertAll(b => Show(IncomingBundle.Read(b, Patient()).Issues));
        using var gate = new Barrier(64);

        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Factory.StartNew(
            () =>
            {
                gate.SignalAndWait(); // all begin together
                return Enumerable.Range(0, bytes.Count).Select(i => (i + caller) % bytes.Count).ToDictionary(i => i, i => Show(IncomingBundle.Read(bytes[i], Patient()).Issues));
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        foreach (var found in results)
        {
            found.OrderBy(f => f.Key).Select(f => f.Value).ShouldBe(alone);
        }
    }

    // What is asked here is whether callers disturb each other, not how quick a starved machine is.
    private static CheckBudget Patient() => new(TimeProvider.System, TimeSpan.FromMinutes(10), int.MaxValue);

    [Fact]
    public void A_check_that_takes_too_long_stops_and_says_so()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };

        var issues = BundleValidator.Check(GoodBundle.Message(), bound: true, new CheckBudget(clock, TimeSpan.FromMilliseconds(500), int.MaxValue));

        issues.Count(i => i.Rule == "check-incomplete").ShouldBe(1);
    }

    [Fact]
    public void A_bundle_of_too_many_elements_is_not_judged_to_its_end_and_says_so()
    {
        var issues = BundleValidator.Check(GoodBundle.Message(), bound: true, new CheckBudget(TimeProvider.System, TimeSpan.FromHours(1), 100));

        issues.ShouldHaveSingleItem().Rule.ShouldBe("check-incomplete");
    }

    [Theory]
    [InlineData("", "json-syntax")]
    [InlineData("{", "json-syntax")]
    [InlineData("[]", "not-a-bundle")]
    [InlineData("null", "not-a-bundle")]
    [InlineData("""{"resourceType":"Patient"}""", "not-a-bundle")]
    [InlineData("""{"resourceType":"Bundle","type":"message","type":"document"}""", "json-duplicate-member")]
    [InlineData("""{"resourceType":"Bundle"} {"resourceType":"Bundle"}""", "json-syntax")]
    public void What_is_no_bundle_is_refused_with_its_reason(string content, string rule)
    {
        var (bundle, issues) = IncomingBundle.Read(Encoding.UTF8.GetBytes(content));

        bundle.ShouldBeNull();
        issues.ShouldContain(i => i.Rule == rule);
    }

    [Fact]
    public void A_bundle_nested_a_thousand_deep_is_refused_before_it_is_read()
    {
        var deep = "{\"resourceType\":\"Bundle\",\"extension\":" + string.Concat(Enumerable.Repeat("[{\"extension\":", 1000)) + "[]" + string.Concat(Enumerable.Repeat("}]", 1000)) + "}";

        IncomingBundle.Read(Encoding.UTF8.GetBytes(deep)).Issues.ShouldHaveSingleItem().Rule.ShouldBe("json-syntax");
    }

    [Fact]
    public void A_bundle_over_the_limit_is_refused_before_it_is_read() =>
        IncomingBundle.Read(new byte[IncomingBundle.MaxBytes + 1]).Issues.ShouldHaveSingleItem().Rule.ShouldBe("too-large");

    private static string Show(IReadOnlyList<ConformanceIssue> issues) => string.Join("|", issues.Select(i => $"{i.Severity} {i.Rule} {i.Location}"));
}
