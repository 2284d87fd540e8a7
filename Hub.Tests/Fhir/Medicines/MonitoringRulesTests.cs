using System.Text;
using System.Text.Json;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Medicines;

public sealed class MonitoringRulesTests
{
    [Fact]
    public void Every_rule_ships_disabled_with_a_source_and_without_a_made_up_name()
    {
        MonitoringRules.Shipped.Select(r => r.Id).ShouldBe(["antipsychotics", "clozapine", "depots", "lithium"]);
        MonitoringRules.Shipped.ShouldAllBe(r => !r.Enabled && r.Source.Length > 0 && r.Owner == "owner: to be named by the trust");
    }

    [Fact]
    public void A_disabled_rule_says_nothing() =>
        MonitoringRules.Missing(Clozapine, MonitoringRules.Shipped).ShouldBeEmpty();

    [Fact]
    public void An_enabled_rule_names_the_checks_nobody_spoke_of()
    {
        var rules = MonitoringRules.Shipped.Where(r => r.Id == "clozapine").Select(r => r with { Enabled = true });
        var line = Clozapine with { Monitoring = [new() { Check = new() { Text = "FBC", Code = "26604007", System = "http://snomed.info/sct" } }] };

        var missing = MonitoringRules.Missing(line, rules).ToList();

        missing.ShouldContain(m => m.Contains("Bowel function"));
        missing.ShouldNotContain(m => m.Contains("Full blood count"));
    }

    [Theory]
    [InlineData("maxDose")]
    [InlineData("interactsWith")]
    [InlineData("score")]
    public void A_rule_cannot_hold_a_dose_an_interaction_or_a_score(string member)
    {
        var json = JsonSerializer.Serialize(MonitoringRules.Shipped[0], JsonSerializerOptions.Web);

        Should.NotThrow(() => MonitoringRules.Read(Encoding.UTF8.GetBytes(json)));
        Should.Throw<JsonException>(() => MonitoringRules.Read(Encoding.UTF8.GetBytes(json.Insert(1, $"\"{member}\":1,"))));
    }

    private static MedicineLine Clozapine => Cases.Line("Z", MedicineAction.Start, "Clozapine 25 mg tablets", "12.5 mg at night", "psychosis");
}
