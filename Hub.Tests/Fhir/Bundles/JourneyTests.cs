using System.Text;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

/// <summary>What the readers of the ten journeys get (clinical rules, 7), as far as bundles go; clocks and acceptances are tested with the hub.</summary>
public sealed class JourneyTests
{
    private static readonly PatientRef Cara = Named("Cara", "Lindqvist", "9000000009", "L300");
    private static readonly PatientRef Dev = Named("Dev", "Raman", "9000000017", "L400") with { Sex = AdministrativeSex.Male };
    private static readonly PatientRef Eve = Named("Eve", "Marlow", "9000000025", "L500");
    private static readonly PatientRef Finn = Named("Finn", "Ashdown", "9000000033", "L600") with { Sex = AdministrativeSex.Male };
    private static readonly PatientRef Gwen = Named("Gwen", "Parry", "9449305552", "L601");
    private static readonly PatientRef Hana = Named("Hana", "Novak", "9912003071", "L700");
    private static readonly PatientRef Ivo = Named("Ivo", "Brandt", "9693893123", "L800") with { Sex = AdministrativeSex.Male };
    private static readonly PatientRef Jo = Named("Jo", "Whitlock", "9476719931", "L900");

    [Fact]
    public void J1_Friday_discharge_to_the_GP_alone()
    {
        var body = Played(Cases.Admission(), Cases.Change(), Cases.Discharge()).For(Audience.Gp);
        var page = JourneyExamples.FirstPage(body);

        page.ShouldContain("Sertraline 100 mg tablets, one in the morning: Issue at most 7 days at a time. Short supply is deliberate; do not lengthen (reason: recent overdose). Wed 6 May 2026");
        page.ShouldContain("Zopiclone 7.5 mg tablets: Remove from repeat.");
        page.ShouldContain("New in this episode: started 27 April 2026.");
        page.ShouldContain("Care co-ordinator: none, GP leads.");
        page.ShouldContain("0300 555 0101");
        page.ShouldContain("Ring the practice on Monday to hear who prescribes"); // the crisis team owns the chase
        JourneyExamples.Text(body).ShouldNotContain("add to repeat", Case.Insensitive);
        JourneyExamples.Text(body).ShouldNotContain("read by GP", Case.Insensitive);
        Current(page).ShouldNotContain("Diazepam");
        JourneyExamples.Keep(body, "j1-friday-gp-only.gp");
    }

    [Fact]
    public void J3_Ward_discharge_with_a_depot_due_tomorrow()
    {
        var depot = Cases.Line("D1", MedicineAction.Continue, "Zuclopenthixol decanoate 200 mg injection", "200 mg every two weeks") with
        {
            HospitalOnly = true, GpRequest = GpRequest.RecordOnly,
            Depot = new() { LastGivenAt = Cases.At("2026-04-18"), LastDose = "200 mg", Site = "left gluteal", NextDueOn = Cases.At("2026-05-02"), GivenBy = "Northside Crisis Team", SupplyAt = "Rowan Ward" },
        };
        var body = PlayedOf(
            Cara,
            Cases.Admission() with { Kind = EpisodeKind.Ward, Team = Cases.Ward, Medicines = [depot], AdmissionMethod = "25", Carers = [] },
            Cases.Discharge() with { Kind = EpisodeKind.Ward, Team = Cases.Ward, DestinationTeams = [Cases.Crt], GpOnly = false, Medicines = [depot], Plan = [], PatientConcerns = null, ClinicalSummary = "Three weeks on the ward. Settled; wants the depot to go on at home." }).For(Audience.Gp);
        var page = JourneyExamples.FirstPage(body);

        page.ShouldContain("Record only: the hospital supplies it; do not issue it.");
        page.ShouldContain("Last depot: Sat 18 April 2026, 200 mg, left gluteal.");
        page.ShouldContain("Next depot due: Sat 2 May 2026; given by: Northside Crisis Team; supply at: Rowan Ward.");
        page.ShouldContain("No team had accepted when this was written.");
        JourneyExamples.Text(body).ShouldNotContain("on repeat");
        page.ShouldContain("Northside Crisis Team Give the next depot of Zuclopenthixol decanoate 200 mg injection; supply at: Rowan Ward. Sat 2 May 2026");
        JourneyExamples.Keep(body, "j3-ward-discharge-depot.gp");
    }

