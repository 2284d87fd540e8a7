using System.Text;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

/// <summary>J2 as far as bundles go: who is asked, who holds the person, and who took over in the end. Clocks and answers are tested with the hub.</summary>
public sealed class DeclineJourneyTests
{
    private static readonly Team North = new() { Name = "North CMHT", Organisation = Cases.Trust, LocalCode = "CMHTN", TypeCode = "A06", Phone = "0300 555 0401" };

    [Fact]
    public void J2_The_GP_is_told_who_holds_the_person_and_is_corrected_when_another_team_takes_over()
    {
        var journey = new JourneyExamples();
        var lead = new CareCoordinator { Status = CareCoordinatorStatus.None, Lead = "the crisis team leads until a team accepts" };
        journey.Hear(Cases.Admission() with { CareCoordinator = lead }).ShouldNotBeNull();
        journey.Hear(Cases.Discharge() with { GpOnly = false, DestinationTeams = [Cases.Cmht], CrtHoldsUntilAccepted = true, CareCoordinator = lead }).ShouldNotBeNull();

        var asked = journey.For(Audience.Gp);
        var page = JourneyExamples.FirstPage(asked);
        page.ShouldContain("No team had accepted when this was written. Last team on record: Northside Crisis Team");
        page.ShouldContain("Northside Crisis Team has confirmed that it stays responsible until a team accepts.");
        page.ShouldContain("Asked to take over: South CMHT.");
        JourneyExamples.Keep(asked, "j2-asked.gp");
        JourneyExamples.FirstPage(journey.For(Audience.Cmht)).ShouldContain("whether you accept, accept for assessment only, need more information, or decline with a reason");

        var corrected = journey.Hear(Update("J2-north", North)).ShouldNotBeNull().For(Audience.Gp);
        JourneyExamples.Text(corrected).ShouldContain("Community mental health team North CMHT, professionals 0300 555 0401");
        corrected.Title.ShouldBe("INFO: Team asked to take over changed: North CMHT");
        var changed = JourneyExamples.FirstPage(corrected);
        changed.ShouldContain("Whether North CMHT accepted: not reported to us.");
        changed.ShouldContain("Last team on record: Northside Crisis Team, discharged Fri 1 May 2026 17:40.");
        changed.ShouldContain("Current medicines, confirmed at discharge Fri 1 May 2026 17:40");
        JourneyExamples.Text(corrected).ShouldNotContain("the crisis team leads until a team accepts");
        Encoding.UTF8.GetString(corrected.Json.Span).ShouldNotContain("\"accepted\"");
        JourneyExamples.Keep(corrected, "j2-north-holds.gp");
    }

    [Fact]
    public void An_acceptance_that_was_told_to_us_is_shown_with_name_and_time()
    {
        var move = new Transfer
        {
            SourceMessageId = new("J2-move"), Source = Cases.Source, Patient = Cases.Ama, Episode = Cases.Episode, OccurredAt = Cases.At("2026-05-04T10:00:00+01:00"),
            From = Cases.Cmht, To = North, Direction = TransferDirection.Team, AcceptedBy = Cases.Nurse,
        };
        var after = Cases.Discharged() with { Cmht = North, Transfers = [new() { Transfer = move, KindBefore = EpisodeKind.Crt }] };

        JourneyExamples.FirstPage(Emitted.Compose(Cases.Request(Update("J2-told", North), Audience.Gp, after, Cases.Discharged())))
            .ShouldContain("North CMHT accepted: told to us (Sam Okoro, Mon 4 May 2026 10:00).");
    }

    private static EpisodeUpdated Update(string id, Team cmht) => new()
    {
        SourceMessageId = new(id), Source = Cases.Source, Patient = Cases.Ama, Episode = Cases.Episode,
        OccurredAt = Cases.At("2026-05-05T09:30:00+01:00"), RecordedAt = Cases.At("2026-05-05T09:35:00+01:00"), Cmht = cmht,
    };
}
