using Hl7.Fhir.Model;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

/// <summary>What a practice, a community team and a ward read first: the sum of it, what is asked, whom to ring; and facts that cannot be misread.</summary>
public sealed class FirstPageTests
{
    private const string Home = "This page may be read at home.";

    [Fact]
    public void The_page_begins_with_two_lines_that_say_what_happened_and_what_is_asked_by_when()
    {
        var page = JourneyExamples.FirstPage(Discharged(Audience.Gp));

        page.ShouldContain("Asked of you, and by when Discharged Fri 1 May 2026 17:40 from Northside Crisis Team. 4 things are asked of you, the first by Wed 6 May 2026. Medicines: 1 changed, 2 stopped.");
        JourneyExamples.FirstPage(Discharged(Audience.Ward)).ShouldContain("Nothing is asked of you in this message. Medicines: 1 changed, 2 stopped.");
    }

    [Fact]
    public void The_first_page_says_whom_to_ring_how_to_refer_back_and_what_to_do_with_somebody_elses_patient()
    {
        var page = JourneyExamples.FirstPage(Discharged(Audience.Gp));

        page.ShouldContain("Questions: Sam Okoro, Crisis nurse, 0300 555 0104; Northside Crisis Team, 0300 555 0102.");
        page.ShouldContain("To refer back: ring Northside Crisis Team on 0300 555 0101.");
        page.ShouldContain("Not your patient? Do not file or act on this; answer that it is not yours, or ring Northside Crisis Team, 0300 555 0102.");
        JourneyExamples.FirstPage(Discharged(Audience.Cmht)).ShouldContain("Not for your team?");
    }

    [Fact]
    public void A_ward_without_a_number_for_day_and_night_still_says_whom_to_ring()
    {
        var ward = Ward(Cases.Discharge());

        JourneyExamples.FirstPage(ward).ShouldContain("Rowan Ward, 0300 555 0301.");
    }

    [Fact]
    public void Whom_to_ring_about_somebody_elses_patient_is_the_clinician_where_the_team_has_no_number()
    {
        var silent = Cases.Crt with { Phone = null, Phone24h = null };

        JourneyExamples.FirstPage(Emitted.Compose(Cases.Request(Cases.Discharge() with { Team = silent }, Audience.Gp, Cases.Discharged() with { Crt = silent })))
            .ShouldContain("answer that it is not yours, or ring Sam Okoro, Crisis nurse, 0300 555 0104.");
    }

    [Fact]
    public void A_dose_that_disagrees_is_told_with_the_name_of_its_medicine()
    {
        var amended = Cases.Discharge() with
        {
            DataQuality = [new() { Code = "medicine-before-disagrees", Field = "line L3", Text = "The dose before is not the dose last reported to us: a change may be missing." }],
        };
        var text = JourneyExamples.Text(Emitted.Compose(Cases.Request(amended, Audience.Gp, Cases.Discharged(), Cases.Changed())));

        text.ShouldContain("About these medicines: Sertraline 100 mg tablets: The dose before is not the dose last reported to us: a change may be missing.");
        text.ShouldNotContain("About the data: The dose before");
    }

    [Fact]
    public void Where_nobody_asked_how_to_reach_the_person_no_way_is_safe() =>
        JourneyExamples.Text(Discharged(Audience.Cmht)).ShouldContain("not asked: do not use post, text or e-mail");

    [Fact]
    public void That_a_page_may_be_read_at_home_is_said_to_the_practice_alone()
    {
        JourneyExamples.Text(Discharged(Audience.Gp)).ShouldContain(Home);
        JourneyExamples.Text(Discharged(Audience.Cmht)).ShouldNotContain(Home);
        JourneyExamples.Text(Discharged(Audience.Ward)).ShouldNotContain(Home);
    }

    [Fact]
    public void The_same_words_of_two_strengths_are_not_read_as_the_same_dose()
    {
        var line = Cases.Line("L9", MedicineAction.Continue, "Sertraline 100 mg tablets", "one in the morning");
        var before = line with { Medicine = new() { Text = "Sertraline 50 mg tablets" } };

        var told = MedicineChanges.Describe(line, before, Cases.At("2026-05-01"), null, false);

        told.Group.ShouldBe(CardGroup.Changed);
        (told.Before, told.After).ShouldBe(("Sertraline 50 mg tablets, one in the morning", "Sertraline 100 mg tablets, one in the morning"));
        MedicineChanges.Describe(line, line with { }, Cases.At("2026-05-01"), null, false).Group.ShouldBe(CardGroup.Unchanged);
    }

