using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Proxy.Routing;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Routing.RoutingCases;

namespace Hub.Tests.Proxy.Routing;

public sealed class RecipientListTests
{
    [Fact]
    public void A_discharge_is_told_to_the_practice_the_CMHT_and_the_ward_that_referred()
    {
        Ids(Choose(Discharge(), Episode(Cmht, referringWard: Willow))).ShouldBe(["elm-surgery", "south-cmht", "willow-ward"]);
    }

    [Fact]
    public void Every_event_of_the_family_has_a_line_in_the_table()
    {
        RoutingRules.Table.Keys.ShouldBe(CareEventJson.TypeNames.Keys, ignoreOrder: true);
    }

    [Fact]
    public void The_practice_held_for_the_person_decides_and_not_an_older_one_of_the_episode()
    {
        var choice = RecipientList.Choose(Discharge(), Episode(), Person("Y06602"), Partners);

        Ids(choice).ShouldBe(["oak-surgery"]);
    }

    [Theory]
    [InlineData("V81997", "registered with no GP practice")]
    [InlineData("V81998", "not to apply")]
    [InlineData("V81999", "not known")]
    public void A_code_that_names_no_practice_is_never_sent_to_and_never_passed_over_for_an_older_practice(string code, string why)
    {
        // Even with a partner file for the code, and with a real practice still in the episode.
        var choice = RecipientList.Choose(Discharge(), Episode(), Person(code), [.. Partners, Recipient("trap", Audience.Gp, code)]);

        choice.Recipients.ShouldNotContain(r => r.Audience == Audience.Gp);
        var missing = choice.Missing.Single();
        (missing.Kind, missing.Owner).ShouldBe(("no-gp-practice", "CRT administration"));
        missing.Reason.ShouldContain(why);
        missing.NextStep.ShouldContain("who prescribes meanwhile");
    }

    [Fact]
    public void Without_any_practice_on_record_the_team_is_asked()
    {
        var nowhere = Episode() with { Patient = Person(null) };

        var choice = RecipientList.Choose(Discharge() with { Patient = Person(null) }, nowhere, Person(null), Partners);

        choice.Missing.Single().Kind.ShouldBe("no-gp-practice");
    }

    [Fact]
    public void A_practice_without_a_partner_file_is_unroutable_with_an_owner()
    {
        var recipient = RecipientList.Choose(Discharge(), Episode(), Person("Y09999"), Partners).Recipients.Single();

        (recipient.Partner, recipient.RecipientName).ShouldBe(((PartnerFile?)null, "GP practice Y09999"));
        recipient.Unroutable!.Owner.ShouldNotBeNullOrWhiteSpace();
        recipient.Unroutable.Reason.ShouldContain("Y09999");
    }

    [Fact]
    public void A_team_is_found_by_its_own_code_and_never_by_the_trust_it_shares_with_others()
    {
        var unknown = new Team { Name = "East CMHT", LocalCode = "ECMHT", Organisation = OdsCode.Parse("RXX") };

        var cmht = Choose(Discharge(), Episode(unknown)).Recipients.Single(r => r.Audience == Audience.Cmht);

        cmht.Partner.ShouldBeNull();
        cmht.RecipientName.ShouldBe("Team East CMHT");
    }

    [Fact]
    public void A_partner_that_lists_no_codes_stands_for_its_whole_organisation()
    {
        var other = new Team { Name = "Any team", LocalCode = "X9", Organisation = OdsCode.Parse("RYY") };

        var choice = RecipientList.Choose(Discharge(), Episode(other), Person(), [.. Partners, Recipient("other-trust", Audience.Cmht, "RYY")]);

        Ids(choice).ShouldBe(["elm-surgery", "other-trust"]);
    }

    [Fact]
    public void Without_a_CMHT_an_admission_lacks_nothing()
    {
        var choice = Choose(Admission(), Episode());

        Ids(choice).ShouldBe(["elm-surgery"]);
        choice.Missing.ShouldBeEmpty();
    }

    [Fact]
    public void A_discharge_that_leaves_work_to_a_CMHT_and_names_none_is_a_task_for_the_team()
    {
        var discharge = Discharge() with { Plan = [new() { Id = "1", Text = "Review in two weeks", Owner = CareParty.Cmht }] };

        Choose(discharge, Episode()).Missing.Single().Kind.ShouldBe("no-cmht");
        Choose(discharge with { GpOnly = true }, Episode()).Missing.ShouldBeEmpty();
        Choose(discharge, Episode(Cmht)).Missing.ShouldBeEmpty();
    }

    [Fact]
    public void The_teams_that_take_over_are_told_beside_the_CMHT_on_record()
    {
        var discharge = Discharge() with { DestinationTeams = [NorthCmht, Cmht], FollowUp = new() { Team = NorthCmht } };

        Ids(Choose(discharge, Episode(Cmht))).ShouldBe(["elm-surgery", "north-cmht", "south-cmht"], ignoreOrder: true);
    }

    [Fact]
    public void A_team_that_takes_over_and_is_a_ward_is_told_as_a_ward()
    {
        var ward = Choose(Discharge() with { DestinationTeams = [Willow] }, Episode()).Recipients.Single(r => r.Partner?.Id == "willow-ward");

        ward.Audience.ShouldBe(Audience.Ward);
    }

