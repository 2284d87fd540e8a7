using Hub.Fhir.Bundles;
using Hub.Fhir.Bundles.Handouts;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles.Handouts;

/// <summary>What the person and the carers of the journeys get on paper (clinical rules, 7).</summary>
public sealed class HandoutJourneyTests
{
    private static readonly Carer Partner = new()
    {
        Id = "NK1-1", Name = new() { Given = ["Radek"], Family = "Novak" }, Relationship = Coded.Of("Partner"), IsNextOfKin = true, MarkedAsRisk = true,
        Contacts = [new() { Kind = ContactKind.Phone, Value = "01632 960111" }],
    };

    private static readonly Carer Mother = new()
    {
        Id = "NK1-2", Name = new() { Given = ["Lena"], Family = "Novak" }, Relationship = Coded.Of("Mother"), IsCarer = true, KnowsOfCare = true, ViewOfDischargeDate = "too early",
        Consent = [new() { Class = ConsentClass.General, State = ConsentState.Given, At = Cases.At("2026-04-20") }],
    };

    private static readonly PatientRef Hana = Cases.Ama with
    {
        NhsNumber = Cases.Number("9912003071"), LocalIds = [new("RX1", "L700")], Name = new() { Given = ["Hana"], Family = "Novak" },
        SafeContact = new() { Post = false, Sms = false, Email = false, Phone = false, Note = "by hand at the team base only" },
    };

    private static HandoutExamples HanaLeaves() => HandoutExamples.Played(
        Cases.Admission() with { Patient = Hana, Carers = [Partner, Mother] },
        Cases.Change() with { Patient = Hana },
        new CarerViewRecorded
        {
            SourceMessageId = new("J7-view"), Source = Cases.Source, Patient = Hana, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-28T10:00:00+01:00"), CarerId = "NK1-2",
            View = new() { Text = "she is afraid of him", From = "Lena", Privacy = RemarkPrivacy.CarerConfidential },
        },
        Cases.Discharge() with
        {
            Patient = Hana, Carers = [Partner, Mother],
            CarerConcerns = new() { Text = "she goes back too soon", From = "Lena", Privacy = RemarkPrivacy.CarerConfidential },
            PatientConcerns = new() { Text = "Worried about sleeping without zopiclone", From = "Hana" },
            Risks = [new() { Kind = RiskKind.FromOthers, Statement = RiskStatement.Identified, Detail = new() { Text = "Partner controls her phone", Privacy = RemarkPrivacy.Safeguarding } }],
        });

    [Fact]
    public void J1_The_person_takes_home_what_to_take_who_does_what_and_whom_to_ring()
    {
        var journey = HandoutExamples.Played(Cases.Admission(), Cases.Change(), Cases.Discharge());
        var body = HandoutExamples.Sound(PatientCopy.Compose(journey.Request));
        var page = HandoutExamples.Read(body);

        page.ShouldContain("Ama Mensah, NHS number 991 200 3888");
        page.ShouldContain("Ring Northside Crisis Team on 0300 555 0101, day or night.");
        page.ShouldContain("Sertraline 100 mg tablets one in the morning");
        page.ShouldContain("sleep has returned");
        page.ShouldContain("Your GP surgery has been asked and has not said yes yet. Until then: Northside Crisis Team.");
        page.ShouldContain("You Housing: call the council about the tenancy");
        page.ShouldContain("Medicines not named here: no change is asked; do not stop them because of this list.");
        page.ShouldContain("Needs a quiet room");
        page.ShouldNotContain("0300 555 0102"); // the number for professionals
        page.ShouldNotContain("recent overdose"); // why the supply is short is for those who prescribe
        page.ShouldNotContain("Northside Crisis Team has confirmed"); // it did not
        HandoutExamples.Keep(body, "j1-friday-gp-only.patient");
        HandoutExamples.Keep(DischargePlanSheet.Render(journey.State!).ShouldNotBeNull(), "j1-friday-gp-only.discharge-plan");
    }

