using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Medicines;

/// <summary>Which two names are one medicine: a stop must not disappear behind another medicine that begins with the same word.</summary>
public sealed class MedicineListTests
{
    [Theory]
    [InlineData("Sodium valproate 500 mg tablets", "10000001", "Sodium docusate 100 mg capsules", "10000002")]
    [InlineData("Zuclopenthixol acetate 50 mg injection", null, "Zuclopenthixol decanoate 200 mg injection", null)]
    [InlineData("Sodium valproate 500 mg tablets", null, "Sodium docusate 100 mg capsules", "10000002")]
    public void A_stopped_medicine_is_told_beside_another_that_begins_alike(string stopped, string? stoppedCode, string current, string? currentCode)
    {
        var stop = Cases.Line("S", MedicineAction.Stop, stopped, null, "side effects") with { Medicine = new() { Text = stopped, DmdCode = stoppedCode } };
        var goesOn = Cases.Line("C", MedicineAction.Continue, current, "one at night") with { Medicine = new() { Text = current, DmdCode = currentCode } };
        var list = MedicineList.Of(Cases.Reported(Cases.Change(), [stop, goesOn]), EpisodeKind.Crt);

        list.Discontinued.ShouldHaveSingleItem().Line.LineId.ShouldBe("S");
        StillListed(stop, list).Outcome.ShouldBe(CheckOutcome.Clear);
    }

    [Theory]
    [InlineData("Olanzapine 5 mg tablets", "10000003", "Olanzapine 10 mg tablets", "10000004")]
    [InlineData("Quetiapine XL 50 mg tablets", null, "quetiapine 100mg modified-release tablets", null)]
    [InlineData("Epilim 200", "10000005", "Sodium valproate 200 mg tablets", "10000005")]
    public void Two_strengths_of_one_medicine_stay_one(string stopped, string? stoppedCode, string current, string? currentCode)
    {
        var stop = Cases.Line("S", MedicineAction.Stop, stopped, null, "dose raised") with { Medicine = new() { Text = stopped, DmdCode = stoppedCode } };
        var goesOn = Cases.Line("C", MedicineAction.Start, current, "one at night") with { Medicine = new() { Text = current, DmdCode = currentCode } };
        var list = MedicineList.Of(Cases.Reported(Cases.Change(), [stop, goesOn]), EpisodeKind.Crt);

        list.Discontinued.ShouldBeEmpty();
        StillListed(stop, list).Outcome.ShouldBe(CheckOutcome.Found);
    }

    private static CardCheck StillListed(MedicineLine stop, MedicineList list) =>
        ContinuityChecks.Of([MedicineChanges.Describe(stop, null, Cases.At("2026-05-01"), null, false)], list, null, [], [], false).Single(c => c.Name == "stopped-still-listed");
}
