using Hub.Adapters.Sources.Hl7v2;
using Hub.Fhir.Events;
using Shouldly;
using Xunit;
using static Hub.Tests.Adapters.Sources.Hl7v2.NorthsideSource;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

public sealed class MedicationReaderTests
{
    private const string Sertraline = "RXE||39113311000001107^Sertraline 50mg tablets^DM+D|50||mg^mg|TAB^tablet|^in the morning|||28|TAB^tablets||||||||||||||||^Depression";

    [Fact]
    public void An_order_message_is_one_change_with_a_line_for_each_order()
    {
        var change = One<MedicationChange>(Rde(
            "ORC|NW|P1^NEPR|F1^PHARM||||||20260503173000|||C7654321^OKAFOR^ADA|||202605040800|IMP^improving slowly",
            Sertraline, "TQ1|1||OD||||20260504|20260601", "RXR|PO^Oral", "NTE|1||Take with food",
            "ORC|DC|P2^NEPR|F2^PHARM||||||20260503173000", "RXE||322236009^Diazepam 2mg tablets^SCT|2||mg", "RXR|PO^Oral"));

        change.Lines.Count.ShouldBe(2);
        change.OccurredAt.SourceText.ShouldBe("20260503173000");
        change.Episode.LocalId.ShouldBe("V77");
        change.Team!.LocalCode.ShouldBe("NCRT");

        var started = change.Lines[0];
        started.LineId.ShouldBe("F1@PHARM");
        started.Action.ShouldBe(MedicineAction.Start);
        started.Medicine.DmdCode.ShouldBe("39113311000001107");
        started.After!.Text.ShouldBe("50 mg, OD, Oral, in the morning");
        (started.After.Dose, started.After.Unit, started.After.Frequency, started.After.PeriodDays).ShouldBe((50m, "mg", 1, 1m));
        started.Reason.ShouldBe("improving slowly");
        started.Indication.ShouldBe("Depression");
        started.EffectiveFrom!.SourceText.ShouldBe("202605040800");
        started.StopOrReviewOn!.IsDateOnly.ShouldBeTrue();
        started.Quantity.ShouldBe("28 tablets");
        started.Note.ShouldBe("Take with food");
        started.DecidedBy!.Name.ShouldBe("ADA OKAFOR");

        var stopped = change.Lines[1];
        stopped.Action.ShouldBe(MedicineAction.Stop);
        stopped.After.ShouldBeNull();
        stopped.Before!.Dose.ShouldBe(2m);
    }

    [Theory]
    [InlineData("NW", "", MedicineAction.Start)]
    [InlineData("XO", "", MedicineAction.Amend)]
    [InlineData("DC", "", MedicineAction.Stop)]
    [InlineData("OD", "", MedicineAction.Stop)]
    [InlineData("HD", "", MedicineAction.Hold)]
    [InlineData("OH", "", MedicineAction.Hold)]
    [InlineData("RL", "", MedicineAction.Resume)]
    [InlineData("OE", "", MedicineAction.Resume)]
    [InlineData("CA", "", MedicineAction.Cancelled)]
    [InlineData("OC", "", MedicineAction.Cancelled)]
    [InlineData("SC", "CM", MedicineAction.CourseFinished)]
    [InlineData("SC", "DC", MedicineAction.Stop)]
    [InlineData("SC", "CA", MedicineAction.Cancelled)]
    [InlineData("SC", "IP", MedicineAction.Continue)]
    [InlineData("SC", "ZZ", MedicineAction.NotUnderstood)]
    [InlineData("SC", "", MedicineAction.NotUnderstood)]
    [InlineData("QQ", "", MedicineAction.NotUnderstood)]
    [InlineData("", "", MedicineAction.NotUnderstood)]
    public void The_order_control_is_read_with_the_order_status(string control, string status, MedicineAction action)
    {
        var change = One<MedicationChange>(Rde($"ORC|{control}|P1|F1||{status}", Sertraline));

        change.Lines[0].Action.ShouldBe(action);
        change.DataQuality.Any(n => n.Code == "order-control-not-understood").ShouldBe(action == MedicineAction.NotUnderstood);
        if (action == MedicineAction.NotUnderstood)
        {
            change.Lines[0].SourceControl.ShouldBe($"ORC-1 {(control.Length == 0 ? "empty" : control)}, ORC-5 {(status.Length == 0 ? "empty" : status)}");
        }
    }

    [Theory]
    [InlineData("OK")]
    [InlineData("PR")]
    [InlineData("SN")]
    [InlineData("RR")]
    [InlineData("UA")]
    [InlineData("UC")]
    [InlineData("UD")]
    [InlineData("UF")]
    [InlineData("UH")]
    public void A_message_that_only_answers_earlier_orders_changes_nothing(string control) =>
        Read(Rde($"ORC|{control}|P1|F1", Sertraline)).Reading.ShouldBeOfType<SetAside>();

    [Theory]
    [InlineData("TQ1|1||PRN", MedicineUse.AsNeeded)]
    [InlineData("TQ1|1||BD||||||RT", MedicineUse.RapidTranquillisation)]
    [InlineData("TQ1|1||STAT", MedicineUse.OneOff)]
    [InlineData("TQ1|1||BD|||||||||||1", MedicineUse.OneOff)]
    [InlineData("TQ1|1||BD", MedicineUse.Regular)]
    public void As_needed_one_off_and_rapid_tranquillisation_orders_are_told_apart(string timing, MedicineUse use) =>
        One<MedicationChange>(Rde("ORC|NW|P1|F1", Sertraline, timing)).Lines[0].Use.ShouldBe(use);