    [Fact]
    public void J4_Gatekeeping_with_two_who_disagree_and_a_remark_in_confidence()
    {
        var decision = new GatekeepingDecision
        {
            SourceMessageId = new("J4"), Source = Cases.Source, Patient = Dev, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-21T04:20:00+01:00"), RequestedBy = Cases.Doctor,
            RequestedAt = Cases.At("2026-04-21T01:10:00+01:00"), AssessedInPerson = true, AssessedAt = Cases.At("2026-04-21T03:50:00+01:00"), Outcome = GatekeepingOutcome.Admit,
            Rationale = "Risk cannot be held at home tonight.", PatientPreference = new() { Text = "wants to go home", From = "Dev" }, DecidedBy = Cases.Nurse, Ward = Cases.Ward,
            LegalStatus = new() { Text = "Section 2", Code = "02" },
            CarerView = new() { Text = "he hides his tablets", From = "Sister", Privacy = RemarkPrivacy.CarerConfidential },
            Dissent = [new() { By = "Dr Nair", Text = new() { Text = "would try home treatment" } }],
            HomeMatters = [new() { Text = "A dog is at home; the neighbour has a key" }],
        };
        var clozapine = Cases.Line("C", MedicineAction.Continue, "Clozapine 100 mg tablets", "two at night") with
        {
            HospitalOnly = true, GpRequest = GpRequest.RecordOnly, LastDoseAt = Cases.At("2026-04-20T21:00:00+01:00"),
        };
        var referred = Cases.Admission() with
        {
            OccurredAt = Cases.At("2026-04-21T01:30:00+01:00"), RecordedAt = Cases.At("2026-04-21T01:35:00+01:00"), Reason = "Came to A&E at 01:10 hearing voices", Medicines = [clozapine],
            ExpectedReviewAt = null, InformationGiven = [], Plan = [], Carers = [], Diagnoses = [], Risks = [],
        };
        var body = PlayedOf(Dev, referred, decision).For(Audience.Ward);
        var text = JourneyExamples.Text(body);

        text.ShouldContain("Decision: admission to a ward");
        text.ShouldContain("Assessed in person by the crisis team, Tue 21 April 2026 03:50.");
        text.ShouldContain("dose reported Mon 20 April 2026 21:00 (");
        text.ShouldContain("told by the person"); // where "no allergies known" comes from
        text.ShouldContain("0300 555 0102"); // the crisis team's number for professionals
        text.ShouldNotContain("titrat", Case.Insensitive);
        text.ShouldContain("Dr Nair disagrees: would try home treatment");
        text.ShouldContain("Section 2");
        text.ShouldContain("A dog is at home");
        text.ShouldNotContain("hides his tablets");
        JourneyExamples.Text(body.ProfessionalsOnly.ShouldNotBeNull()).ShouldContain("he hides his tablets");
        JourneyExamples.Keep(body, "j4-gatekeeping.ward");
        JourneyExamples.Keep(body.ProfessionalsOnly!, "j4-gatekeeping.professionals-only");
    }

    [Fact]
    public void J5_Three_changes_in_a_day_and_a_late_stop()
    {
        var first = Olanzapine("J5-1", "2026-04-27T08:00:00+01:00", MedicineAction.Start, "5 mg at night", "voices");
        var second = Olanzapine("J5-2", "2026-04-27T10:00:00+01:00", MedicineAction.Amend, "10 mg at night", "voices no better");
        var third = Olanzapine("J5-3", "2026-04-27T15:00:00+01:00", MedicineAction.Amend, "5 mg at night", "too drowsy");
        var stop = Cases.Change() with
        {
            SourceMessageId = new("J5-4"), OccurredAt = Cases.At("2026-04-27T09:30:00+01:00"), RecordedAt = Cases.At("2026-04-27T18:00:00+01:00"),
            Lines = [Cases.Line("L1", MedicineAction.Stop, "Zopiclone 7.5 mg tablets", null, "sleep has returned") with { Before = new() { Text = "one at night" } }],
        };
        var journey = PlayedOf(Eve, Cases.Admission(), first, second, third);

        var body = journey.For(Audience.Gp, second with { Patient = Eve });
        var page = JourneyExamples.FirstPage(body);
        page.ShouldContain("Before: 10 mg at night. Now: 5 mg at night.");
        page.ShouldContain("too drowsy");
        page.ShouldContain("voices no better");
        page.ShouldContain("told again: you have not accepted the earlier message");
        JourneyExamples.Text(body).ShouldNotContain("No longer taken at all Medicine Status Reason As of Olanzapine");
        JourneyExamples.Keep(body, "j5-third-change.gp");

        var late = journey.Hear(stop with { Patient = Eve }).ShouldNotBeNull().For(Audience.Gp);
        JourneyExamples.FirstPage(late).ShouldContain("Zopiclone 7.5 mg tablets: Stopped. It was one at night. Recorded late.");
        JourneyExamples.Keep(late, "j5-late-stop.gp");
    }

