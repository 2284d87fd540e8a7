using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

/// <summary>Clinical rule 20: what the person, or somebody with their log-in, must not meet in an online record is marked so for every reader.</summary>
public sealed class NotOnlineTests
{
    private const string Mark = "\"code\":\"professionals-only\"";

    [Theory]
    [InlineData(Audience.Gp)]
    [InlineData(Audience.Cmht)]
    [InlineData(Audience.Ward)]
    public void An_unconfirmed_death_and_the_parting_of_two_records_are_for_professionals_only(Audience audience)
    {
        var death = new DeathReported { SourceMessageId = new("D"), Source = Cases.Source, Patient = Cases.Ama, OccurredAt = Cases.At("2026-05-05") };
        var parted = new PatientUnmerged
        {
            SourceMessageId = new("U"), Source = Cases.Source, Patient = Cases.Ama, OccurredAt = Cases.At("2026-05-05"),
            Separated = new PatientRef { LocalIds = [new LocalIdentifier("RXX", "P2")] },
        };

        Text(death, audience).ShouldContain(Mark);
        Text(parted, audience).ShouldContain(Mark);
        Text(Cases.Discharge(), audience).ShouldNotContain(Mark);
        Text(new DeathWithdrawn { SourceMessageId = new("W"), Source = Cases.Source, Patient = Cases.Ama, OccurredAt = Cases.At("2026-05-06") }, audience).ShouldNotContain(Mark);
    }

    private static string Text(CareEvent happened, Audience audience) =>
        System.Text.Encoding.UTF8.GetString(Emitted.Compose(Cases.Request(happened, audience)).Json.Span);
}