    [Fact]
    public void The_old_quantity_timing_of_v2_4_is_read_from_RXE_1_and_ORC_7()
    {
        One<MedicationChange>(Rde("ORC|NW|P1|F1", Sertraline.Replace("RXE||", "RXE|^TDS^^20260504|", StringComparison.Ordinal)))
            .Lines[0].After!.Frequency.ShouldBe(3);
        One<MedicationChange>(Rde("ORC|NW|P1|F1||||^PRN", Sertraline)).Lines[0].Use.ShouldBe(MedicineUse.AsNeeded);
    }

    [Fact]
    public void An_order_with_only_a_placer_number_is_known_by_it() =>
        One<MedicationChange>(Rde("ORC|NW|P1^NEPR", Sertraline)).Lines[0].LineId.ShouldBe("P1@NEPR");

    [Fact]
    public void A_replacement_of_the_same_medicine_is_one_amended_line_with_the_old_dose_before()
    {
        var line = One<MedicationChange>(Rde(
            "ORC|RP|P1|F1", Sertraline, "ORC|RO|P2|F2", Sertraline.Replace("|50||", "|100||", StringComparison.Ordinal))).Lines.ShouldHaveSingleItem();

        line.Action.ShouldBe(MedicineAction.Amend);
        line.Before!.Dose.ShouldBe(50m);
        line.After!.Dose.ShouldBe(100m);
    }

    [Fact]
    public void A_replacement_by_another_medicine_is_a_switch_with_two_halves()
    {
        var lines = One<MedicationChange>(Rde("ORC|RP|P1|F1", Sertraline, "ORC|RO|P2|F2", "RXE||321^Mirtazapine 15mg tablets|15||mg")).Lines;

        lines.Select(l => l.Action).ShouldBe([MedicineAction.Switch, MedicineAction.Switch]);
        lines[0].SwitchGroup.ShouldBe(lines[1].SwitchGroup);
        lines[0].After.ShouldBeNull();
    }

    [Fact]
    public void Each_order_has_its_own_route_even_where_one_is_missing()
    {
        var lines = One<MedicationChange>(Rde("ORC|NW|P1|F1", Sertraline, "ORC|NW|P2|F2", "RXE||1^Other|5||mg", "RXR|IM^Intramuscular")).Lines;

        lines[0].After!.Route.ShouldBeNull();
        lines[1].After!.Route!.Text.ShouldBe("Intramuscular");
    }

    [Fact]
    public void An_OMP_order_is_read_from_RXO()
    {
        var line = One<MedicationChange>(Lines(
            Msh("OMP^O09", version: "2.5.1"), Pid, Pv1, "ORC|NW|P1|F1", "RXO|1^Olanzapine 5mg tablets|5|10|mg|TAB^tablet||^at night", "RXR|PO^Oral")).Lines[0];

        line.After!.Text.ShouldBe("5-10 mg, Oral, at night");
        line.After.Dose.ShouldBeNull();
    }

    [Fact]
    public void A_depot_given_carries_dose_site_time_and_giver()
    {
        var line = One<MedicationChange>(Ras("CP")).Lines.ShouldHaveSingleItem();

        line.Action.ShouldBe(MedicineAction.Administer);
        line.Depot.ShouldBe(new Depot { LastGivenAt = line.EffectiveFrom, LastDose = "200 mg", Site = "Left gluteus", GivenBy = "NELL NURSE" });
        line.LastDoseAt!.SourceText.ShouldBe("202605031015");
    }

    [Fact]
    public void A_refused_dose_is_no_administration_and_is_not_lost()
    {
        var line = One<MedicationChange>(Ras("RE")).Lines.ShouldHaveSingleItem();

        line.Action.ShouldBe(MedicineAction.NotUnderstood);
        line.Depot.ShouldBeNull();
        line.LastDoseAt.ShouldBeNull();
        line.Note.ShouldBe("The dose was refused and not given.");
    }

    [Fact]
    public void A_bad_date_in_an_order_is_a_note_and_the_medicine_is_not_lost()
    {
        var change = One<MedicationChange>(Rde("ORC|DC|P1|F1||||||20261399", Sertraline));

        change.Lines[0].Action.ShouldBe(MedicineAction.Stop);
        change.OccurredAt.SourceText.ShouldBe("20260503174000");
        change.DataQuality.ShouldContain(n => n.Code == "impossible-date" && n.Field == "ORC-9");
    }

    [Fact]
    public void A_message_without_orders_is_refused() => Refused(Rde()).Problems[0].Code.ShouldBe("missing-order");

    private static string Rde(params string[] orders) => Lines([Msh("RDE^O11", version: "2.5.1"), Pid, Pv1, .. orders]);

    private static string Ras(string completion) => Lines(
        Msh("RAS^O17", version: "2.5.1"), Pid, Pv1, "ORC|RE|P9|F9",
        $"RXA|0|1|202605031015||5^Zuclopenthixol decanoate 200mg/ml injection|200|mg^mg||| U1^NURSE^NELL||||||||||{completion}", "RXR|IM^Intramuscular|LG^Left gluteus");
}