    [Fact]
    public void J1_The_sheet_of_the_start_says_who_comes_and_what_happens_next()
    {
        var visit = new NextVisit
        {
            SourceMessageId = new("J1-visit"), Source = Cases.Source, Patient = Cases.Ama, Episode = Cases.Episode, OccurredAt = Cases.At("2026-04-20T15:00:00+01:00"),
            VisitAt = Cases.At("2026-04-21T10:00:00+01:00"), Who = "Sam Okoro", Channel = "in-person",
        };
        var without = HandoutExamples.Words(WhoWeAreSheet.Render(HandoutExamples.Played(Cases.Admission()).State!).ShouldNotBeNull());
        var sheet = WhoWeAreSheet.Render(HandoutExamples.Played(Cases.Admission(), visit).State!).ShouldNotBeNull();
        var page = HandoutExamples.Words(sheet);

        without.ShouldContain("No next visit was written down when this was printed.");
        page.ShouldContain("Next visit or call: Tue 21 April 2026 10:00, Sam Okoro, in person (as of Mon 20 April 2026 15:00).");
        page.ShouldContain("Sam Okoro, Crisis nurse Leads your care with us");
        page.ShouldContain("Given by");
        page.ShouldContain("Printed is not given.");
        page.ShouldNotContain("Diazepam");
        page.ShouldNotContain("Overdose");
        HandoutExamples.Keep(sheet, "j1-friday-gp-only.who-we-are");
    }

    [Fact]
    public void J7_The_mother_gets_the_general_sheet_and_the_partner_nothing()
    {
        var journey = HanaLeaves();

        CarerCopy.Compose(journey.Request, Partner).ShouldBeNull();
        CarerCopy.Compose(journey.Request, Partner with { MarkedAsRisk = false, IsCarer = true, KnowsOfCare = true }).ShouldBeNull(); // the episode decides, not who asks
        var body = HandoutExamples.Sound(CarerCopy.Compose(journey.Request, Mother));
        var page = HandoutExamples.Read(body);

        page.ShouldContain("0300 555 0101");
        page.ShouldContain("You have a right to an assessment of your own needs as a carer");
        page.ShouldContain("The visits of Northside Crisis Team ended on 1 May 2026.");
        foreach (var not in new[] { "Sertraline", "Zopiclone", "Diazepam", "Depressive", "Overdose", "Warning signs", "tenancy", "Hana", "991 200", "9912003071", "Radek", "afraid", "too soon", "too early", "phone controls" })
        {
            HandoutExamples.Bytes(body).ShouldNotContain(not, Case.Insensitive);
        }

        HandoutExamples.Keep(body, "j7-coercion.carer-general");
    }

    [Fact]
    public void J7_Consent_to_medicines_that_is_withdrawn_while_the_copy_waits_is_not_in_it()
    {
        var journey = HanaLeaves().Hear(Consent("J7-given", ConsentState.Given, "2026-05-01T18:00:00+01:00"));
        var given = HandoutExamples.Sound(CarerCopy.Compose(journey.Request, Mother));
        HandoutExamples.Read(given).ShouldContain("Sertraline 100 mg tablets one in the morning");
        HandoutExamples.Bytes(given).ShouldNotContain("partial response");
        HandoutExamples.Bytes(given).ShouldNotContain("depressive");
        HandoutExamples.Keep(given, "j7-coercion.carer-medicines");

        // The carer as she was when the copy was asked for: the episode of now decides.
        var stale = journey.State!.Carers.Single(c => c.Id == "NK1-2");
        journey.Hear(Consent("J7-withdrawn", ConsentState.Withdrawn, "2026-05-01T18:10:00+01:00"));
        var now = HandoutExamples.Sound(CarerCopy.Compose(journey.Request, stale));

        foreach (var medicine in new[] { "Sertraline", "Zopiclone", "Diazepam" })
        {
            HandoutExamples.Bytes(now).ShouldNotContain(medicine, Case.Insensitive);
        }
    }

    [Fact]
    public void J7_The_person_gets_a_copy_by_hand_with_nobody_elses_words_in_it()
    {
        var body = HandoutExamples.Sound(PatientCopy.Compose(HanaLeaves().Request));

        HandoutExamples.Read(body).ShouldContain("Hana Novak, NHS number 991 200 3071");
        HandoutExamples.Read(body).ShouldContain("Worried about sleeping without zopiclone");
        foreach (var not in new[] { "Radek", "Lena", "01632 960111", "controls her phone", "too early", "too soon", "afraid", "by hand at the team base", "Risk from others", "Safeguarding", "07700 900123", "Larkfield" })
        {
            HandoutExamples.Bytes(body).ShouldNotContain(not, Case.Insensitive);
        }

        HandoutExamples.Keep(body, "j7-coercion.patient");
    }

