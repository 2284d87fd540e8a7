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

        var corrected = journey.Hear(new EpisodeUpdated
        {
            SourceMessageId = new("J2-north"), Source = Cases.Source, Patient = Cases.Ama, Episode = Cases.Episode,
            OccurredAt = Cases.At("2026-05-05T09:30:00+01:00"), RecordedAt = Cases.At("2026-05-05T09:35:00+01:00"), Cmht = North,
        }).ShouldNotBeNull().For(Audience.Gp);
        JourneyExamples.Text(corrected).ShouldContain("Community mental health team North CMHT, professionals 0300 555 0401");
        Encoding.UTF8.GetString(corrected.Json.Span).ShouldNotContain("\"accepted\"");
        JourneyExamples.Keep(corrected, "j2-north-holds.gp");
    }
}
