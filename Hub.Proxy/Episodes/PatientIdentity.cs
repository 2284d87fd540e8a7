using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>
/// What is known of a person, put together from what senders say: unspoken leaves what is held, two double quotes delete it, a value replaces it.
/// What a person is recognised by (numbers, name, date of birth) and the hiding of whereabouts are never deleted by silence or by an empty field.
/// </summary>
internal static class PatientIdentity
{
    private sealed record Fact(string Name, Func<PatientRef, bool> IsSpoken, Func<PatientRef, PatientRef, PatientRef> Take, Func<PatientRef, PatientRef>? Clear = null);

    private static readonly Fact[] Facts =
    [
        new(nameof(PatientRef.NhsNumber), p => p.NhsNumber is not null || p.NhsNumberStatus is not null || p.RejectedNhsNumber is not null, TakeNumber),
        new(nameof(PatientRef.Name), p => HasName(p.Name), (held, said) => held with { Name = said.Name }),
        new(nameof(PatientRef.BirthDate), p => p.BirthDate is not null, (held, said) => held with { BirthDate = Finer(held.BirthDate, said.BirthDate!) }),
        new(nameof(PatientRef.Sex), p => p.Sex is not null, (held, said) => held with { Sex = said.Sex }, held => held with { Sex = null }),
        new(nameof(PatientRef.Address), p => p.Address is not null, (held, said) => held with { Address = said.Address }, held => held with { Address = null }),
        new(nameof(PatientRef.Contacts), p => p.Contacts.Count > 0, (held, said) => held with { Contacts = said.Contacts }, held => held with { Contacts = [] }),
        new(nameof(PatientRef.GpPractice), p => p.GpPractice is not null || p.GpPracticeName is not null, TakePractice,
            held => held with { GpPractice = null, GpPracticeName = null, Gp = null }),
        new(nameof(PatientRef.Gp), p => p.Gp is not null, (held, said) => held with { Gp = said.Gp }, held => held with { Gp = null }),
        new(nameof(PatientRef.LocationHiding), p => p.LocationHiding is not null, TakeHiding),
        new(nameof(PatientRef.SafeContact), p => p.SafeContact is not null, (held, said) => held with { SafeContact = Join(held.SafeContact, said.SafeContact!) }),
        new(nameof(PatientRef.Deceased), p => p.Deceased is not null, (held, said) => held with { Deceased = said.Deceased, DeceasedAt = said.Deceased is true ? said.DeceasedAt ?? held.DeceasedAt : null },
            held => held with { Deceased = null, DeceasedAt = null }),
        new(nameof(PatientRef.DeceasedAt), p => p.DeceasedAt is not null, (held, said) => held with { DeceasedAt = said.DeceasedAt }, held => held with { DeceasedAt = null }),
        new(nameof(PatientRef.Language), p => p.Language is not null, (held, said) => held with { Language = said.Language }, held => held with { Language = null }),
        new(nameof(PatientRef.InterpreterNeeded), p => p.InterpreterNeeded is not null, (held, said) => held with { InterpreterNeeded = said.InterpreterNeeded },
            held => held with { InterpreterNeeded = null }),
        new(nameof(PatientRef.ReasonableAdjustments), p => p.ReasonableAdjustments.Count > 0, (held, said) => held with { ReasonableAdjustments = said.ReasonableAdjustments },
            held => held with { ReasonableAdjustments = [] }),
    ];

    /// <summary>What is held, with what is asserted laid over it.</summary>
    public static PatientRef Merge(PatientRef held, PatientRef asserted) => Merge(held, asserted, _ => true);

    /// <summary>As above, but only for the facts that <paramref name="mayTake"/> lets in: a stale message must not bring back an old address.</summary>
    public static PatientRef Merge(PatientRef held, PatientRef asserted, Func<string, bool> mayTake)
    {
        var merged = held with { LocalIds = [.. held.LocalIds.Union(asserted.LocalIds)], Cleared = [] };
        foreach (var fact in Facts)
        {
            var cleared = fact.Clear is not null && asserted.Cleared.Contains(fact.Name, StringComparer.OrdinalIgnoreCase);
            if (fact.IsSpoken(asserted) && mayTake(fact.Name))
            {
                merged = fact.Take(merged, asserted);
            }
            else if (cleared && mayTake(fact.Name))
            {
                merged = fact.Clear!(merged);
            }
        }

        return merged;
    }

    private static bool HasName(PersonName? name) => name is not null && (name.Family is not null || name.Given.Count > 0 || name.Text is not null);

    // A sender that has not traced the number yet (02, 03, 06, 08) says nothing against another that has; 04 and 05 do.
    private static PatientRef TakeNumber(PatientRef held, PatientRef said)
    {
        if (said.NhsNumber is null)
        {
            return held with
            {
                RejectedNhsNumber = said.RejectedNhsNumber ?? held.RejectedNhsNumber,
                NhsNumberStatus = held.NhsNumber is null ? said.NhsNumberStatus ?? held.NhsNumberStatus : held.NhsNumberStatus,
            };
        }

        var keepsVerified = held.NhsNumber == said.NhsNumber && held.NhsNumberStatus is NhsNumberStatus.Verified
            && said.NhsNumberStatus is not (NhsNumberStatus.NoOrMultipleMatch or NhsNumberStatus.Conflict);
        var status = keepsVerified ? NhsNumberStatus.Verified
            : said.NhsNumberStatus ?? (held.NhsNumber == said.NhsNumber ? held.NhsNumberStatus : null);
        return held with { NhsNumber = said.NhsNumber, NhsNumberStatus = status, RejectedNhsNumber = null };
    }

    // The name and the doctor of the old practice do not belong beside the code of a new one.
    private static PatientRef TakePractice(PatientRef held, PatientRef said) =>
        said.GpPractice is null || said.GpPractice == held.GpPractice
            ? held with { GpPracticeName = said.GpPracticeName ?? held.GpPracticeName }
            : held with { GpPractice = said.GpPractice, GpPracticeName = said.GpPracticeName, Gp = null };

    // Clinical rule 21: hidden stays hidden until somebody says that it is not; of local and national the stronger stays.
    private static PatientRef TakeHiding(PatientRef held, PatientRef said) => held with
    {
        LocationHiding = said.LocationHiding is LocationHiding.National || held.LocationHiding is null or LocationHiding.None
            || said.LocationHiding is LocationHiding.None ? said.LocationHiding : held.LocationHiding,
    };

    private static ClinicalTime Finer(ClinicalTime? held, ClinicalTime said) =>
        held is not null && held.Precision > said.Precision && !PersonMatch.DatesDisagree(held, said) ? held : said;

    private static SafeContact Join(SafeContact? held, SafeContact said) => said with
    {
        Post = said.Post ?? held?.Post,
        Sms = said.Sms ?? held?.Sms,
        Email = said.Email ?? held?.Email,
        Phone = said.Phone ?? held?.Phone,
        Note = said.Note ?? held?.Note,
    };
}
