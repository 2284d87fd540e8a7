using System.Globalization;
using System.Text;
using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>Whose message it is.</summary>
internal abstract record PersonJudgement
{
    private protected PersonJudgement() { }

    /// <summary>
    /// Why what leaves must wait for CRT administration (one-hour clock), though the message is taken: the NHS number is missing, fails its check
    /// or is in question. Null when nothing stops it; no NHS number is legitimate (clinical rule 4).
    /// </summary>
    public string? UnverifiedReason { get; init; }
}

/// <summary>Nobody the hub knows.</summary>
internal sealed record New(PatientRef Identity) : PersonJudgement;

/// <summary>A person the hub knows, with the identity to hold from now on.</summary>
internal sealed record Same(Guid PersonId, PatientRef Identity) : PersonJudgement;

/// <summary>It may be the wrong person: hold, send nothing (clinical rule 4). Neither text holds patient data.</summary>
internal sealed record Doubt(Guid? PersonId, string Reason, string NextStep) : PersonJudgement;

/// <summary>Decides which known person a message is about, and never guesses.</summary>
internal static class PersonMatch
{
    private const string CheckInSource = "Check the identity in the sending system and by a fresh trace, then say whose message it is; nothing of it has been applied.";

    /// <param name="asserted">The person as the message names them.</param>
    /// <param name="known">Whoever may be meant.</param>
    /// <param name="throughMerge">Those of them that answer for a record merged into theirs: its identifiers find them and stay the record's own, so that an un-merge can part the two.</param>
    public static PersonJudgement Judge(
        PatientRef asserted, IReadOnlyList<(Guid PersonId, PatientRef Identity)> known, IReadOnlyCollection<Guid>? throughMerge = null)
    {
        var found = known.Where(k => SharesIdentifier(k.Identity, asserted) || throughMerge?.Contains(k.PersonId) is true).DistinctBy(k => k.PersonId).ToList();
        if (found.Count == 0)
        {
            var identity = PatientIdentity.Merge(new PatientRef(), asserted);
            return new New(identity) { UnverifiedReason = Unverified(identity, asserted) };
        }

        if (found.Count > 1)
        {
            return new Doubt(null, "The identifiers of this message belong to different persons.", CheckInSource);
        }

        var (personId, held) = found[0];
        if (Disagreement(held, asserted) is { } why)
        {
            return new Doubt(personId, why, CheckInSource);
        }

        var own = throughMerge?.Contains(personId) is true ? asserted with { LocalIds = [.. asserted.LocalIds.Intersect(held.LocalIds)] } : asserted;
        var merged = PatientIdentity.Merge(held, own);
        return new Same(personId, merged) { UnverifiedReason = Unverified(merged, asserted) };
    }

    /// <summary>A local id means something only with its assigning system (decisions, Person).</summary>
    public static bool SharesIdentifier(PatientRef one, PatientRef other) =>
        (one.NhsNumber is not null && one.NhsNumber == other.NhsNumber) || one.LocalIds.Intersect(other.LocalIds).Any();

    /// <summary>Why two identities cannot simply be taken for one person; null when nothing speaks against it.</summary>
    public static string? Disagreement(PatientRef held, PatientRef asserted)
    {
        if (held.NhsNumber is not null && asserted.NhsNumber is not null && held.NhsNumber != asserted.NhsNumber)
        {
            return held.NhsNumberStatus is NhsNumberStatus.Verified && asserted.NhsNumberStatus is NhsNumberStatus.Verified
                ? "The same local id came with another verified NHS number than the one held."
                : "The NHS number given for this local id has changed.";
        }

        if (held.NhsNumber is not null && asserted.NhsNumber is null && asserted.Cleared.Contains(nameof(PatientRef.NhsNumber), StringComparer.OrdinalIgnoreCase))
        {
            return "The sender has taken the NHS number off this record.";
        }

        if (held.BirthDate is { } heldDate && asserted.BirthDate is { } saidDate && DatesDisagree(heldDate, saidDate))
        {
            return "The identifiers match, but the date of birth disagrees with the one held.";
        }

        return SurnamesDisagree(held.Name?.Family, asserted.Name?.Family)
            ? "The identifiers match, but the surname disagrees with the one held."
            : null;
    }

    /// <summary>Compares only as much as both know: 1990 and 1990-05-01 do not disagree.</summary>
    public static bool DatesDisagree(ClinicalTime one, ClinicalTime other)
    {
        var (a, b) = (one.Date, other.Date);
        var shared = (TimePrecision)Math.Min((int)one.Precision, (int)other.Precision);
        return a.Year != b.Year || (shared >= TimePrecision.Month && a.Month != b.Month) || (shared >= TimePrecision.Day && a.Day != b.Day);
    }

    /// <summary>True where both are known and differ by more than case, accents, hyphens, spaces and apostrophes.</summary>
    public static bool SurnamesDisagree(string? one, string? other)
    {
        var (a, b) = (Plain(one), Plain(other));
        return a.Length > 0 && b.Length > 0 && a != b;
    }

    // Letters that no accent can be taken from are spelt as passports spell them (ICAO 9303, part 3, section 6).
    private static string Plain(string? name)
    {
        var plain = new StringBuilder();
        foreach (var c in (name ?? "").Normalize(NormalizationForm.FormD).ToUpperInvariant().Where(char.IsLetter))
        {
            _ = c switch
            {
                'Ø' => plain.Append('O'),
                'Ł' => plain.Append('L'),
                'Đ' => plain.Append('D'),
                'Æ' => plain.Append("AE"),
                'Œ' => plain.Append("OE"),
                'ß' or 'ẞ' => plain.Append("SS"),
                'Þ' => plain.Append("TH"),
                _ when CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.ModifierLetter => plain,
                _ => plain.Append(c),
            };
        }

        return plain.ToString();
    }

    private static string? Unverified(PatientRef identity, PatientRef asserted)
    {
        if (asserted.NhsNumber is null && asserted.RejectedNhsNumber is not null)
        {
            return "The NHS number given fails its check.";
        }

        if (identity.NhsNumber is null)
        {
            return identity.NhsNumberStatus is NhsNumberStatus.NotPresentTraceNotRequired ? null : "No NHS number is known.";
        }

        if (identity.NhsNumberStatus is NhsNumberStatus.NoOrMultipleMatch or NhsNumberStatus.Conflict)
        {
            return "The sender says that the NHS number did not trace to one person.";
        }

        // Clinical rule 21: hidden whereabouts with a number that nobody verified.
        return identity.LocationHiding is LocationHiding.Local or LocationHiding.National && identity.NhsNumberStatus is not NhsNumberStatus.Verified
            ? "The person's whereabouts are hidden and the NHS number is not verified."
            : null;
    }
}
