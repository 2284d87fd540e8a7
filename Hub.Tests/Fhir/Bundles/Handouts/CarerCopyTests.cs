using Hub.Fhir.Bundles;
using Hub.Fhir.Bundles.Handouts;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles.Handouts;

public sealed class CarerCopyTests
{
    private static readonly Carer Sister = Cases.Admission().Carers.Single() with { Consent = [] };

    [Fact]
    public void A_carer_who_knows_of_the_care_gets_the_general_sheet_without_consent()
    {
        var page = HandoutExamples.Read(HandoutExamples.Sound(Copy(Sister)));

        page.ShouldContain("looks after people at home");
        page.ShouldContain("You can always tell us what you see");
        page.ShouldContain("This sheet holds nothing of it, apart from days that affect you.");
        page.ShouldNotContain("Mensah");
        page.ShouldNotContain("tenancy");
    }

    [Fact]
    public void A_carer_who_does_not_know_of_the_care_and_has_no_consent_gets_nothing() =>
        Copy(Sister with { KnowsOfCare = false }).ShouldBeNull();

    [Fact]
    public void Next_of_kin_alone_is_not_a_carer_whatever_was_agreed() =>
        Copy(Sister with { IsCarer = false, IsNextOfKin = true, Consent = All(ConsentState.Given) }).ShouldBeNull();

    [Fact]
    public void A_contact_of_another_episode_gets_nothing() =>
        CarerCopy.Compose(Request(Sister), Sister with { Id = "NK1-9" }).ShouldBeNull();

    [Theory]
    [InlineData(ConsentState.NotAsked)]
    [InlineData(ConsentState.Refused)]
    [InlineData(ConsentState.Withdrawn)]
    [InlineData(ConsentState.LacksCapacity)]
    public void Only_consent_that_was_given_opens_a_section(ConsentState state)
    {
        var page = HandoutExamples.Bytes(HandoutExamples.Sound(Copy(Sister with { Consent = All(state) })));

        foreach (var closed in new[] { "Sertraline", "tenancy", "Risk to self", "Warning signs" })
        {
            page.ShouldNotContain(closed, Case.Insensitive);
        }
    }

    [Theory]
    [InlineData(ConsentClass.Medication, "Sertraline 100 mg tablets")]
    [InlineData(ConsentClass.Plan, "Housing: call the council about the tenancy")]
    [InlineData(ConsentClass.Risk, "Risk to self: Overdose on 19 April; none since.")]
    [InlineData(ConsentClass.CrisisPlan, "Warning signs: not sleeping")]
    public void Each_kind_of_consent_opens_its_own_section_and_no_other(ConsentClass kind, string opened)
    {
        string[] all = ["Sertraline", "tenancy", "Risk to self", "Warning signs"];

        var bytes = HandoutExamples.Bytes(HandoutExamples.Sound(Copy(Sister with { Consent = [new() { Class = kind, State = ConsentState.Given }] })));

        bytes.ShouldContain(opened);
        all.Where(a => !opened.Contains(a)).ShouldAllBe(a => !bytes.Contains(a, StringComparison.OrdinalIgnoreCase));
        bytes.ShouldNotContain("depressive", Case.Insensitive); // no kind of consent speaks of the diagnosis
    }

    [Fact]
    public void A_plan_that_names_a_medicine_without_consent_to_medicines_is_left_out_and_a_person_is_told()
    {
        var body = HandoutExamples.Sound(Copy(Sister with { Consent = [new() { Class = ConsentClass.Plan, State = ConsentState.Given }] }));

        HandoutExamples.Read(body).ShouldContain("1 more in the plan: not on this sheet");
        body.Issues.ShouldContain(i => i.Rule == "carer-copy-left-out" && i.Severity == IssueSeverity.Warning);
    }

    [Fact]
    public void What_is_asked_of_the_carer_is_said_in_person_and_its_words_only_with_consent_to_the_plan()
    {
        var plan = new PlannedAction { Id = "P9", Text = "Keep the spare tablets at her house", Owner = CareParty.Carer };
        var request = Request(Sister, d => d with { Plan = [plan] });

        var general = HandoutExamples.Sound(CarerCopy.Compose(request, Sister));
        HandoutExamples.Read(general).ShouldContain("Something is asked of you in the days ahead.");
        HandoutExamples.Bytes(general).ShouldNotContain("spare tablets");
    }