    [Fact]
    public void Whoever_was_to_take_over_hears_that_the_discharge_is_withdrawn()
    {
        var cancelled = new DischargeCancelled { SourceMessageId = new("m"), Source = Source, Patient = Person(), OccurredAt = At, Episode = Key };
        var episode = Episode(referringWard: Rowan) with { LastTold = Discharge() with { DestinationTeams = [NorthCmht], Ward = Willow } };

        Ids(Choose(cancelled, episode)).ShouldBe(["elm-surgery", "north-cmht", "rowan-ward", "willow-ward"]);
    }

    [Fact]
    public void The_care_coordinators_team_is_told_where_no_CMHT_is_known()
    {
        var discharge = Discharge() with
        {
            CareCoordinator = new() { Status = CareCoordinatorStatus.Named, Person = new() { Name = "Lee Ross", Organisation = OdsCode.Parse("RYY"), OrganisationName = "East trust" } },
        };

        var cmht = RecipientList.Choose(discharge, Episode(), Person(), [.. Partners, Recipient("east", Audience.Cmht, "RYY")]).Recipients.Single(r => r.Audience == Audience.Cmht);

        cmht.Partner!.Id.ShouldBe("east");
    }

    [Theory]
    [InlineData(TransferDirection.WardToCrt, "willow-ward")]
    [InlineData(TransferDirection.CrtToWard, "rowan-ward")]
    public void A_transfer_tells_the_ward_it_leaves_or_the_ward_it_goes_to(TransferDirection direction, string ward)
    {
        var transfer = direction == TransferDirection.WardToCrt ? Transfer(Willow, Crt, direction) : Transfer(Crt, Rowan, direction);

        Ids(Choose(transfer, Episode())).ShouldBe(["elm-surgery", ward]);
    }

    [Fact]
    public void An_admission_to_a_ward_tells_that_ward_once()
    {
        var admission = Admission() with { Kind = EpisodeKind.Ward, Team = Willow, Ward = Willow, ReferringWard = Willow };

        Ids(Choose(admission, Episode(ward: Willow, kind: EpisodeKind.Ward))).ShouldBe(["elm-surgery", "willow-ward"]);
    }

    [Fact]
    public void A_partner_that_serves_two_of_the_teams_gets_one_message()
    {
        IReadOnlyList<PartnerFile> partners = [Recipient("both", Audience.Cmht, "RXX", "SCMHT", "NCMHT")];

        RecipientList.Choose(Discharge() with { DestinationTeams = [NorthCmht] }, Episode(Cmht), Person(), partners).Recipients.Count(r => r.Partner?.Id == "both").ShouldBe(1);
    }

    [Theory]
    [InlineData(MedicineUse.OneOff, EpisodeKind.Ward, false)]
    [InlineData(MedicineUse.AsNeeded, EpisodeKind.Ward, false)]
    [InlineData(MedicineUse.RapidTranquillisation, EpisodeKind.Ward, false)]
    [InlineData(MedicineUse.RapidTranquillisation, EpisodeKind.Crt, false)]
    [InlineData(MedicineUse.AsNeeded, EpisodeKind.Crt, true)]
    [InlineData(MedicineUse.Regular, EpisodeKind.Ward, true)]
    public void A_wards_one_off_and_as_needed_medicines_do_not_go_to_the_GP(MedicineUse use, EpisodeKind kind, bool told)
    {
        var choice = Choose(Change(Line(use: use)), Episode(Cmht, kind: kind));

        Ids(choice).Contains("elm-surgery").ShouldBe(told);
        Ids(choice).ShouldContain("south-cmht");
        choice.Missing.ShouldBeEmpty();
    }

    [Fact]
    public void A_change_with_one_regular_medicine_goes_to_the_GP_and_so_does_a_depot_given_on_a_ward()
    {
        var ward = Episode(kind: EpisodeKind.Ward);

        Ids(Choose(Change(Line(use: MedicineUse.OneOff), Line()), ward)).ShouldContain("elm-surgery");
        Ids(Choose(Change(Line(MedicineAction.Administer, MedicineUse.OneOff) with { Depot = new() }), ward)).ShouldContain("elm-surgery");
    }

    [Fact]
    public void The_practice_hears_that_another_team_is_asked_to_take_over_once_the_person_is_discharged()
    {
        var update = new EpisodeUpdated { SourceMessageId = new("u"), Source = Source, Patient = Person(), Episode = Key, OccurredAt = At, Cmht = NorthCmht };
        var before = Episode(Cmht) with { Discharge = Discharge() };

        Told(update, before).ShouldContain("elm-surgery");
        Told(update with { Cmht = Cmht }, before).ShouldNotContain("elm-surgery");
        Told(update, Episode(Cmht)).ShouldNotContain("elm-surgery");

        static List<string> Told(EpisodeUpdated update, EpisodeState before) => Ids(RecipientList.Choose(update, before with { Cmht = update.Cmht }, Person(), Partners, before));
    }

    [Fact]
    public void A_statement_about_identity_goes_to_nobody_before_a_person_decided()
    {
        var link = new PatientLinkReported { SourceMessageId = new("m"), Source = Source, Patient = Person(), OccurredAt = At, Kind = PatientLinkKind.Linked, Other = Person() };

        Choose(link, Episode(Cmht, Willow)).Recipients.ShouldBeEmpty();
    }

    private static RecipientChoice Choose(CareEvent value, EpisodeState? episode) => RecipientList.Choose(value, episode, Person(), Partners);

    private static List<string> Ids(RecipientChoice choice) => [.. choice.Recipients.Select(r => r.Partner?.Id ?? "unroutable " + r.RecipientName)];
}
