using System.Collections.Frozen;
using Hub.Fhir.Events;

namespace Hub.Fhir.Medicines;

/// <summary>The medicines of an episode as last reported, sorted into what may be read as what.</summary>
public sealed record MedicineList : PersonalValue
{
    private static readonly char[] Separators = [' ', '\t', '-', ',', '(', ')', '/'];

    private static readonly FrozenSet<string> FormWords = new[]
    {
        "tablet", "tablets", "tab", "tabs", "capsule", "capsules", "cap", "caps", "injection", "injections", "depot", "oral", "solution", "suspension", "liquid", "syrup", "drops",
        "sachet", "sachets", "patch", "patches", "orodispersible", "dispersible", "effervescent", "soluble", "modified", "prolonged", "release", "gastro", "resistant", "coated", "film",
        "enteric", "xl", "mr", "sr", "cr", "er", "la", "ec",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Taken now, or on hold.</summary>
    public required IReadOnlyList<ReportedMedicine> Current { get; init; }

    /// <summary>No longer taken at all, under any order: an old dose of a current medicine is never here (clinical rule 6).</summary>
    public required IReadOnlyList<ReportedMedicine> Discontinued { get; init; }

    /// <summary>Orders cancelled or not understood: not known whether taken.</summary>
    public required IReadOnlyList<ReportedMedicine> Unclear { get; init; }

    /// <summary>Given once, for rapid tranquillisation, or when needed on a ward: never a current medicine (clinical rule 7).</summary>
    public required IReadOnlyList<ReportedMedicine> WardOnly { get; init; }

    /// <summary>True where the sender said anything of medicines at all; without it a list is not empty but unknown.</summary>
    public bool Reported => Current.Count + Discontinued.Count + Unclear.Count + WardOnly.Count > 0;

    public static MedicineList Of(IReadOnlyList<ReportedMedicine> medicines, EpisodeKind kind)
    {
        var wardOnly = medicines.Where(m => IsWardOnly(m.Line, kind)).ToList();
        var rest = medicines.Except(wardOnly).ToList();
        var current = rest.Where(m => m.Status is MedicineStatus.Active or MedicineStatus.OnHold).ToList();
        var stopped = rest.Where(m => m.Status is MedicineStatus.Stopped or MedicineStatus.CourseFinished);
        return new MedicineList
        {
            Current = current,
            Discontinued = [.. stopped.Where(s => !current.Any(c => SameMedicine(c.Line.Medicine, s.Line.Medicine)))],
            Unclear = [.. rest.Where(m => m.Status is MedicineStatus.CancelledUnknown or MedicineStatus.NotUnderstood)],
            WardOnly = wardOnly,
        };
    }

    /// <summary>
    /// The same product by code, or the same name without strength and form: olanzapine 5 mg and 10 mg are one medicine, sodium valproate and sodium docusate are
    /// two, and so are two esters of zuclopenthixol.
    /// </summary>
    public static bool SameMedicine(MedicineRef left, MedicineRef right) =>
        (left.DmdCode is { } l && right.DmdCode is { } r && l == r)
        || string.Equals(Name(left.Text), Name(right.Text), StringComparison.OrdinalIgnoreCase);

    private static bool IsWardOnly(MedicineLine line, EpisodeKind kind) =>
        line.Use is MedicineUse.OneOff or MedicineUse.RapidTranquillisation || (line.Use == MedicineUse.AsNeeded && kind == EpisodeKind.Ward);

    // Where nothing is left of it, as of a name that begins with a digit, the whole text is the name.
    private static string Name(string text)
    {
        var strength = text.AsSpan().IndexOfAnyInRange('0', '9');
        var words = (strength < 0 ? text : text[..strength]).Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(w => !FormWords.Contains(w));
        return string.Join(' ', words) is { Length: > 0 } name ? name : text.Trim();
    }
}
