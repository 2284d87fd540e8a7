using Hub.Fhir.Events;
using Hub.Proxy.Handovers;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Support.HandoverStage;

namespace Hub.Tests.Journeys;

/// <summary>The last five of the ten journeys as obligations, as <see cref="HandoverJourneyTests"/> has the first five.</summary>
public sealed class HandoverJourneysSixToTenTests
{
    [Fact]
    public async Task J6_Who_monitors_and_who_prescribes_is_asked_and_a_refusal_returns_it_visibly()
    {
        var (finn, gwen) = (Person("Finn", "Ashdown", "9000000033", "L600"), Person("Gwen", "Parry", "9449305552", "L601"));
        await using var stage = await OpenAsync("2026-05-01T17:43:00+01:00");
        var clozapine = Cases.Line("C", MedicineAction.Continue, "Clozapine 100 mg tablets", "two at night") with
        {
            HospitalOnly = true, GpRequest = GpRequest.RecordOnly, NextPrescriber = new() { Party = CareParty.Cmht, Status = PrescriberStatus.Asked, UntilThen = "Northside Crisis Team" },
            Monitoring = [new() { Check = Coded.Of("Full blood count"), NextDueOn = Cases.At("2026-05-08"), Owner = CareParty.Cmht, OwnerName = "South CMHT" }],
        };
        var lithium = Cases.Line("G", MedicineAction.Continue, "Priadel 400 mg modified-release tablets", "two at night") with
        {
            GpRequest = GpRequest.SharedCare, NextPrescriber = new() { Party = CareParty.Gp, Status = PrescriberStatus.Asked, UntilThen = "South CMHT" },
            Monitoring = [new() { Check = Coded.Of("Lithium level"), LastDoneAt = Cases.At("2026-04-24"), LastResult = "0.7 mmol/L", NextDueOn = Cases.At("2026-05-08"), Owner = CareParty.Cmht, OwnerName = "South CMHT" }],
        };
        var discharge = Cases.Discharge() with { GpOnly = false, DestinationTeams = [South], PhysicalHealth = [], Plan = [] };
        await stage.HearAsync(discharge with { Patient = finn, Medicines = [clozapine] });
        await stage.HearAsync(discharge with { Patient = gwen, Episode = Second, Medicines = [lithium, Cases.Line("I", MedicineAction.Start, "Ibuprofen 400 mg tablets", "one three times a day", "back pain")] });

        foreach (var asked in new[] { await stage.OneAsync(ObligationKind.MedicineResponsibility), await stage.OneAsync(ObligationKind.Monitoring) })
        {
            (asked.Actor, asked.NeverPaused, asked.Owner, asked.State).ShouldBe((CareParty.Cmht, true, null, ObligationState.Received));
            (await stage.ActAsync(asked, e => new Quieten { Evidence = e with { Note = "busy" }, Until = e.At.AddHours(1) })).ShouldBeOfType<NotPossible>();
        }

        (await stage.HoldsAsync("ContinuityHandoverComplete")).ShouldBe(false);
        var level = await stage.OneAsync(ObligationKind.Monitoring, key: Second);
        (level.Actor, level.ActorName).ShouldBe((CareParty.Cmht, "South CMHT"));
        var shared = await stage.OneAsync(ObligationKind.GpAction, "medicine-G", Second);
        (shared.State, shared.Owner).ShouldBe((ObligationState.Received, null), "shared care is asked, and nobody prescribes before it is accepted");

        await stage.ActAsync(shared, e => new Decline { Evidence = e, Reason = "No shared care agreement" }, channel: ActChannel.System);
        var back = (await stage.AlertsAsync("declined")).ShouldHaveSingleItem();
        back.Reason.ShouldContain("It is back with the team that asked.");
        var view = await stage.ViewAsync(Second);
        var refused = view.Obligations.Single(o => o.Entry.Obligation.Id == shared.Id);
        (refused.Entry.Obligation.State, refused.Entry.Obligation.Urgent, refused.Entry.Obligation.IsOpen).ShouldBe((ObligationState.Rejected, true, true));
        view.Checks.Single(c => c.Name == "ContinuityHandoverComplete").Because.ShouldContain("GpActions");
        await stage.ActAsync(shared, e => new Reassign { Evidence = e, To = "South CMHT" });
        await stage.ActAsync(shared, e => new Accept { Evidence = e, Owner = "Dr Reed, South CMHT" }, new PhoneCall("0300 555 0201", "duty worker", ReadBack: true));
        ObligationWords.State(await stage.OneAsync(ObligationKind.GpAction, "medicine-G", Second)).ShouldBe("accepted by Dr Reed, South CMHT (told to us)");

        foreach (var text in Told.AllTexts(stage.Hub))
        {
            foreach (var not in new[] { "interact", "add clozapine", "GP prescribes" })
            {
                text.ShouldNotContain(not, Case.Insensitive);
            }
        }
    }

