using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Bundles;

/// <summary>Clinical rule 6: a list is called confirmed where a clinician confirmed it, and nowhere else.</summary>
public sealed class ConfirmedMedicinesTests
{
    private const string Earlier = "Reported earlier, not on the confirmed list: not known whether still taken";

    private static readonly Discharge OneLine = Cases.Discharge() with
    {
        Medicines = [Cases.Line("L2", MedicineAction.Continue, "Diazepam 2 mg tablets", "one up to three times a day")],
    };

    [Fact]
    public void A_medicine_that_the_confirmed_list_does_not_name_is_not_under_its_title()
    {
        var text = JourneyExamples.Text(Played(Cases.Admission(), OneLine).For(Audience.Gp));

        text.ShouldNotContain("Current medicines, confirmed at discharge");
        text.ShouldContain("confirmed at discharge Fri 1 May 2026 17:40 only where it says so");
        Between(text, "Confirmed at discharge Medicine", Earlier + " Medicine").ShouldContain("Diazepam");
        Between(text, Earlier + " Medicine", "Medicines not named here").ShouldContain("Zopiclone");
        text.ShouldContain("Not on the list confirmed at discharge: Zopiclone 7.5 mg tablets.");
    }

    [Fact]
    public void A_line_that_the_confirmed_list_repeats_word_for_word_is_confirmed()
    {
        var whole = OneLine with { Medicines = [.. Cases.Admission().Medicines!.Select(l => l with { Action = MedicineAction.Continue })] };

        var text = JourneyExamples.Text(Played(Cases.Admission(), whole).For(Audience.Gp));

        text.ShouldContain("Current medicines, confirmed at discharge Fri 1 May 2026 17:40");
        text.ShouldNotContain(Earlier);
    }

    [Fact]
    public void A_later_message_says_when_its_list_was_confirmed() =>
        JourneyExamples.Text(Played(Cases.Admission(), Whole(), Updated()).For(Audience.Gp)).ShouldContain("Current medicines, confirmed at discharge Fri 1 May 2026 17:40");

    [Fact]
    public void A_change_after_the_discharge_is_not_part_of_what_was_confirmed()
    {
        var change = Cases.Change() with
        {
            SourceMessageId = new("M-later"), OccurredAt = Cases.At("2026-05-03T10:00:00+01:00"), RecordedAt = Cases.At("2026-05-03T10:00:00+01:00"),
            Lines = [Cases.Line("L9", MedicineAction.Start, "Promethazine 25 mg tablets", "one at night", "sleep")],
        };

        var text = JourneyExamples.Text(Played(Cases.Admission(), Whole(), change).For(Audience.Gp));

        text.ShouldNotContain("Current medicines, confirmed at discharge");
        Between(text, "Reported after the confirmed list Medicine", "Medicines not named here").ShouldContain("Promethazine");
    }

    [Fact]
    public void A_withdrawn_discharge_confirms_nothing() =>
        JourneyExamples.Text(Played(Cases.Admission(), Whole(), Cases.DischargeCancelled()).For(Audience.Gp)).ShouldContain("not confirmed at discharge");

    private static Discharge Whole() => OneLine with { Medicines = [.. Cases.Admission().Medicines!.Select(l => l with { Action = MedicineAction.Continue })] };

    private static EpisodeUpdated Updated() => new()
    {
        SourceMessageId = new("M-upd"), Source = Cases.Source, Patient = Cases.Ama, Episode = Cases.Episode,
        OccurredAt = Cases.At("2026-05-05T09:30:00+01:00"), RecordedAt = Cases.At("2026-05-05T09:35:00+01:00"), LegalStatus = new() { Text = "Informal", Code = "01" },
    };

    private static JourneyExamples Played(params CareEvent[] events)
    {
        var journey = new JourneyExamples();
        foreach (var happened in events)
        {
            journey.Hear(happened).ShouldNotBeNull();
        }

        return journey;
    }

    private static string Between(string text, string from, string to)
    {
        text.ShouldContain(from);
        var rest = text[(text.IndexOf(from, StringComparison.Ordinal) + from.Length)..];
        rest.ShouldContain(to);
        return rest[..rest.IndexOf(to, StringComparison.Ordinal)];
    }
}