    [Fact]
    public void J6_Who_monitors_and_who_prescribes()
    {
        MedicineLine clozapine = Cases.Line("C", MedicineAction.Continue, "Clozapine 100 mg tablets", "two at night") with
        {
            HospitalOnly = true, GpRequest = GpRequest.RecordOnly, NextPrescriber = new() { Party = CareParty.Cmht, Status = PrescriberStatus.Asked, UntilThen = "Northside Crisis Team" },
            Monitoring = [new() { Check = Coded.Of("Full blood count"), NextDueOn = Cases.At("2026-05-08"), Owner = CareParty.Cmht, OwnerName = "South CMHT" }],
        };
        MedicineLine lithium = Cases.Line("G", MedicineAction.Continue, "Priadel 400 mg modified-release tablets", "two at night") with
        {
            GpRequest = GpRequest.SharedCare, NextPrescriber = new() { Party = CareParty.Gp, Status = PrescriberStatus.Asked, UntilThen = "South CMHT" },
            Monitoring = [new() { Check = Coded.Of("Lithium level"), LastDoneAt = Cases.At("2026-04-24"), LastResult = "0.7 mmol/L", NextDueOn = Cases.At("2026-05-08"), Owner = CareParty.Cmht, OwnerName = "South CMHT" }],
        };
        var ibuprofen = Cases.Line("I", MedicineAction.Start, "Ibuprofen 400 mg tablets", "one three times a day", "back pain");
        var discharge = Cases.Discharge() with { GpOnly = false, DestinationTeams = [Cases.Cmht], ClinicalSummary = "Two weeks of home treatment." };
        var finn = PlayedOf(Finn, Cases.Admission() with { Medicines = [clozapine with { Monitoring = [] }] }, discharge with { Medicines = [clozapine] });
        var journey = PlayedOf(Gwen, Cases.Admission(), discharge with { Medicines = [lithium, ibuprofen] });

        JourneyExamples.FirstPage(finn.For(Audience.Gp)).ShouldContain("Clozapine 100 mg tablets, two at night: Record only: the hospital supplies it; do not issue it.");
        var gp = journey.For(Audience.Gp);
        var page = JourneyExamples.FirstPage(gp);
        page.ShouldContain("Shared care is requested. It is not in force until the practice accepts; until then, as the sender wrote, South CMHT; that South CMHT accepts was not reported to us.");
        page.ShouldContain("Ibuprofen 400 mg tablets");
        foreach (var not in new[] { "interact", "add clozapine", "GP prescribes" })
        {
            JourneyExamples.Text(gp).ShouldNotContain(not, Case.Insensitive);
            JourneyExamples.Text(finn.For(Audience.Gp)).ShouldNotContain(not, Case.Insensitive);
        }

        page.ShouldNotContain("Current medicines, confirmed at discharge"); // two lines of the admission are not on the confirmed list
        page.ShouldContain("Reported earlier, not on the confirmed list: not known whether still taken");
        var asked = JourneyExamples.FirstPage(finn.For(Audience.Cmht));
        asked.ShouldContain("Say whether you take on prescribing: Clozapine 100 mg tablets (asked, not accepted).");
        asked.ShouldContain("Say whether you take on: Full blood count (Clozapine 100 mg tablets), next due Fri 8 May 2026 (named as owner, not accepted).");
        asked = JourneyExamples.FirstPage(journey.For(Audience.Cmht));
        asked.ShouldContain("Say whether you take on: Lithium level (Priadel 400 mg modified-release tablets), next due Fri 8 May 2026 (named as owner, not accepted).");
        asked.ShouldNotContain("Say whether you take on prescribing: Priadel"); // the GP's own line asks it
        JourneyExamples.Text(finn.For(Audience.Cmht)).ShouldContain("Full blood count: last not stated, next due Fri 8 May 2026, owner South CMHT (not accepted)");
        JourneyExamples.Keep(finn.For(Audience.Gp), "j6-finn.gp");
        JourneyExamples.Keep(finn.For(Audience.Cmht), "j6-finn.cmht");
        JourneyExamples.Keep(gp, "j6-gwen.gp");
        JourneyExamples.Keep(journey.For(Audience.Cmht), "j6-gwen.cmht");
    }

