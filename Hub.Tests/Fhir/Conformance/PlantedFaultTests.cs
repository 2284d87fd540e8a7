using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Fhir.Conformance;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Conformance;

public class PlantedFaultTests
{
    private static readonly PlantedFault[] All = [.. BaseFaults.All, .. ResourceFaults.All, .. BundleFaults.All, .. UkFaults.All, .. NarrativeFaults.All, .. ProfileFaults.All];

    public static TheoryData<string> Names => [.. All.Select(f => f.Name)];

    /// <summary>What the SDK's strict parse alone lets through: all that the model can hold.</summary>
    public static TheoryData<string> PassingAStrictParse => [.. All.Where(PassesAStrictParse).Select(f => f.Name)];

    [Fact]
    public void There_are_at_least_sixty_faults_and_no_two_of_one_name() => All.Select(f => f.Name).Distinct().Count().ShouldBe(Math.Max(60, All.Length));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_fault_is_found_where_it_is_by_its_rule(string name)
    {
        var fault = All.Single(f => f.Name == name);

        var (_, issues) = IncomingBundle.Read(fault.Bytes());

        issues.ShouldContain(i => i.Severity == IssueSeverity.Error && i.Rule == fault.Rule && i.Location == fault.Location, Show(issues));
    }

    [Theory]
    [MemberData(nameof(PassingAStrictParse))]
    public void A_fault_that_a_strict_parse_lets_through_is_found_in_the_model_too(string name)
    {
        var fault = All.Single(f => f.Name == name);
        var bundle = FhirJsonDeserializer.STRICT.DeserializeResource(Encoding.UTF8.GetString(fault.Bytes())).ShouldBeOfType<Bundle>();

        BundleValidator.Validate(bundle).ShouldContain(i => i.Severity == IssueSeverity.Error && i.Rule == fault.Rule && i.Location == fault.Location);
    }

    [Fact]
    public void A_strict_parse_alone_lets_more_than_half_of_the_faults_through() => PassingAStrictParse.Count.ShouldBeGreaterThan(All.Length / 2);

    [Fact]
    public void No_finding_repeats_what_the_resource_says()
    {
        const string secret = "Zebedee-Quixote";
        foreach (var fault in All)
        {
            var text = Encoding.UTF8.GetString(fault.Bytes()).Replace("\"Person\"", $"\"{secret}\"", StringComparison.Ordinal).Replace("9912003888", secret, StringComparison.Ordinal);

            var (_, issues) = IncomingBundle.Read(Encoding.UTF8.GetBytes(text));

            issues.ShouldAllBe(i => !i.Text.Contains(secret) && !i.Location.Contains(secret) && !i.Rule.Contains(secret));
        }
    }

    private static bool PassesAStrictParse(PlantedFault fault) =>
        FhirJsonDeserializer.STRICT.TryDeserializeResource(Encoding.UTF8.GetString(fault.Bytes()), out _, out _);

    private static string Show(IReadOnlyList<ConformanceIssue> issues) => string.Join("\n", issues.Select(i => $"{i.Severity} {i.Rule} {i.Location}"));
}