    [Fact]
    public void A_short_supply_is_told_in_one_sentence_each() =>
        JourneyExamples.Text(Discharged(Audience.Gp)).ShouldContain("Supplied for 5 days, until Wed 6 May 2026. Short supply is deliberate; do not lengthen (5 days; reason: recent overdose).");

    [Fact]
    public void The_risk_to_the_person_stands_before_the_risk_to_others() =>
        JourneyExamples.Text(Discharged(Audience.Gp)).ShouldContain("Risk to self identified, Fri 1 May 2026. Overdose on 19 April; none since Risk to others not stated");

    [Fact]
    public void Where_the_ward_has_no_number_the_crisis_team_that_is_asked_to_take_over_is_named_with_its_own()
    {
        var page = JourneyExamples.Text(Ward(Cases.Discharge() with { DestinationTeams = [Cases.Crt], GpOnly = false }));

        page.ShouldContain("In a crisis ring Northside Crisis Team on 0300 555 0101, day and night");
        page.ShouldContain("The number answered day and night by Northside Crisis Team is 0300 555 0101.");
        page.ShouldContain("How to refer back not stated");
    }

    [Fact]
    public void A_discharge_to_the_practice_alone_does_not_speak_of_a_team_that_might_accept()
    {
        var page = JourneyExamples.Text(Discharged(Audience.Gp));

        page.ShouldContain("No team is asked to take over: the GP alone, who had not answered when this was written. Last team on record: Northside Crisis Team, discharged Fri 1 May 2026 17:40.");
        page.ShouldContain("Who is responsible until the practice answers was not stated; no rule is set for it.");
    }

    [Fact]
    public void A_check_that_is_given_to_the_practice_is_asked_of_it()
    {
        var body = Discharged(Audience.Gp);

        JourneyExamples.FirstPage(body).ShouldContain("Say whether you take on: ECG, next due Thu 22 October 2026 (named as owner, not accepted).");
        BundleComposerTests.Read(body).Entry.Select(e => e.Resource).OfType<Hl7.Fhir.Model.Task>().ShouldContain(t => t.Description!.Contains("take on: ECG"));
        JourneyExamples.FirstPage(Emitted.Compose(Cases.Request(Cases.Discharge() with { PhysicalHealth = [Cases.Discharge().PhysicalHealth[0] with { OwnerAccepted = true }] }))).ShouldNotContain("Say whether you take on");
    }

    [Fact]
    public void A_withdrawal_does_not_say_that_it_happened_when_the_discharge_did() =>
        JourneyExamples.Text(Emitted.Compose(Cases.Request(Cases.DischargeCancelled(), Audience.Gp, Cases.Discharged(), Cases.Discharged())))
            .ShouldContain("Time of what is withdrawn Fri 1 May 2026 17:40");

    [Fact]
    public void A_new_team_on_record_is_told_with_the_one_before()
    {
        var north = new Team { Name = "North CMHT", Organisation = Cases.Trust, LocalCode = "CMHTN" };
        var updated = new EpisodeUpdated { SourceMessageId = new("M-upd"), Source = Cases.Source, Patient = Cases.Ama, Episode = Cases.Episode, OccurredAt = Cases.At("2026-05-05T09:30:00+01:00"), Cmht = north };

        JourneyExamples.Text(Emitted.Compose(Cases.Request(updated, Audience.Gp, Cases.Open() with { Cmht = north }, Cases.Open())))
            .ShouldContain("Community mental health team: North CMHT now; it was South CMHT.");
    }

