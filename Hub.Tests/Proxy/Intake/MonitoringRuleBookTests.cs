using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Fhir.Medicines;
using Hub.Proxy;
using Hub.Proxy.Intake;
using Hub.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Intake;

public sealed class MonitoringRuleBookTests : IDisposable
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.Zero));
    private readonly string folder = Directory.CreateTempSubdirectory("hub-rules-").FullName;

    [Fact]
    public void A_signed_rule_is_enabled_and_one_as_shipped_is_not()
    {
        Write("lithium", Shipped("lithium"));
        Write("clozapine", Cases.Signed(Shipped("clozapine")));

        var book = MonitoringRuleBook.Open(folder, Clock);

        book.Problems.ShouldBeEmpty();
        book.All.Count.ShouldBe(2);
        book.Enabled.Select(r => r.Id).ShouldBe(["clozapine"]);
    }

    [Fact]
    public void A_rule_enabled_without_a_signature_stops_the_start_and_file_line_and_field_are_named()
    {
        Write("clozapine", Shipped("clozapine") with { Enabled = true });
        var line = File.ReadAllLines(PathOf("clozapine")).ToList().FindIndex(l => l.Contains("\"enabled\"")) + 1;

        Failures().ShouldBe([$"Hub:RulesDirectory: clozapine.json, line {line}, /enabled: A rule without a signature cannot be enabled. "
            + "Add signature with name, role and signedOn of the pharmacist who answers for it."]);
    }

    [Theory]
    [InlineData("signedOn", "2026-06-01", "/signature/signedOn", "a day that has not come")]
    [InlineData("signedOn", "2026-02-31", "/signature/signedOn", "no such date")]
    [InlineData("name", "  ", "/signature/name", "")]
    public void A_signature_that_cannot_be_is_refused(string member, string value, string field, string text)
    {
        Write("clozapine", Cases.Signed(Shipped("clozapine")), json => json["signature"]![member] = value);

        var problem = MonitoringRuleBook.Open(folder, Clock).Problems.ShouldHaveSingleItem();

        (problem.Field, problem.File).ShouldBe((field, "clozapine.json"));
        problem.Text.ShouldContain(text);
        MonitoringRuleBook.Open(folder, Clock).Enabled.ShouldBeEmpty();
    }

    [Fact]
    public void A_member_that_a_rule_cannot_have_and_a_file_under_another_name_are_refused()
    {
        Write("clozapine", Shipped("clozapine"), json => json["maxDose"] = 900);
        Write("other", Shipped("lithium"));
        File.WriteAllText(PathOf("broken"), "{ \"id\": ");

        var problems = MonitoringRuleBook.Open(folder, Clock).Problems;

        problems.Select(p => (p.File, p.Field)).ShouldBe([("broken.json", ""), ("clozapine.json", "/maxDose"), ("other.json", "/id")]);
    }

    [Fact]
    public void A_folder_that_is_not_there_stops_the_start() =>
        new MonitoringRulesValidator(Clock).Validate(null, new HubOptions { RulesDirectory = PathOf("nowhere") }).Failures!.ShouldHaveSingleItem().ShouldContain("there is no folder");

    [Fact]
    public void Without_a_folder_there_are_no_rules() => MonitoringRuleBook.Open(null, Clock).Enabled.ShouldBeEmpty();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private IEnumerable<string> Failures() => new MonitoringRulesValidator(Clock).Validate(null, new HubOptions { RulesDirectory = folder }).Failures ?? [];

    private static MonitoringRule Shipped(string id) => MonitoringRules.Shipped.Single(r => r.Id == id);

    private string PathOf(string id) => Path.Combine(folder, id + ".json");

    private void Write(string id, MonitoringRule rule, Action<JsonObject>? change = null)
    {
        var json = JsonSerializer.SerializeToNode(rule, MonitoringRules.Json)!.AsObject();
        foreach (var name in json.Where(p => p.Value is null).Select(p => p.Key).ToList())
        {
            json.Remove(name);
        }

        change?.Invoke(json);
        File.WriteAllText(PathOf(id), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }
}
