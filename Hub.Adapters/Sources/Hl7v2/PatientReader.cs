using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>PID with PD1 and ZU8 to the person, as the sender knows them.</summary>
internal static class PatientReader
{
    /// <param name="reader">The message being read.</param>
    /// <param name="segments">The segments of one patient group, PID first.</param>
    public static PatientRef Read(Hl7Reader reader, IReadOnlyList<Hl7Segment> segments)
    {
        var pid = segments[0];
        var identity = PersonIdentifierReader.Read(reader, pid[3], "PID-3", NumberStatus(reader, pid));
        var name = Name(pid[5]);
        if (identity.IsEmpty && name is null)
        {
            throw new Hl7RefusalException(Refusals.NoPatient());
        }

        var pd1 = segments.FirstOrDefault(s => s.Name == "PD1");
        return new PatientRef
        {
            NhsNumber = identity.Number,
            NhsNumberStatus = identity.Status,
            RejectedNhsNumber = identity.Rejected,
            LocalIds = identity.LocalIds,
            Name = name,
            BirthDate = BirthDate(reader, pid[7]),
            Sex = Sex(reader, pid[8]),
            Address = Address(pid[11]),
            Contacts = [.. Contacts(pid[13], work: false), .. Contacts(pid[14], work: true)],
            GpPractice = Practice(reader, pd1),
            GpPracticeName = pd1?[3][1],
            Gp = pd1 is null ? null : reader.Actor(pd1[4], "GP"),
            LocationHiding = Hiding(reader),
            Deceased = Deceased(pid),
            DeceasedAt = reader.Time(pid[29].Text, "PID-29"),
            Language = pid[15].Text?.ToLowerInvariant(),
            Cleared = Cleared(pid, pd1, reader.Message.First("ZU8")),
        };
    }

    internal static PersonName? Name(Hl7Field field)
    {
        // A legal name where one is marked, else the first: PREFERRED or maiden names come later in the field.
        var name = field.Repetitions.FirstOrDefault(r => r.Component(7) == "L", field.First);
        string? family = name.Component(1), given = name.Component(2);
        if (family is null && given is null)
        {
            return null;
        }

        return new PersonName
        {
            Family = family,
            Given = [.. new[] { given, name.Component(3) }.OfType<string>()],
            Prefix = name.Component(5),
            Suffix = name.Component(4),
        };
    }

    internal static PostalAddress? Address(Hl7Field field)
    {
        var address = field.First;
        List<string> lines = [.. new[] { address.Component(1), address.Component(2) }.OfType<string>()];
        return lines.Count == 0 && address.Component(3) is null && address.Component(5) is null
            ? null
            : new PostalAddress
            {
                Lines = lines,
                Town = address.Component(3),
                County = address.Component(4),
                Postcode = address.Component(5),
                Temporary = address.Component(7) is "C" or "TEMP",
            };
    }

    internal static IEnumerable<ContactPoint> Contacts(Hl7Field field, bool work)
    {
        foreach (var contact in field.Repetitions)
        {
            if (contact.Component(4) is { } email && email.Contains('@', StringComparison.Ordinal))
            {
                yield return new ContactPoint { Kind = ContactKind.Email, Value = email, Work = work };
            }
            else if ((contact.Component(1) ?? contact.Component(12) ?? Numbered(contact)) is { } number)
            {
                var mobile = contact.Component(3) == "CP" || number.StartsWith("07", StringComparison.Ordinal) || number.StartsWith("+447", StringComparison.Ordinal);
                var kind = number.Contains('@', StringComparison.Ordinal) ? ContactKind.Email : mobile ? ContactKind.Mobile : ContactKind.Phone;
                yield return new ContactPoint { Kind = kind, Value = number, Work = work || contact.Component(2) == "WPN" };
            }
        }

        static string? Numbered(Hl7Repetition contact) =>
            string.Concat(contact.Component(6), contact.Component(7)) is { Length: > 0 } number ? number : null;
    }