    [Fact]
    public void The_name_of_somebody_dangerous_in_free_text_keeps_the_persons_copy_back()
    {
        var danger = new Carer { Id = "NK1-8", Name = new() { Given = ["Radek"], Family = "Novak" }, MarkedAsRisk = true };
        var request = Request(Sister, d => d with { Carers = [.. d.Carers, danger], Plan = [new() { Id = "P9", Text = "Fetch the keys from Radek", Owner = CareParty.Patient }] });

        PatientCopy.Compose(request).ShouldNotBeNull().Issues.ShouldContain(i => i.Rule == "withheld-words-in-free-text" && i.Severity == IssueSeverity.Error);
    }

    [Fact]
    public void A_name_that_is_also_a_word_of_the_page_does_not_keep_it_back()
    {
        var danger = new Carer { Id = "NK1-8", Name = new() { Given = ["Will"], Family = "Page" }, MarkedAsRisk = true };

        HandoutExamples.Sound(PatientCopy.Compose(Request(Sister, d => d with { Carers = [danger] })));
    }

    [Fact]
    public void A_sheet_is_not_printed_where_free_text_brings_back_a_hidden_place()
    {
        var discharge = Cases.Discharge() with { Plan = [new() { Id = "P9", Text = "Key worker comes to 9 rosewater refuge", Owner = CareParty.Crt }] };
        var hidden = Cases.Discharged() with { Discharge = discharge, Patient = Cases.Ama with { LocationHiding = LocationHiding.National, Address = new() { Lines = ["9 Rosewater Refuge"] } } };

        DischargePlanSheet.Render(hidden).ShouldBeNull();
        DischargePlanSheet.WhyNot(hidden).ShouldNotBeNull().ShouldNotContain("refuge", Case.Insensitive);
        WhoWeAreSheet.Render(hidden).ShouldNotBeNull();
        PatientCopy.Compose(Cases.Request(discharge with { Patient = hidden.Patient }, episode: hidden)).ShouldNotBeNull()
            .Issues.ShouldContain(i => i.Rule == "withheld-place-in-free-text" && i.Severity == IssueSeverity.Error);
    }

    [Fact]
    public void A_shareable_remark_that_a_carer_made_is_not_in_the_persons_copy()
    {
        var request = Request(Sister, d => d with { PatientConcerns = new() { Text = "She does not eat", From = "Sister" } });

        HandoutExamples.Bytes(PatientCopy.Compose(request).ShouldNotBeNull()).ShouldNotContain("does not eat");
    }

    [Fact]
    public void The_crisis_team_is_said_to_stay_responsible_only_where_it_confirmed_so()
    {
        HandoutExamples.Read(PatientCopy.Compose(Request(Sister, d => d with { CrtHoldsUntilAccepted = true })).ShouldNotBeNull()).ShouldContain("Northside Crisis Team has confirmed that it looks after you until then.");
        HandoutExamples.Read(PatientCopy.Compose(Request(Sister, d => d with { CrtHoldsUntilAccepted = null })).ShouldNotBeNull()).ShouldNotContain("has confirmed");
    }

    [Fact]
    public void A_number_for_professionals_is_never_given_as_the_number_for_a_crisis()
    {
        var team = Cases.Crt with { Phone24h = null };
        var body = PatientCopy.Compose(Request(Sister, d => d with { Team = team }) with { Episode = Cases.Discharged() with { Crt = team } }).ShouldNotBeNull();

        HandoutExamples.Read(body).ShouldContain("We have no number for Northside Crisis Team that is answered day and night.");
        HandoutExamples.Read(body).ShouldNotContain("0300 555 0102");
    }

    [Fact]
    public void The_same_request_gives_the_same_bytes() =>
        HandoutExamples.Bytes(Copy(Sister).ShouldNotBeNull()).ShouldBe(HandoutExamples.Bytes(Copy(Sister).ShouldNotBeNull()));

    [Fact]
    public void A_message_for_professionals_is_never_printed_as_a_copy() =>
        Should.Throw<ArgumentException>(() => HandoutPage.Render(BundleComposer.Compose(Request(Sister)).Json));

    private static ComposedBody? Copy(Carer carer) => CarerCopy.Compose(Request(carer), carer);

    private static IReadOnlyList<CarerConsent> All(ConsentState state) => [.. Enum.GetValues<ConsentClass>().Select(c => new CarerConsent { Class = c, State = state })];

    private static ComposeRequest Request(Carer carer, Func<Discharge, Discharge>? change = null)
    {
        var discharge = (change ?? (d => d))(Cases.Discharge());
        return Cases.Request(discharge, Audience.Gp, Cases.Discharged() with { Carers = [carer, .. discharge.Carers], Discharge = discharge, LastTold = discharge, FirstTold = discharge }, Cases.Changed());
    }
}