    [Fact]
    public void J7_A_controlling_partner_is_in_document_B_only()
    {
        var partner = new Carer { Id = "NK1-1", Name = new() { Given = ["Radek"], Family = "Novak" }, Relationship = Coded.Of("Partner"), IsNextOfKin = true, MarkedAsRisk = true, Contacts = [new() { Kind = ContactKind.Phone, Value = "01632 960111" }] };
        var mother = new Carer { Id = "NK1-2", Name = new() { Given = ["Lena"], Family = "Novak" }, Relationship = Coded.Of("Mother"), IsCarer = true, ViewOfDischargeDate = "too early", Consent = [new() { Class = ConsentClass.General, State = ConsentState.Given }] };
        var body = PlayedOf(
            Hana,
            Cases.Admission() with { Carers = [partner, mother] },
            Cases.Discharge() with
            {
                Carers = [partner, mother],
                Risks = [new() { Kind = RiskKind.FromOthers, Statement = RiskStatement.Identified, Detail = new() { Text = "Partner controls her phone", Privacy = RemarkPrivacy.Safeguarding } }],
            }).For(Audience.Gp);

        var bytes = Encoding.UTF8.GetString(body.Json.Span);
        foreach (var hidden in new[] { "Radek", "01632 960111", "controls her phone", "too early", "Risk from others" })
        {
            bytes.ShouldNotContain(hidden);
        }

        var apart = JourneyExamples.Text(body.ProfessionalsOnly.ShouldNotBeNull());
        apart.ShouldContain("Partner controls her phone");
        apart.ShouldContain("Lena Novak: too early");
        apart.ShouldContain("Do not ring or text the number on the letter.");
        apart.ShouldContain("Sam Okoro, Crisis nurse, 0300 555 0104");
        JourneyExamples.Keep(body, "j7-coercion.gp");
        JourneyExamples.Keep(body.ProfessionalsOnly!, "j7-coercion.professionals-only");
    }

    [Fact]
    public void J8_A_refuge_is_in_no_byte()
    {
        var hidden = Ivo with { LocationHiding = LocationHiding.National, Address = new() { Lines = ["Rosewater Refuge"], Postcode = "QQ3 3QQ" }, GpPractice = OdsCode.Parse("X26999"), GpPracticeName = "New Surgery" };
        var body = Played(Cases.Admission() with { Patient = Ivo }, Cases.Discharge() with { Patient = hidden }).For(Audience.Gp);

        var bytes = Encoding.UTF8.GetString(body.Json.Span);
        foreach (var place in new[] { "Rosewater", "QQ3 3QQ", "Larkfield", "07700", "New Surgery", "X26999", "Elm Surgery" })
        {
            bytes.ShouldNotContain(place);
        }

        JourneyExamples.FirstPage(body).ShouldContain("Sertraline 100 mg tablets");
        JourneyExamples.Text(body).ShouldContain("0300 555 0101");
        JourneyExamples.Keep(body, "j8-places-withheld.gp");
    }