    [Fact]
    public void Signed_local_rules_state_checks_dates_and_owners_and_no_advice_and_without_them_monitoring_is_not_checked()
    {
        var lithium = Cases.Line("L8", MedicineAction.Continue, "Priadel 400 mg modified-release tablets", "two at night") with
        {
            Monitoring = [new() { Check = Coded.Of("Serum lithium level, 12 hours after the dose"), LastDoneAt = Cases.At("2026-04-24"), LastResult = "0.7 mmol/L", NextDueOn = Cases.At("2026-05-08"), Owner = CareParty.Cmht }],
        };
        var request = Cases.Request(Cases.Discharge() with { Medicines = [lithium], PhysicalHealth = [] }, Audience.Cmht, Cases.Open() with { Medicines = [] });

        var ruled = Emitted.Compose(request with { Rules = [Cases.Signed(MonitoringRules.Shipped.Single(r => r.Id == "lithium"))] });
        var page = JourneyExamples.Text(ruled);

        ruled.Issues.Where(i => i.Severity == Hub.Fhir.Conformance.IssueSeverity.Error).ShouldBeEmpty();
        page.ShouldContain("Serum lithium level, 12 hours after the dose (Priadel 400 mg modified-release tablets) local rule lithium: every 7 days until stable after the start, then every 91 days until day 364, then every 182 days "
            + "Fri 24 April 2026 0.7 mmol/L Fri 8 May 2026 Community mental health team (not accepted)");
        page.ShouldContain("Thyroid function (Priadel 400 mg modified-release tablets) local rule lithium: every 182 days not stated not stated not stated no owner named");
        page.ShouldContain("Local rule lithium: Lithium: level, kidney, thyroid, calcium, weight. Signed by Robin Vale, Lead pharmacist, 2 March 2026.");
        BundleComposerTests.Read(ruled).Entry.Select(e => e.Resource).OfType<CarePlan>().ShouldContain(p => p.Title == "Physical-health monitoring" && p.Activity.Count == 5);

        var unruled = JourneyExamples.Text(Emitted.Compose(request with { Event = Cases.Discharge() with { Medicines = [lithium with { Monitoring = [] }], PhysicalHealth = [] } }));
        unruled.ShouldContain("No monitoring was sent for these medicines; no local rules are enabled.");
        unruled.ShouldNotContain("Thyroid");
    }

    [Fact]
    public void Each_resource_that_a_handover_needs_is_in_some_message_of_an_episode()
    {
        var coded = Cases.Line("L7", MedicineAction.Start, "Sertraline 50 mg tablets", "one in the morning", "mood") with { Medicine = new() { Text = "Sertraline 50 mg tablets", DmdCode = "39732311000001104", Form = "tablet" } };
        CareEvent[] events = [Cases.Admission() with { Medicines = [coded] }, Cases.Discharge() with { FollowUp = new() { Start = Cases.At("2026-05-04T10:00:00+01:00"), Booked = true, Team = Cases.Cmht } }, Gatekeeping];
        var all = events.SelectMany(e => BundleComposerTests.Read(Emitted.Compose(Cases.Request(e, Audience.Gp, e is Discharge ? Cases.Discharged() : null))).Entry.Select(x => x.Resource!)).ToList();

        string[] needed =
        [
            "Patient", "RelatedPerson", "Organization", "Practitioner", "PractitionerRole", "EpisodeOfCare", "Encounter", "CareTeam", "Condition", "AllergyIntolerance", "MedicationStatement", "Medication",
            "MedicationRequest", "List", "CarePlan", "Task", "ServiceRequest", "Appointment", "DocumentReference", "Flag", "Consent", "Communication", "Composition", "Provenance", "MessageHeader",
        ];
        needed.Except(all.Select(r => r.TypeName)).ShouldBeEmpty();
        all.OfType<CareTeam>().ShouldAllBe(t => t.Note[0].Text!.StartsWith("Care co-ordinator: "));
        all.OfType<List>().Select(l => l.Code!.Coding[0].Code).Distinct().Order().ShouldBe(["1102191000000100", "1102411000000102"]);
    }

    private static GatekeepingDecision Gatekeeping => new()
    {
        SourceMessageId = new("M-gate"), Source = Cases.Source, Patient = Cases.Ama, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-20T04:20:00+01:00"), RequestedBy = Cases.Doctor,
        RequestedAt = Cases.At("2026-04-20T01:10:00+01:00"), AssessedInPerson = true, Outcome = GatekeepingOutcome.Admit, Rationale = "Risk cannot be held at home tonight", DecidedBy = Cases.Nurse,
    };

    private static ComposedBody Discharged(Audience audience) => Emitted.Compose(Cases.Request(Cases.Discharge(), audience, Cases.Discharged(), Cases.Changed()));

    private static ComposedBody Ward(Discharge discharge) => Emitted.Compose(Cases.Request(discharge with { Kind = EpisodeKind.Ward, Team = Cases.Ward }, Audience.Gp,
        Cases.Discharged() with { Kind = EpisodeKind.Ward, Crt = null, Ward = Cases.Ward, Discharge = discharge }));
}