    [Fact]
    public async Task J7_A_carers_copy_is_owed_only_while_the_person_consents_and_nothing_ever_to_a_partner_who_is_a_risk()
    {
        var hana = Person("Hana", "Novak", "9912003071", "L700");
        await using var stage = await OpenAsync("2026-05-01T17:43:00+01:00");
        static CarerConsent Said(ConsentState state) => new() { Class = ConsentClass.Plan, State = state };
        var partner = new Carer { Id = "NK1-1", Name = new() { Given = ["Radek"], Family = "Novak" }, IsCarer = true, IsNextOfKin = true, MarkedAsRisk = true, KnowsOfCare = true, Consent = [Said(ConsentState.Given)] };
        var mother = new Carer { Id = "NK1-2", Name = new() { Given = ["Lena"], Family = "Novak" }, IsCarer = true, KnowsOfCare = true, Consent = [new() { Class = ConsentClass.General, State = ConsentState.Given }] };
        ConsentChanged Consent(ConsentState state, string at) => new()
        {
            SourceMessageId = new("-"), Source = Cases.Source, Patient = hana, Episode = Cases.Episode, OccurredAt = Cases.At(at), RecordedAt = Cases.At(at), CarerId = "NK1-2", Consent = [Said(state)],
        };
        await stage.HearAsync(Cases.Admission() with { Patient = hana, Carers = [partner, mother] }, Cases.Discharge() with { Patient = hana, Carers = [partner, mother], InformationGiven = [] });
        (await stage.OfAsync(ObligationKind.CarerCopy)).ShouldBeEmpty("general consent is no consent to the plan");
        (await stage.OneAsync(ObligationKind.PatientCopy)).IsOpen.ShouldBeTrue("Hana's own copy is by hand");

        await stage.HearAsync(Consent(ConsentState.Given, "2026-05-01T18:00:00+01:00"));
        (await stage.OfAsync(ObligationKind.CarerCopy)).Select(o => (o.Subject, o.IsOpen)).ShouldBe([("NK1-2", true)]);

        await stage.HearAsync(Consent(ConsentState.Withdrawn, "2026-05-01T18:30:00+01:00"));
        (await stage.OfAsync(ObligationKind.CarerCopy)).Select(o => (o.Subject, o.State)).ShouldBe([("NK1-2", ObligationState.Cancelled)], "withdrawn while it waited: no longer owed");
        (await stage.ViewAsync()).Obligations.ShouldAllBe(o => o.Entry.Obligation.Subject != "NK1-1");
        await stage.UntilAsync("2026-05-03T18:00:00+01:00");
        (await stage.AlertsAsync("overdue-carer-copy-1")).ShouldBeEmpty();
        foreach (var alert in await stage.Hub.Timeline.AttentionAsync(500, TestContext.Current.CancellationToken))
        {
            alert.Reason.ShouldNotContain("Radek");
            alert.Reason.ShouldNotContain("Lena");
        }
    }

