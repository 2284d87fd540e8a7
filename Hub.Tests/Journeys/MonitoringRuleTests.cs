using System.Text.Json;
using Hub.Fhir.Medicines;
using Hub.Tests.Support;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What a trust's pharmacist has signed is stated to the practice as a fact; without a signature the hub does not start with the rule.</summary>
public sealed class MonitoringRuleTests
{
    private static readonly Messages Ama = new();

    [Fact]
    public async Task A_signed_rule_of_the_trust_is_stated_to_the_practice_and_no_rule_reads_not_checked()
    {
        await using var hub = await TestHub.StartAsync();
        await using (var epr = hub.Epr())
        {
            await Told.SendAsync(epr, Ama.Admission("C1"));
            await Told.SendAsync(epr, Ama.Order("C2", "NW", "O1", "^Olanzapine 5mg tablets", "5", Ama.Start.AddDays(1), "Voices"));
        }

        await hub.SettleAsync();
        Told.Text(hub.Practice.Received[^1]).ShouldContain("No monitoring was sent for these medicines; no local rules are enabled.");

        Write(hub, Cases.Signed(Rule));
        await hub.RestartAsync();
        await using var again = hub.Epr();
        await Told.SendAsync(again, Ama.Order("C3", "NW", "O2", "^Quetiapine 25mg tablets", "25", Ama.Start.AddDays(2), "Sleep"));
        await hub.SettleAsync();

        var told = Told.Text(hub.Practice.Received[^1]);
        told.ShouldContain("Quetiapine 25mg tablets: Weight, asked by local rule antipsychotics: nothing sent, no owner named, no date");
        told.ShouldContain("Signed by Robin Vale, Lead pharmacist, 2 March 2026.");
    }

    [Fact]
    public async Task The_hub_does_not_start_with_a_rule_that_is_enabled_and_not_signed()
    {
        await using var hub = await TestHub.StartAsync();
        Write(hub, Rule with { Enabled = true });

        (await Should.ThrowAsync<OptionsValidationException>(hub.RestartAsync)).Message.ShouldContain("antipsychotics.json, line 1, /enabled: A rule without a signature cannot be enabled.");
    }

    private static MonitoringRule Rule => MonitoringRules.Shipped.Single(r => r.Id == "antipsychotics");

    private static void Write(TestHub hub, MonitoringRule rule)
    {
        Directory.CreateDirectory(hub.RulesFolder);
        File.WriteAllBytes(Path.Combine(hub.RulesFolder, rule.Id + ".json"), JsonSerializer.SerializeToUtf8Bytes(rule, MonitoringRules.Json));
    }
}
