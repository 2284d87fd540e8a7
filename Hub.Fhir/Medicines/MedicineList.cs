using Hub.Fhir.Events;

namespace Hub.Fhir.Medicines;

/// <summary>The medicines of an episode as last reported, sorted into what may be read as what.</summary>
public sealed record MedicineList : PersonalValue
{
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

    /// <summary>The same product by code, or the same first word of the name where one side has no code: olanzapine 5 mg and 10 mg are one medicine.</summary>
    public static bool SameMedicine(MedicineRef left, MedicineRef right) =>
        (left.DmdCode is { } l && right.DmdCode is { } r && l == r)
        || FirstWord(left.Text).Equals(FirstWord(right.Text), StringComparison.OrdinalIgnoreCase);

    private static bool IsWardOnly(MedicineLine line, EpisodeKind kind) =>
        line.Use is MedicineUse.OneOff or MedicineUse.RapidTranquillisation || (line.Use == MedicineUse.AsNeeded && kind == EpisodeKind.Ward);

    private static ReadOnlySpan<char> FirstWord(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var space = trimmed.IndexOfAny(' ', '\t', '-');
        return space < 0 ? trimmed : trimmed[..space];
    }
}