    [Fact]
    public async Task J8_A_flag_in_flight_holds_the_copies_and_what_is_owed_stays_unsent_in_plain_sight()
    {
        var ivo = Person("Ivo", "Brandt", "9693893123", "L800");
        await using var stage = await OpenAsync("2026-05-01T17:43:00+01:00");
        await stage.HearAsync(Cases.Admission() with { Patient = ivo, Medicines = [] });
        var before = stage.Hub.Practice.Received.Count;
        var hidden = ivo with { LocationHiding = LocationHiding.National, Address = new() { Lines = ["Rosewater Refuge"], Postcode = "QQ3 3QQ" } };
        await stage.HearAsync(Cases.Discharge() with { Patient = hidden });

        stage.Hub.Practice.Received.Count.ShouldBe(before);
        var informed = await stage.OneAsync(ObligationKind.GpInformed, "discharge");
        (informed.State, informed.IsOpen).ShouldBe((ObligationState.Requested, true), "not a silent non-delivery: it is open, and received by nobody");
        (await stage.ViewAsync()).Copies.ShouldContain(c => c.State == "held" && c.Line.StartsWith("Not sent to Elm Surgery", StringComparison.Ordinal));
        var route = (await stage.AlertsAsync("confirm-route"))[0];
        (route.DueAt!.Value - route.CreatedAt).ShouldBe(TimeSpan.FromHours(4), TimeSpan.FromMinutes(1));

        await stage.UntilAsync("2026-05-02T17:41:00+01:00");
        (await stage.ToldAsync(informed)).Count.ShouldBe(1, "its clock runs while it is held");
        var held = (await stage.ViewAsync()).Copies.First(c => c is { State: "held", Recipient: "Elm Surgery" });
        (await stage.Hub.Store.ReleaseDeliveryAsync(held.DeliveryId, "N. Okoro", "route confirmed by phone", TestContext.Current.CancellationToken)).ShouldBeTrue();
        await stage.Hub.SettleAsync();
        (await stage.OneAsync(ObligationKind.GpInformed, "discharge")).State.ShouldBe(ObligationState.Received);
        var copy = Told.Text(stage.Hub.Practice.Received[^1]);
        copy.ShouldContain("Sertraline 100 mg tablets");
        copy.ShouldContain("0300 555 0101");
        var view = await stage.ViewAsync();
        foreach (var text in Told.AllTexts(stage.Hub).Skip(before).Concat(view.Copies.Select(c => c.Line)).Concat(view.Obligations.Select(o => o.Text)).Concat(view.Holder)
            .Concat((await stage.Hub.Timeline.AttentionAsync(500, TestContext.Current.CancellationToken)).Select(a => a.Reason)))
        {
            text.ShouldNotContain("Rosewater");
            text.ShouldNotContain("QQ3");
        }
    }

