using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>
/// Something told earlier is taken back. A withdrawn discharge was true when it was told: it is amended, never entered in error, and its
/// medicines may still stand (clinical rule 16).
/// </summary>
internal static class WithdrawalBundle
{
    public static Story Tell(CaseFile file, DischargeCancelled cancelled)
    {
        var told = file.Before?.LastTold ?? file.Before?.Discharge ?? file.Episode?.LastTold;
        var day = Wording.Day(told?.OccurredAt ?? cancelled.OccurredAt);
        var team = file.Kind == EpisodeKind.Crt ? "CRT visits continue" : "the stay on the ward continues";
        var version = Math.Max(file.Episode?.DischargeVersion ?? 0, 2);
        return new Story
        {
            Subject = file.Kind == EpisodeKind.Crt ? "CRT discharge withdrawn" : "Ward discharge withdrawn",
            News = 
            [
                $"Discharge of {day} withdrawn; {team}.",
                .. Stand(cancelled, told),
                "What else was asked with that discharge: not known whether it is still asked; ring the crisis team.",
                .. Because(cancelled.Reason),
            ],
            Asks = [.. FollowUps(told)],
            Replaces = told,
            Version = told is null ? null : $"v{version} replaces {day}",
            Status = CompositionStatus.Amended,
            TriggerEvent = "A13",
            DocumentType = ("373942005", "Discharge summary"),
        };
    }

    public static Story Tell(CaseFile file, AdmissionCancelled cancelled)
    {
        var admission = file.Before?.Admission ?? file.Episode?.Admission;
        var day = Wording.Day(admission?.OccurredAt ?? cancelled.OccurredAt);
        return new Story
        {
            Subject = file.Kind == EpisodeKind.Crt ? "CRT admission withdrawn" : "Ward admission withdrawn",
            News = [$"Admission of {day} withdrawn: it did not happen, or not as told.", "Medicines are not changed by this message.", .. Because(cancelled.Reason)],
            Replaces = admission,
            Version = admission is null ? null : $"replaces {day}",
            Status = CompositionStatus.EnteredInError,
            TriggerEvent = "A11",
        };
    }

    public static Story Tell(CaseFile file, TransferCancelled cancelled) => new()
    {
        Subject = "Transfer withdrawn",
        News =
        [
            "The transfer told earlier is withdrawn.",
            $"Team on record: {(cancelled.BackTo ?? file.Author)?.Name ?? "not known"}.",
            .. Because(cancelled.Reason),
        ],
        Status = CompositionStatus.Amended,
        TriggerEvent = "A12",
    };

    /// <summary>Which changes of the withdrawn discharge still stand, as far as anybody said.</summary>
    private static IEnumerable<string> Stand(DischargeCancelled cancelled, Discharge? told)
    {
        if (cancelled.ChangesThatStand is not { } standing)
        {
            yield return "Medicine changes told with it: not known whether they still stand. Do not undo them because of this message; ask the crisis team.";
            yield break;
        }

        foreach (var (number, line) in (told?.Medicines ?? []).Index())
        {
            yield return $"Change {number + 1}, {line.Medicine.Text}, {Wording.Action(line.Action).ToLowerInvariant()}{(line.After is { } dose ? ", " + dose.Text : "")}: "
                + (standing.Contains(line.LineId) ? "still stands." : "not known whether it stands; ask the crisis team.");
        }

        if (standing.Count == 0)
        {
            yield return "No medicine change told with it was named as still standing; ask the crisis team before undoing any.";
        }
    }

    /// <summary>The hub cancels no appointment: both teams are asked (clinical rule 16).</summary>
    private static IEnumerable<Ask> FollowUps(Discharge? told)
    {
        if (told is null)
        {
            yield break;
        }

        var slot = told.FollowUp?.Start is { } start ? $" of {Wording.When(start)}" : "";
        foreach (var party in told.FollowUp is null ? Array.Empty<CareParty>() : [CareParty.Cmht, CareParty.Crt])
        {
            yield return new Ask { Id = $"confirm-or-release-{party}", Owner = party, Text = $"Confirm or release the follow-up{slot}. It was not cancelled by this message." };
        }

        yield return new Ask
        {
            Id = "withdrawn-gp",
            Owner = CareParty.Gp,
            Text = $"File this with the discharge of {Wording.Day(told.OccurredAt)}, and tell the crisis team what you have already done because of it. Do not undo it by yourself.",
        };
        yield return new Ask
        {
            Id = "paper-copies",
            Owner = CareParty.Crt,
            Text = $"Paper copies of the discharge of {Wording.Day(told.OccurredAt)} are now wrong: tell the person which paper is void.",
        };
        yield return new Ask { Id = "phone-gp", Owner = CareParty.Crt, Text = "Ring the practice if it has acknowledged the discharge." };
    }

    private static IEnumerable<string> Because(string? reason) => reason is { Length: > 0 } ? [$"Reason: {reason}."] : ["No reason was given."];
}
