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
    public void A_disabled_rule_says_nothing() => Rows(Clozapine, MonitoringRules.Shipped).ShouldBeEmpty();

    [Fact]
    public void A_rule_that_is_enabled_without_a_signature_is_no_rule()
    {
        var json = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(Rule("clozapine") with { Signature = null }, MonitoringRules.Json));

        Should.Throw<JsonException>(() => MonitoringRules.Read(Encoding.UTF8.GetBytes(json))).Message.ShouldContain("signature");
        Rows(Clozapine, [Rule("clozapine") with { Signature = null }]).ShouldBeEmpty();
    }

    [Fact]
    public void A_signed_rule_states_what_it_asks_and_what_was_sent_of_it_and_names_no_owner_where_none_was_sent()
    {
        var line = Clozapine with
        {
            Monitoring = [new() { Check = new() { Text = "FBC", Code = "26604007", System = "http://snomed.info/sct" }, LastDoneAt = Cases.At("2026-04-20"), NextDueOn = Cases.At("2026-04-27"), OwnerName = "Clozapine clinic" }],
        };

        var rows = Rows(line, [Rule("clozapine")]);

        var fbc = rows.Single(r => r.Check.Code == "26604007");
        (fbc.AskedBy, fbc.LastDone, fbc.NextDue, fbc.Owner).ShouldBe(
            ("local rule clozapine: every 7 days for 126 days, then every 14 days until day 364, then every 28 days", "Mon 20 April 2026", "Mon 27 April 2026", "Clozapine clinic (not accepted)"));
        rows.Single(r => r.Check.Text.Contains("Bowel")).Missing.ShouldBe("nothing sent, no owner named, no date");
        rows.ShouldNotContain(r => r.Check.Text.Contains("after stopping"));
    }

    [Fact]
    public void What_a_rule_asks_after_a_stop_is_stated_of_a_stopped_medicine_only() =>
        Rows(Clozapine with { Action = MedicineAction.Stop, After = null }, [Rule("clozapine")]).Select(r => r.Check.Text).ShouldBe(["Full blood count after stopping"]);

    [Fact]
    public void At_a_handover_a_rule_speaks_of_a_medicine_that_only_goes_on()
    {
        var goesOn = new ReportedMedicine { Line = Clozapine with { Action = MedicineAction.Continue }, Status = MedicineStatus.Active, AsOf = Cases.At("2026-05-01"), From = new("M") };

        MonitoringGrid.Of([], [goesOn], [], [Rule("clozapine")]).ShouldNotBeEmpty();
        Rows(goesOn.Line, [Rule("clozapine")]).ShouldBeEmpty();
    }

    [Fact]
    public void Two_checks_that_were_sent_stay_two()
    {
        var level = new MonitoringCheck { Check = Coded.Of("Level"), NextDueOn = Cases.At("2026-05-08") };
        var serum = new MonitoringCheck { Check = Coded.Of("Serum lithium level"), NextDueOn = Cases.At("2026-06-08") };
        var line = Cases.Line("L", MedicineAction.Start, "Lithium", "400 mg", "mood") with { Monitoring = [serum] };

        MonitoringGrid.Of([MedicineChanges.Describe(line, null, Cases.At("2026-04-20"), null, false)], [], [level], []).Select(r => r.NextDue).ShouldBe(["Fri 8 May 2026", "Mon 8 June 2026"]);
    }

    [Fact]
    public void Two_codes_are_two_checks_whatever_their_words()
    {
        var asked = Rule("clozapine");
        var other = new MonitoringCheck { Check = new Coded { Text = "Full blood count", Code = "1", System = "http://snomed.info/sct" } };

        MonitoringGrid.Of([MedicineChanges.Describe(Clozapine with { Monitoring = [other] }, null, Cases.At("2026-04-20"), null, false)], [], [], [asked])
            .Single(r => r.Check.Code == "26604007").Sent.ShouldBeNull();
    }

    [Fact]
    public void A_check_of_the_person_that_a_rule_asks_for_names_the_medicine()
    {
        var sent = new MonitoringCheck { Check = new Coded { Text = "FBC", Code = "26604007", System = "http://snomed.info/sct" }, NextDueOn = Cases.At("2026-05-08") };

        MonitoringGrid.Of([MedicineChanges.Describe(Clozapine, null, Cases.At("2026-04-20"), null, false)], [], [sent], [Rule("clozapine")])
            .Single(r => r.Sent is not null).Name.ShouldBe("FBC (Clozapine 25 mg tablets)");
    }

    [Theory]
    [InlineData("maxDose")]
    [InlineData("interactsWith")]
    [InlineData("score")]
    public void A_rule_cannot_hold_a_dose_an_interaction_or_a_score(string member)
    {
        var json = JsonSerializer.Serialize(MonitoringRules.Shipped[0], MonitoringRules.Json);

        Should.NotThrow(() => MonitoringRules.Read(Encoding.UTF8.GetBytes(json)));
        Should.Throw<JsonException>(() => MonitoringRules.Read(Encoding.UTF8.GetBytes(json.Insert(1, $"\"{member}\":1,"))));
    }

    private static MedicineLine Clozapine => Cases.Line("Z", MedicineAction.Start, "Clozapine 25 mg tablets", "12.5 mg at night", "psychosis");

    private static MonitoringRule Rule(string id) => Cases.Signed(MonitoringRules.Shipped.Single(r => r.Id == id));

    private static IReadOnlyList<MonitoringRow> Rows(MedicineLine line, IEnumerable<MonitoringRule> rules) =>
        MonitoringGrid.Of([MedicineChanges.Describe(line, null, Cases.At("2026-04-20"), null, false)], [], [], [.. rules]);
}