    [Fact]
    public async Task J9_A_discharge_withdrawn_leaves_what_the_practice_took_on_and_made_again_is_asked_anew()
    {
        var jo = Person("Jo", "Whitlock", "9476719931", "L900");
        await using var stage = await OpenAsync("2026-05-01T17:43:00+01:00");
        var follow = new FollowUp { Start = Cases.At("2026-05-04T10:00:00+01:00"), Booked = true, With = "South CMHT", Team = South };
        var first = Cases.Discharge() with { Patient = jo, FollowUp = follow, GpOnly = false, DestinationTeams = [South], InformationGiven = [] };
        await stage.HearAsync(Cases.Admission() with { Patient = jo, Cmht = South }, first);
        var dose = await stage.OneAsync(ObligationKind.GpAction, "medicine-L3");
        await stage.ActAsync(dose, e => new Accept { Evidence = e, Owner = "Elm Surgery" }, channel: ActChannel.System);
        var asked = await stage.OneAsync(ObligationKind.CmhtAccepts);

        await stage.UntilAsync("2026-05-02T12:00:00+01:00");
        await stage.HearAsync(Cases.DischargeCancelled() with { Patient = jo, RecordedAt = Cases.At("2026-05-02T12:00:00+01:00") });
        (await stage.ViewAsync()).Holder.ShouldBe(["Under Northside Crisis Team."]);
        (await stage.OneAsync(ObligationKind.CmhtAccepts)).State.ShouldBe(ObligationState.Cancelled);
        (await stage.OneAsync(ObligationKind.GpAction, "medicine-L3")).ShouldSatisfyAllConditions(o => o.State.ShouldBe(ObligationState.Accepted), o => o.Owner.ShouldBe("Elm Surgery"));
        (await stage.OfAsync(ObligationKind.TeamAction)).Where(o => o.Subject.StartsWith("confirm-or-release", StringComparison.Ordinal)).Select(o => o.Actor).ShouldBe([CareParty.Cmht, CareParty.Crt], ignoreOrder: true, "each team once");
        var release = (await stage.OfAsync(ObligationKind.TeamAction)).Single(o => o is { Actor: CareParty.Cmht } && o.Subject.StartsWith("confirm-or-release", StringComparison.Ordinal));
        (release.IsOpen, release.ActorName, release.DueAt).ShouldBe((true, "South CMHT", Time("2026-05-04T10:00:00+01:00")));
        (await stage.ViewAsync()).Obligations.Single(o => o.Entry.Obligation.Id == release.Id).Text.ShouldContain("Confirm or release the follow-up");
        (await stage.AlertsAsync("withdrawal-phone")).Count.ShouldBe(1);
        (await stage.OneAsync(ObligationKind.FollowUpDone)).State.ShouldBe(ObligationState.Cancelled);
        stage.Hub.Cmht.Received.Select(Told.Text).ShouldAllBe(t => !t.Contains("entered-in-error", StringComparison.Ordinal));

        await stage.UntilAsync("2026-05-03T10:00:00+01:00");
        await stage.HearAsync(first with
        {
            OccurredAt = Cases.At("2026-05-03T09:58:00+01:00"), RecordedAt = Cases.At("2026-05-03T09:59:00+01:00"),
            Medicines = [first.Medicines![0] with { After = new() { Text = "150 mg in the morning" } }, .. first.Medicines.Skip(1)],
        });
        var anew = await stage.OneAsync(ObligationKind.CmhtAccepts);
        (anew.Id, anew.IsOpen, anew.Owner, anew.DueAt).ShouldBe((asked.Id, true, null, Time("2026-05-04T09:58:00+01:00")), "one obligation, asked anew with a clock of its own");
        (await stage.OneAsync(ObligationKind.GpAction, "medicine-L3")).ShouldSatisfyAllConditions(o => o.State.ShouldBe(ObligationState.Received), o => o.Owner.ShouldBeNull("another dose is another demand"));
        var steps = (await stage.ViewAsync()).Obligations.Single(o => o.Entry.Obligation.Id == asked.Id).Steps.Select(s => s.Act).ToList();
        steps.ShouldBe(["Open", "Receive", "Cancel", "AskAnew", "Receive"], "all that came about stays readable");
    }

