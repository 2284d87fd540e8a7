using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Hl7.Fhir.Model;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

/// <summary>The words of clinical rules 6 to 10, as a reader gets them.</summary>
public sealed partial class MedicineWordingTests
{
    [Fact]
    public void A_list_the_hub_compiled_says_that_it_is_not_confirmed()
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge() with { Medicines = null, MedicinesConfirmed = false }, Audience.Gp, Cases.Changed()));

        Text(body).ShouldContain("Medicines last reported to us, as of Mon 27 April 2026 11:10; not confirmed at discharge");
        Text(body).ShouldContain("The list of medicines is not confirmed at discharge.");
        Text(body).ShouldContain("Medicines not named here: no change is asked; do not stop them because of this list.");
    }

    [Fact]
    public void A_discharge_without_medicines_never_says_that_there_are_none()
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge() with { Medicines = null, MedicinesConfirmed = false }));

        Text(body).ShouldContain("No medicines were reported to us. This does not mean that the person takes none.");
        Encoding.UTF8.GetString(body.Json.Span).ShouldNotContain("nilknown");
    }

    [Fact]
    public void No_allergies_sent_is_not_read_as_none()
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge() with { Allergies = AllergyRecord.NotSent }));

        Text(body).ShouldContain("Allergies not sent. This does not mean that there are none.");
        Resources<AllergyIntolerance>(body).ShouldBeEmpty();
    }

    [Fact]
    public void An_old_dose_of_a_current_medicine_is_not_discontinued()
    {
        var stopped = Cases.Line("O1", MedicineAction.Stop, "Olanzapine 5 mg tablets", null, "dose raised");
        var started = Cases.Line("O2", MedicineAction.Start, "Olanzapine 10 mg tablets", "one at night", "dose raised");
        var body = Emitted.Compose(Cases.Request(Cases.Change() with { Lines = [stopped, started] }));

        Resources<List>(body).ShouldHaveSingleItem().Code!.Coding[0].Code.ShouldBe("1102411000000102"); // the active list alone
        Text(body).ShouldNotContain("No longer taken at all");
        Text(body).ShouldContain("Reported stopped, and still on the current list under another order: Olanzapine 5 mg tablets.");
    }

    [Fact]
    public void A_cancelled_order_is_on_neither_list()
    {
        var body = Emitted.Compose(Cases.Request(Cases.Change() with { Lines = [Cases.Line("C1", MedicineAction.Cancelled, "Promethazine 25 mg tablets")] }));

        Text(body).ShouldContain("Not known whether taken");
        Resources<List>(body).SelectMany(l => l.Entry).ShouldBeEmpty();
        Resources<MedicationStatement>(body).ShouldHaveSingleItem().Status.ShouldBe(MedicationStatement.MedicationStatusCodes.Unknown);
    }

    [Theory]
    [InlineData(MedicineUse.OneOff, EpisodeKind.Crt)]
    [InlineData(MedicineUse.RapidTranquillisation, EpisodeKind.Ward)]
    [InlineData(MedicineUse.AsNeeded, EpisodeKind.Ward)]
    public void A_ward_order_never_reaches_the_GP_as_a_current_medicine(MedicineUse use, EpisodeKind kind)
    {
        var line = Cases.Line("W1", MedicineAction.Start, "Lorazepam 1 mg tablets", "1 mg", "agitation") with { Use = use };
        var body = Emitted.Compose(Cases.Request(Cases.Change() with { Lines = [line] }, Audience.Gp, Cases.Open() with { Kind = kind, Ward = Cases.Ward, Medicines = Cases.Reported(Cases.Change(), [line]) }));

        Resources<MedicationStatement>(body).ShouldAllBe(s => s.Status != MedicationStatement.MedicationStatusCodes.Active);
        Text(body).ShouldContain("not current medicines");
    }

    [Fact]
    public void Medicines_leave_as_statements_and_proposals_never_as_orders()
    {
        foreach (var happened in Cases.All())
        {
            Resources<MedicationRequest>(Emitted.Compose(Cases.Request(happened)))
                .ShouldAllBe(r => r.Intent == MedicationRequest.MedicationRequestIntent.Proposal || r.Intent == MedicationRequest.MedicationRequestIntent.Plan);
        }
    }

    [Theory]
    [InlineData("Clozapine 100 mg tablets", false)]
    [InlineData("Zuclopenthixol decanoate 200 mg/ml injection", true)]
    public void Clozapine_and_hospital_medicines_cannot_carry_repeat(string medicine, bool hospitalOnly)
    {
        var line = Cases.Line("X", MedicineAction.Continue, medicine, "as before") with { GpRequest = GpRequest.Repeat, GpRequestDays = 28, HospitalOnly = hospitalOnly };
        var body = Emitted.Compose(Cases.Request(Cases.Discharge() with { Medicines = [line] }));

        body.Issues.ShouldContain(i => i.Rule == "clinical-rule-9" && i.Severity == IssueSeverity.Error);
        Resources<MedicationRequest>(body).ShouldBeEmpty();
        Text(body).ShouldNotContain("28 days at a time");
    }

    [Fact]
    public void Shared_care_is_requested_and_not_in_force()
    {
        var line = Cases.Line("G", MedicineAction.Continue, "Priadel 400 mg tablets", "two at night") with
        {
            GpRequest = GpRequest.SharedCare, NextPrescriber = new() { Party = CareParty.Gp, Status = PrescriberStatus.Asked, UntilThen = "South CMHT" },
        };
        var text = Text(Emitted.Compose(Cases.Request(Cases.Discharge() with { Medicines = [line] })));

        text.ShouldContain("Shared care is requested. It is not in force until the practice accepts; until then, as the sender wrote, South CMHT; that South CMHT accepts was not reported to us.");
        text.ShouldContain("GP (asked, not accepted)");
        text.ShouldNotContain("GP prescribes");
    }

    [Fact]
    public void The_last_clozapine_dose_is_a_fact_with_hours_from_the_times_sent_and_no_advice()
    {
        var line = Cases.Line("Z", MedicineAction.Continue, "Clozapine 100 mg tablets", "two at night") with { LastDoseAt = Cases.At("2026-04-27T21:00:00+01:00"), GpRequest = GpRequest.RecordOnly };
        var text = Text(Emitted.Compose(Cases.Request(Cases.Discharge() with { OccurredAt = Cases.At("2026-04-30T00:10:00+01:00"), Medicines = [line] })));

        text.ShouldContain("Last Clozapine 100 mg tablets dose reported Mon 27 April 2026 21:00 (51 h before Thu 30 April 2026 00:10).");
        text.ShouldContain("Record only: the hospital supplies it; do not issue it.");
        foreach (var advice in new[] { "titrat", "12.5", "recommend", "should" })
        {
            text.ShouldNotContain(advice, Case.Insensitive);
        }
    }

    [Fact]
    public void A_short_supply_says_that_it_is_deliberate() =>
        Text(Emitted.Compose(Cases.Request(Cases.Discharge()))).ShouldContain("short supply is deliberate; do not lengthen");

    [Fact]
    public void A_change_carries_what_R4_has_no_element_for()
    {
        var statement = Resources<MedicationStatement>(Emitted.Compose(Cases.Request(Cases.Discharge()))).Single(s => s.Identifier[0].Value == "L3");

        var change = statement.GetExtension(CodeSystems.MedicationChange)!;
        change.GetExtensionValue<CodeableConcept>("status")!.Coding[0].Code.ShouldBe("amended");
        change.GetExtensionValue<FhirString>("before")!.Value.ShouldBe("50 mg, one in the morning");
        change.GetExtensionValue<FhirString>("after")!.Value.ShouldBe("one in the morning");
        change.GetExtensionValue<FhirString>("reason")!.Value.ShouldBe("partial response to 50 mg");
        change.GetExtensionValue<FhirDateTime>("date")!.Value.ShouldBe("2026-05-01T17:40:00+01:00");
    }

    [Fact]
    public void A_refused_change_is_told_again_with_the_next_one_and_a_late_stop_is_marked()
    {
        CareEvent Change(string id, string at, MedicineLine line, string? recorded = null) => Cases.Change() with { SourceMessageId = new(id), OccurredAt = Cases.At(at), RecordedAt = Cases.At(recorded ?? at), Lines = [line] };
        var refused = Change("M2", "2026-04-27T12:00:00+01:00", Cases.Line("O", MedicineAction.Amend, "Olanzapine", "5 mg at night", "too drowsy") with { Before = new() { Text = "10 mg at night" } });
        var stop = Change("M3", "2026-04-27T09:30:00+01:00", Cases.Line("P", MedicineAction.Stop, "Promethazine", null, "not needed"), "2026-04-27T18:00:00+01:00");

        var body = Emitted.Compose(Cases.Request(stop) with { CarriedForward = [refused] });

        var text = Text(body);
        text.ShouldContain("too drowsy");
        text.ShouldContain("told again: you have not accepted the earlier message");
        text.ShouldContain("Promethazine: Stopped. Recorded late.");
        Resources<MedicationStatement>(body).Single(s => s.Identifier[0].Value == "O").GetExtension(CodeSystems.MedicationChange).ShouldNotBeNull();
    }

    [Fact]
    public void Each_reader_is_first_told_what_is_asked_of_them()
    {
        foreach (var audience in Enum.GetValues<Audience>())
        {
            var sections = BundleComposerTests.Read(Emitted.Compose(Cases.Request(Cases.Discharge(), audience))).Entry[1].Resource.ShouldBeOfType<Composition>().Section;

            sections.Take(5).Select(s => s.Title).ShouldBe(
                ["Asked of you, and by when", "What changed", "Current medicines, confirmed at discharge Fri 1 May 2026 17:40", "Allergies and adverse reactions", "Risks and crisis plan"]);
        }
    }

    [Fact]
    public void Readers_get_the_same_facts_in_another_order_of_asking()
    {
        var all = BundleComposer.ComposeAll(Cases.Request(Cases.Discharge()), Enum.GetValues<Audience>());

        var entries = all.Values.Select(b => string.Join('\n', BundleComposerTests.Read(b).Entry.Select(e => e.Resource!).Where(r => r is not (MessageHeader or Composition or Provenance)).Select(r => Encoding.UTF8.GetString(FhirJson.Write(r))))).ToList();
        entries.Distinct().Count().ShouldBe(1);
        all[Audience.Gp].Title.ShouldBe("ACTION 4: CRT discharge");
        all[Audience.Ward].Title.ShouldBe("INFO: CRT discharge");
    }

    [Fact]
    public void A_withdrawn_discharge_withdraws_no_medicine_and_cancels_no_appointment()
    {
        var told = Cases.Discharge() with { FollowUp = new() { Start = Cases.At("2026-05-04T10:00:00+01:00"), Booked = true, With = "South CMHT" } };
        var body = Emitted.Compose(Cases.Request(Cases.DischargeCancelled(), Audience.Cmht, Cases.Reopened(), Cases.Discharged() with { LastTold = told, Discharge = told }));

        var composition = Resources<Composition>(body).Single();
        composition.Status.ShouldBe(CompositionStatus.Amended);
        composition.RelatesTo.ShouldHaveSingleItem().Code.ShouldBe(DocumentRelationshipType.Replaces);
        Text(body).ShouldContain("Discharge of 1 May 2026 withdrawn; CRT visits continue.");
        Text(body).ShouldContain("Change 1, Sertraline 100 mg tablets, changed, one in the morning: still stands.");
        Text(body).ShouldContain("Confirm or release the follow-up of Mon 4 May 2026 10:00.");
        Resources<Appointment>(body).ShouldAllBe(a => a.Status != Appointment.AppointmentStatus.Cancelled);
        Resources<MedicationStatement>(body).ShouldAllBe(s => s.Status != MedicationStatement.MedicationStatusCodes.EnteredInError);
    }

    [Fact]
    public void A_discharge_made_again_says_what_differs_from_the_first()
    {
        var first = Cases.Discharge();
        var again = first with { SourceMessageId = new("M-dis2"), OccurredAt = Cases.At("2026-05-02T15:00:00+01:00"), Medicines = [first.Medicines![0] with { After = new() { Text = "150 mg in the morning" } }, .. first.Medicines.Skip(1)] };
        var body = Emitted.Compose(Cases.Request(again, Audience.Gp, Cases.Discharged() with { Discharge = again, DischargeVersion = 3 }, Cases.Reopened()));

        body.Title.ShouldContain("v3 replaces 1 May 2026");
        Text(body).ShouldContain("Since version 1 (1 May 2026): Sertraline 100 mg tablets was one in the morning; now 150 mg in the morning.");
    }

    [Fact]
    public void A_text_cannot_bring_markup_into_the_letter()
    {
        var body = Emitted.Compose(Cases.Request(Cases.Discharge() with { ClinicalSummary = "<script>alert(1)</script> & \"quotes\"" }));

        body.Issues.ShouldBeEmpty();
        Encoding.UTF8.GetString(body.Json.Span).ShouldNotContain("<script");
        NarrativePage.Render(body.Json).ShouldNotContain("<script");
        Text(body).ShouldContain("<script>alert(1)</script> & \"quotes\"");
    }

    private static IEnumerable<T> Resources<T>(ComposedBody body) where T : Resource => BundleComposerTests.Read(body).Entry.Select(e => e.Resource).OfType<T>();

    /// <summary>What a person reads: tags gone, a space for each.</summary>
    private static string Text(ComposedBody body)
    {
        var page = NarrativePage.Render(body.Json);
        return WebUtility.HtmlDecode(Tag().Replace(page[page.IndexOf("<body>", StringComparison.Ordinal)..], " ")).Replace("  ", " ", StringComparison.Ordinal);
    }

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();
}