    [Fact]
    public void J9_Discharge_withdrawn_then_made_again()
    {
        var follow = new FollowUp { Start = Cases.At("2026-05-04T10:00:00+01:00"), Booked = true, With = "South CMHT" };
        var first = Cases.Discharge() with { FollowUp = follow, GpOnly = false, DestinationTeams = [Cases.Cmht] };
        var again = first with
        {
            SourceMessageId = new("M-dis2"), OccurredAt = Cases.At("2026-05-03T10:00:00+01:00"), RecordedAt = Cases.At("2026-05-03T10:05:00+01:00"),
            Medicines = [first.Medicines![0] with { After = new() { Text = "150 mg in the morning" } }, .. first.Medicines.Skip(1)],
        };
        var journey = PlayedOf(Jo, Cases.Admission(), Cases.Change(), first, Cases.DischargeCancelled());

        var withdrawn = journey.For(Audience.Cmht);
        JourneyExamples.FirstPage(withdrawn).ShouldContain("Discharge of 1 May 2026 withdrawn; CRT visits continue.");
        JourneyExamples.FirstPage(withdrawn).ShouldContain("still stands.");
        JourneyExamples.FirstPage(withdrawn).ShouldContain("Confirm or release the follow-up of Mon 4 May 2026 10:00.");
        Encoding.UTF8.GetString(withdrawn.Json.Span).ShouldNotContain("entered-in-error");
        Encoding.UTF8.GetString(withdrawn.Json.Span).ShouldNotContain("\"cancelled\"");
        JourneyExamples.Keep(journey.For(Audience.Gp), "j9-withdrawn.gp");

        var third = journey.Hear(again with { Patient = Jo }).ShouldNotBeNull().For(Audience.Gp);
        third.Title.ShouldContain("v3 replaces");
        JourneyExamples.FirstPage(third).ShouldContain("Since version 1 (1 May 2026): Sertraline 100 mg tablets was one in the morning; now 150 mg in the morning.");
        JourneyExamples.Keep(third, "j9-made-again.gp");
    }

    [Fact]
    public void J10_A_merge_undone_tells_nothing_of_the_other_person()
    {
        var unmerged = new PatientUnmerged
        {
            SourceMessageId = new("J10"), Source = Cases.Source, Patient = Cases.Ama, OccurredAt = Cases.At("2026-04-20T12:00:00+01:00"),
            Separated = new() { LocalIds = [new("RX1", "L200")], Name = new() { Family = "Other", Given = ["Kim"] }, Address = new() { Lines = ["1 Elsewhere Road"] }, GpPractice = OdsCode.Parse("V81997") },
        };
        var body = Emitted.Compose(Cases.Request(unmerged));
        var text = JourneyExamples.Text(body);

        text.ShouldContain("What was sent about the other person under this identity is withdrawn; do not act on it.");
        foreach (var other in new[] { "Kim", "Elsewhere", "Sertraline" })
        {
            Encoding.UTF8.GetString(body.Json.Span).ShouldNotContain(other);
        }

        JourneyExamples.Keep(body, "j10-merge-undone.gp");
    }

    private static MedicationChange Olanzapine(string id, string at, MedicineAction action, string dose, string reason) => Cases.Change() with
    {
        SourceMessageId = new(id), OccurredAt = Cases.At(at), RecordedAt = Cases.At(at), Lines = [Cases.Line("O", action, "Olanzapine", dose, reason)],
    };

    private static string Current(string page) =>
        page.IndexOf("No longer taken at all", StringComparison.Ordinal) is > 0 and var end && page.IndexOf("Current medicines", StringComparison.Ordinal) is > 0 and var start && end > start ? page[start..end] : page;

    private static PatientRef Named(string given, string family, string nhsNumber, string localId) => Cases.Ama with
    {
        NhsNumber = Cases.Number(nhsNumber), LocalIds = [new("RX1", localId)], Name = new() { Given = [given], Family = family },
    };

    /// <summary>The events of the usual case, of another person: no journey tells of two people as one.</summary>
    private static JourneyExamples PlayedOf(PatientRef who, params CareEvent[] events) => Played([.. events.Select(happened => happened with { Patient = who })]);

    private static JourneyExamples Played(params CareEvent[] events)
    {
        var journey = new JourneyExamples();
        foreach (var happened in events)
        {
            journey.Hear(happened).ShouldNotBeNull($"{happened} was not applied");
        }

        return journey;
    }
}