    [Fact]
    public void J9_The_person_is_told_which_papers_are_void()
    {
        var follow = new FollowUp { Start = Cases.At("2026-05-04T10:00:00+01:00"), Booked = true, With = "South CMHT" };
        var journey = HandoutExamples.Played(
            Cases.Admission(), Cases.Change(), Cases.Discharge() with { FollowUp = follow, GpOnly = false, DestinationTeams = [Cases.Cmht] }, Cases.DischargeCancelled());
        var body = HandoutExamples.Sound(PatientCopy.Compose(journey.Request));
        var page = HandoutExamples.Read(body);

        page.ShouldContain("Your discharge of 1 May 2026 is withdrawn: Northside Crisis Team still visits you.");
        page.ShouldContain("These papers are no longer right.");
        page.ShouldContain("Discharge plan, given to you Fri 1 May 2026 17:30");
        page.ShouldContain("Sertraline 100 mg tablets one in the morning Yes, this has not changed.");
        page.ShouldContain("Nobody has cancelled it.");
        HandoutExamples.Keep(body, "j9-withdrawn.patient");
    }

    [Fact]
    public void J10_While_a_death_is_reported_nothing_is_printed_and_its_removal_releases()
    {
        var journey = HandoutExamples.Played(Cases.Admission(), Cases.Change(), Cases.Discharge());
        var report = new DeathReported { SourceMessageId = new("J10-death"), Source = Cases.Source, Patient = Cases.Ama, OccurredAt = Cases.At("2026-05-02T09:00:00+01:00"), DiedAt = Cases.At("2026-05-02"), Episode = Cases.Episode };
        var held = HandoutExamples.Played(Cases.Admission(), Cases.Change(), Cases.Discharge()).Hear(report);
        var sister = held.State!.Carers.Single();

        PatientCopy.Compose(journey.Request with { Episode = held.State }).ShouldBeNull();
        PatientCopy.WhyNot(journey.Request with { Episode = held.State }).ShouldNotBeNull().ShouldContain("death is reported");
        CarerCopy.Compose(held.Request, sister).ShouldBeNull();
        WhoWeAreSheet.Render(held.State).ShouldBeNull();
        DischargePlanSheet.Render(held.State).ShouldBeNull();
        var told = new JourneyExamples();
        foreach (var happened in new CareEvent[] { Cases.Admission(), Cases.Change(), Cases.Discharge(), report })
        {
            told.Hear(happened).ShouldNotBeNull();
        }

        var reported = told.For(Audience.Gp);
        JourneyExamples.Text(reported).ShouldContain("It is unconfirmed.");
        JourneyExamples.Text(reported).ShouldContain("Follow-ups have not been cancelled.");
        JourneyExamples.Keep(reported, "j10-death-reported.gp");

        var removed = new DeathWithdrawn { SourceMessageId = new("J10-removed"), Source = Cases.Source, Patient = Cases.Ama, OccurredAt = Cases.At("2026-05-02T11:00:00+01:00"), Episode = Cases.Episode };
        held.Hear(removed);
        HandoutExamples.Sound(PatientCopy.Compose(journey.Request with { Episode = held.State }));
        HandoutExamples.Sound(CarerCopy.Compose(held.Request, sister));
        var withdrawn = told.Hear(removed).ShouldNotBeNull().For(Audience.Gp);
        JourneyExamples.Text(withdrawn).ShouldContain("Care and follow-ups go on.");
        JourneyExamples.Keep(withdrawn, "j10-death-removed.gp");
    }

    private static ConsentChanged Consent(string id, ConsentState state, string at) => new()
    {
        SourceMessageId = new(id), Source = Cases.Source, Patient = Hana, Episode = Cases.Episode, OccurredAt = Cases.At(at), RecordedAt = Cases.At(at), CarerId = "NK1-2",
        Consent = [new() { Class = ConsentClass.Medication, State = state, At = Cases.At(at) }],
    };
}
