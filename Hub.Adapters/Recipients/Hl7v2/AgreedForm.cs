using System.Text.RegularExpressions;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>Messages that a receiving system acts on by itself: they leave only where it is on record who agreed (clinical rule 8).</summary>
internal enum AgreedForm
{
    /// <summary>Admissions, discharges, transfers and their cancels, as ADT.</summary>
    Adt,

    /// <summary>Changes of medicines, as RDE^O11.</summary>
    Rde,
}

/// <summary>Reads <c>"agreed": { "adt": { "by": "...", "on": "2026-05-01", "because": "..." } }</c>.</summary>
internal static partial class AgreedForms
{
    public static IReadOnlySet<AgreedForm> Read(PartnerSettings from)
    {
        var agreed = new HashSet<AgreedForm>();
        if (from.Part("agreed") is not { } part)
        {
            return agreed;
        }

        foreach (var (name, form) in new[] { ("adt", AgreedForm.Adt), ("rde", AgreedForm.Rde) })
        {
            if (part.Part(name) is { } agreement && IsWhole(agreement))
            {
                agreed.Add(form);
            }
        }

        return agreed;
    }

    // Every part is asked for, so that all that is missing is told at once.
    private static bool IsWhole(PartnerSettings agreement)
    {
        var by = agreement.RequiredText("by");
        var because = agreement.RequiredText("because");
        var on = agreement.RequiredText("on");
        if (on.Length > 0 && !(Day().IsMatch(on) && DateOnly.TryParseExact(on, "yyyy-MM-dd", out _)))
        {
            agreement.Wrong("on", "is no day", "the day of the agreement, such as 2026-05-01");
        }

        return by.Length > 0 && because.Length > 0 && on.Length > 0;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}\z")]
    private static partial Regex Day();
}
