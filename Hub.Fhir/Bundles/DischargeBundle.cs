using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>Care under this team ended: what changed, who is asked for what, and who holds the person now.</summary>
internal static class DischargeBundle
{
    public static Story Tell(CaseFile file, PartSet parts, Discharge discharge)
    {
        var changes = ChangeStory.OfEpisode(discharge, file.Before, file.Episode);
        var earlier = EarlierVersion(file, discharge);
        return new Story
        {
            Subject = discharge.Kind == EpisodeKind.Crt ? "CRT discharge" : "Ward discharge",
            News = [.. News(file, discharge), .. SinceFirst(file, discharge)],
            Changes = changes,
            Asks =
            [
                .. Asks.OfPlan(discharge.Plan), .. Asks.OfMedicines(changes), .. Asks.OfPrescribers(discharge), .. Asks.OfDepots(file, discharge), .. Asks.OfChecks(discharge),
                .. Asks.OfRisks(file), .. FollowOn(file, discharge), .. Asks.OfMissingPractice(file),
            ],
            Details = [.. Details(file, parts, discharge)],
            Replaces = earlier is null ? null : (CareEvent?)file.Before?.Withdrawal ?? earlier, // what was told last: the withdrawal replaced the discharge itself
            Version = earlier is null ? null : $"v{Version(file)} replaces {Wording.Day(earlier.OccurredAt)}",
            Status = earlier is null ? Hl7.Fhir.Model.CompositionStatus.Final : Hl7.Fhir.Model.CompositionStatus.Amended,
            TriggerEvent = "A03",
            DocumentType = ("373942005", "Discharge summary"),
        };
    }

    // The state already counts this discharge: an earlier one was told where it counts more than one.
    private static Discharge? EarlierVersion(CaseFile file, Discharge discharge) =>
        (file.Before?.LastTold ?? file.Episode?.FirstTold) is { } told && told.SourceMessageId != discharge.SourceMessageId ? told : null;

    private static int Version(CaseFile file) => Math.Max(file.Episode?.DischargeVersion ?? 0, (file.Before?.DischargeVersion ?? 1) + 1);

    private static IEnumerable<string> News(CaseFile file, Discharge discharge)
    {
        yield return $"Discharged {Wording.When(discharge.OccurredAt)}{(file.Author is { } team ? " from " + team.Name : "")}.";
        if (discharge.Reason is { Length: > 0 })
        {
            yield return $"Reason: {discharge.Reason}.";
        }

        yield return $"Care co-ordinator: {Wording.CareCoordinator(file.CareCoordinator)}.";
        foreach (var line in Responsibility.After(file, discharge))
        {
            yield return line;
        }
    }

    /// <summary>A discharge that was withdrawn and made again shows what differs from the first one told (clinical rule 16).</summary>
    private static IEnumerable<string> SinceFirst(CaseFile file, Discharge discharge)
    {
        if ((file.Before?.FirstTold ?? file.Episode?.FirstTold) is not { Medicines: { } first } told
            || told.SourceMessageId == discharge.SourceMessageId || discharge.Medicines is not { } now)
        {
            yield break;
        }

        var since = $"Since version 1 ({Wording.Day(told.OccurredAt)})";
        foreach (var line in now)
        {
            var earlier = first.FirstOrDefault(l => l.LineId == line.LineId);
            var same = earlier?.Medicine.Text == line.Medicine.Text; // of another product "one in the morning" is another dose
            var was = (same ? earlier?.After?.Text : MedicineFacts.DoseText(earlier)) ?? (earlier is null ? null : "no longer taken");
            var becomes = (same ? line.After?.Text : MedicineFacts.DoseText(line)) ?? "no longer taken";
            if (was is null)
            {
                yield return $"{since}: {line.Medicine.Text} was not on that list; now {becomes}.";
            }
            else if (was != becomes)
            {
                yield return $"{since}: {line.Medicine.Text} was {was}; now {becomes}.";
            }
        }

        foreach (var gone in first.Where(l => now.All(n => n.LineId != l.LineId)))
        {
            yield return $"{since}: {gone.Medicine.Text} was on that list and is not named now; no change is asked.";
        }
    }

    private static IEnumerable<Ask> FollowOn(CaseFile file, Discharge discharge)
    {
        foreach (var (team, i) in discharge.DestinationTeams.Select((t, i) => (t, i)))
        {
            yield return new Ask
            {
                Id = $"accept-{i}",
                Owner = team.ToParty(),
                OwnerName = team.Name,
                OwnerTeam = team,
                Text = $"Tell {file.Author?.Name ?? "the crisis team"} whether you accept, accept for assessment only, need more information, or decline with a reason.",
            };
        }

        if (discharge is { FollowUp.Booked: false, FollowUp.Start: not null } or { FollowUp: null, DestinationTeams.Count: > 0 })
        {
            var team = discharge.FollowUp?.Team ?? (discharge.DestinationTeams is [var first, ..] ? first : null);
            yield return new Ask
            {
                Id = "book-follow-up",
                Owner = team is null ? CareParty.Crt : team.ToParty(),
                OwnerName = team?.Name ?? file.Author?.Name,
                OwnerTeam = team ?? file.Author,
                Text = "Book the first follow-up: none is booked.",
                Due = discharge.FollowUp?.Start,
            };
        }
    }

    private static IEnumerable<Section> Details(CaseFile file, PartSet parts, Discharge discharge)
    {
        yield return Sections.Facts(Headings.Discharge, "Discharge details",
        [
            ("Discharged", Wording.When(discharge.OccurredAt)),
            ("Team", file.Author is { } team ? Wording.Team(team) : "not stated"),
            ("Method", Wording.DischargeMethod(discharge.Method)),
            ("Destination", Wording.DischargeDestination(discharge.Destination)),
            ("Passed to", discharge switch
            {
                { DestinationTeams: { Count: > 0 } teams } => string.Join("; ", teams.Select(Wording.Team)),
                { GpOnly: true } => "the GP alone",
                _ => "not stated",
            }),
            ("Legal status at discharge", discharge.LegalStatus?.Text ?? "not stated"),
            ("Section 117 aftercare", discharge.Section117 switch { true => "yes", false => "no", _ => "not stated" }),
            ("How to refer back", file.ReferBack ?? "not stated"),
            ("How the person can refer themselves", discharge.SelfReferralRoute ?? "not stated"),
        ]);
        yield return Sections.Items(Headings.ClinicalSummary, "Clinical summary", [discharge.ClinicalSummary is { Length: > 0 } summary ? summary : "Not sent."]);
        if (discharge.Procedures.Count > 0)
        {
            yield return Sections.Items(Headings.Procedures, "Procedures", discharge.Procedures);
        }

        if (discharge.SocialContext is { Length: > 0 } social)
        {
            yield return Sections.Items(Headings.Social, "Social context", [social]);
        }

        if (RemarkGate.Open(discharge.PatientConcerns) is { } concerns)
        {
            yield return Sections.Items(Headings.Concerns, "The person's concerns, expectations and wishes", [concerns]);
        }
    }
}