    [Fact]
    public async Task J10_Two_Kims_of_whom_one_has_no_practice_and_a_death_that_was_not()
    {
        var a = Person("Kim", "Doyle", "9912003888", "L100");
        var b = Person("Kim", "Doyle", null, "L200") with { GpPractice = OdsCode.Parse("V81997"), GpPracticeName = null };
        await using var stage = await OpenAsync("2026-05-01T17:43:00+01:00");
        var discharge = Cases.Discharge() with { Medicines = [Cases.Line("B1", MedicineAction.Continue, "Quetiapine 25 mg tablets", "one at night") with { GpRequest = GpRequest.None }], Plan = [] };
        await stage.HearAsync(Cases.Admission() with { Patient = a, Medicines = [] }, Cases.Discharge() with { Patient = a });
        await stage.HearAsync(Cases.Admission() with { Patient = b, Episode = Second, Medicines = [] }, discharge with { Patient = b, Episode = Second });

        (await stage.OfAsync(ObligationKind.GpInformed, Second)).ShouldBeEmpty("there is no practice to inform");
        var register = await stage.OneAsync(ObligationKind.TeamAction, "no-practice", Second);
        (register.Actor, register.IsOpen).ShouldBe((CareParty.Crt, true));
        (await stage.ViewAsync(Second)).Obligations.Single(o => o.Entry.Obligation.Id == register.Id).Text.ShouldContain("say who prescribes meanwhile");

        var (ofA, ofB) = (await StillOpenAsync(stage, Cases.Episode), await StillOpenAsync(stage, Second));
        await stage.HearAsync(new PatientMerged { SourceMessageId = new("-"), Source = Cases.Source, Patient = a, OccurredAt = Cases.At("2026-05-02T09:00:00+01:00"), Retired = new() { LocalIds = b.LocalIds } });
        await stage.HearAsync(new PatientUnmerged { SourceMessageId = new("-"), Source = Cases.Source, Patient = a, OccurredAt = Cases.At("2026-05-02T11:00:00+01:00"), Separated = new() { LocalIds = b.LocalIds } });
        (await StillOpenAsync(stage, Cases.Episode)).ShouldBe(ofA, ignoreOrder: true);
        (await StillOpenAsync(stage, Second)).ShouldBe(ofB, ignoreOrder: true);
        stage.Hub.Practice.Received.Select(Told.Text).ShouldAllBe(t => !t.Contains("Quetiapine", StringComparison.Ordinal));

        await stage.HearAsync(new DeathReported { SourceMessageId = new("-"), Source = Cases.Source, Patient = a, OccurredAt = Cases.At("2026-05-02T12:00:00+01:00"), RecordedAt = Cases.At("2026-05-02T12:01:00+01:00"), DiedAt = Cases.At("2026-05-02") });
        var held = await stage.ViewAsync();
        held.Obligations.Where(o => o.Entry.Obligation is { IsOpen: true, Kind: not ObligationKind.DeathConfirmed } && ofA.Contains(o.Entry.Obligation.Id)).ShouldAllBe(o => o.Entry.Obligation.HeldSince != null);
        held.Obligations.ShouldAllBe(o => o.Entry.Obligation.State != ObligationState.Waived, "nothing ends unconfirmed");
        (await stage.ViewAsync(Second)).Obligations.ShouldAllBe(o => o.Entry.Obligation.HeldSince == null, "B is another person");
        await stage.UntilAsync("2026-05-02T18:00:00+01:00");
        (await stage.ToldAsync(await stage.OneAsync(ObligationKind.GpInformed, "discharge"))).ShouldBeEmpty();
        (await stage.ToldAsync(await stage.OneAsync(ObligationKind.DeathConfirmed))).ShouldNotBeEmpty();

        await stage.HearAsync(new DeathWithdrawn { SourceMessageId = new("-"), Source = Cases.Source, Patient = a, OccurredAt = Cases.At("2026-05-02T18:10:00+01:00"), RecordedAt = Cases.At("2026-05-02T18:10:00+01:00") });
        var lived = await StillOpenAsync(stage, Cases.Episode);
        (await stage.ViewAsync()).Obligations.Where(o => ofA.Contains(o.Entry.Obligation.Id) && !lived.Contains(o.Entry.Obligation.Id))
            .Select(o => $"{o.Entry.Obligation.Kind} {o.Entry.Obligation.Subject}: {string.Join(", ", o.Steps.Select(t => $"{t.Act} {t.Note?.Note}"))}").ShouldBeEmpty();
        (await stage.ViewAsync()).Obligations.ShouldAllBe(o => o.Entry.Obligation.HeldSince == null);
        await stage.UntilAsync("2026-05-02T18:12:00+01:00");
        (await stage.ToldAsync(await stage.OneAsync(ObligationKind.GpInformed, "discharge"))).Count.ShouldBe(1, "what ran out meanwhile is told once");
    }

    private static async Task<List<Guid>> StillOpenAsync(HandoverStage stage, EpisodeKey key) =>
        [.. (await stage.ViewAsync(key)).Obligations.Select(o => o.Entry.Obligation).Where(o => o is { IsOpen: true, Kind: not ObligationKind.DeathConfirmed and not ObligationKind.GpInformed and not ObligationKind.WardInformed } || (o is { IsOpen: true } && o.Subject == "discharge")).Select(o => o.Id)];
}