    /// <summary>The date part: some senders write midnight, or the time of the registration, behind it.</summary>
    private static ClinicalTime? BirthDate(Hl7Reader reader, Hl7Field field)
    {
        var day = field.Text is { Length: > 8 } text && text[..8].All(char.IsAsciiDigit) ? text[..8] : field.Text;
        if (day is null)
        {
            return null;
        }

        return ClinicalTime.TryParseHl7(day, out var date) && date.IsDateOnly
            ? date with { SourceText = field.Text! }
            : Unreadable(reader);

        // Clinical rule 4: a person can be told without a date of birth, and a refused discharge is told to nobody.
        static ClinicalTime? Unreadable(Hl7Reader reader)
        {
            reader.Note("birth-date-unreadable", "PID-7", "The date of birth is no date of the calendar and was left out. Ask the sender for it.");
            return null;
        }
    }

    // NHS Data Dictionary as HL7 v2 UK writes it: 1 male, 2 female, 9 indeterminate, X not known.
    private static AdministrativeSex? Sex(Hl7Reader reader, Hl7Field field)
    {
        switch (field.Text?.ToUpperInvariant())
        {
            case null: return null;
            case "1" or "M": return AdministrativeSex.Male;
            case "2" or "F": return AdministrativeSex.Female;
            case "9" or "O" or "A" or "I": return AdministrativeSex.Other;
            case "X" or "U" or "0" or "N": return AdministrativeSex.Unknown;
            default:
                reader.Note("unmapped-code", "PID-8", "The code is not in the table for sex; nothing was taken.");
                return null;
        }
    }

    private static NhsNumberStatus? NumberStatus(Hl7Reader reader, Hl7Segment pid)
    {
        foreach (var text in pid[32].Repetitions.Select(r => r.Component(1)?.ToUpperInvariant()).OfType<string>())
        {
            if (int.TryParse(text.Replace("NSTS", "", StringComparison.Ordinal), out var status) && status is >= 1 and <= 8)
            {
                return (NhsNumberStatus)status;
            }
        }

        if (pid[32].Text is not null)
        {
            reader.Note("unmapped-code", "PID-32", "The NHS number status is not in the table NSTS01 to NSTS08.");
        }

        return null;
    }

    private static OdsCode? Practice(Hl7Reader reader, Hl7Segment? pd1)
    {
        if ((pd1?[3][3] ?? pd1?[3][10]) is not { } text)
        {
            return null;
        }

        if (OdsCode.TryParse(text, out var practice))
        {
            return practice;
        }

        reader.Note("practice-code-invalid", "PD1-3", "The practice is not named by an ODS code.");
        return null;
    }

    // Clinical rule 21: a flag that cannot be read hides, until the sender says what it means; only a plain 0 shows.
    private static LocationHiding? Hiding(Hl7Reader reader)
    {
        switch (reader.Message.Field("ZU8", 4).Text)
        {
            case null: return null;
            case "0": return LocationHiding.None;
            case "1": return LocationHiding.Local;
            case "2": return LocationHiding.National;
            default:
                reader.Note("location-hiding-unreadable", "ZU8-4", "URGENT: the flag that hides the person's whereabouts is none of 0, 1, 2. They are treated as hidden; ask the sender what it means.");
                return LocationHiding.Local;
        }
    }

    private static bool? Deceased(Hl7Segment pid) => pid[30].Text?.ToUpperInvariant() switch
    {
        "Y" or "1" => true,
        "N" or "0" => false,
        _ => pid[29].Text is null ? null : true,
    };

    private static List<string> Cleared(Hl7Segment pid, Hl7Segment? pd1, Hl7Segment? zu8)
    {
        (string Property, Hl7Field? Field)[] all =
        [
            ("nhsNumberStatus", pid[32]), ("name", pid[5]), ("birthDate", pid[7]), ("sex", pid[8]), ("address", pid[11]), ("contacts", pid[13]),
            ("language", pid[15]), ("deceasedAt", pid[29]), ("deceased", pid[30]), ("gpPractice", pd1?[3]), ("gp", pd1?[4]), ("locationHiding", zu8?[4]),
        ];
        return [.. all.Where(a => a.Field is { } f && (f.IsDeleted || f.First.IsDeleted)).Select(a => a.Property)];
    }
}
