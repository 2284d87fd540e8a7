using Hub.Fhir.Events;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>Details changed, of the person or of the episode.</summary>
internal static class UpdateBundle
{
    public static Story Tell(CaseFile file, EpisodeUpdated updated)
    {
        var changed = file is { Event: EpisodeUpdated, Standing: { } discharge } && Takeover.ChangedTo(updated, file.Before) is { } team
            ? Responsibility.ChangedTo(file, discharge, team).ToList() : [];
        return new()
        {
            Subject = changed is [var first, ..] ? first : "Details updated",
            News = [.. changed.Select(line => line.TrimEnd('.') + "."), .. News(file, updated)],
            TriggerEvent = "A08",
        };
    }

    public static Story Tell(PatientUpdated updated) => new()
    {
        Subject = "The person's details updated",
        News =
        [
            "The person's details were updated by the sender. Check your own record; nothing is changed in it by this message.",
            .. updated.Patient.LocationHiding is LocationHiding.Local or LocationHiding.National ? new[] { "Addresses and contact numbers are withheld." } : [],
            .. updated.Allergies is { Status: not AllergyStatus.NotSent } ? new[] { "Allergies were reported again: see below." } : [],
        ],
        TriggerEvent = "A31",
    };

    private static IEnumerable<string> News(CaseFile file, EpisodeUpdated updated)
    {
        var said = false;
        var before = file.Before;
        foreach (var (label, value, was) in new (string, string?, string?)[]
        {
            ("Team", updated.Team?.Name, (before?.Kind == EpisodeKind.Ward ? before.Ward : before?.Crt)?.Name),
            ("Community mental health team", updated.Cmht?.Name, before?.Cmht?.Name),
            ("Ward", updated.Ward?.Name, before?.Ward?.Name),
            ("Legal status", updated.LegalStatus?.Text, before?.LegalStatus?.Text),
            ("Consultant", updated.Consultant?.Name, before?.Consultant?.Name),
            ("Diagnoses", updated.Diagnoses.Count > 0 ? string.Join("; ", updated.Diagnoses.Select(d => d.Condition.Text)) : null, null),
        })
        {
            if (value is not null)
            {
                said = true;
                yield return $"{label}: {value}{(was is not null && was != value ? $" now; it was {was}" : "")}.";
            }
        }

        if (updated.Allergies is { Status: not AllergyStatus.NotSent })
        {
            said = true;
            yield return "Allergies were reported: see below.";
        }

        if (file.PlacesHidden && updated.Patient.LocationHiding is not null)
        {
            said = true;
            yield return "Addresses and contact numbers are withheld.";
        }

        if (!said)
        {
            yield return "The sender repeated the person's details.";
        }
    }
}
