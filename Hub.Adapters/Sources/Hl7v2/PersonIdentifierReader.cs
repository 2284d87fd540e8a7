using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>The identifiers of one record, NHS number apart from local ids.</summary>
internal sealed record PersonIdentifiers(NhsNumber? Number, NhsNumberStatus? Status, string? Rejected, IReadOnlyList<LocalIdentifier> LocalIds)
{
    public bool IsEmpty => Number is null && Rejected is null && LocalIds.Count == 0;
}

/// <summary>A CX list (PID-3, MRG-1) to identifiers. A wrong or missing NHS number is a note, never a refusal (clinical rule 4).</summary>
internal static class PersonIdentifierReader
{
    public static PersonIdentifiers Read(Hl7Reader reader, Hl7Field field, string location, NhsNumberStatus? stated)
    {
        NhsNumber? number = null;
        string? rejected = null;
        var local = new List<LocalIdentifier>();
        foreach (var id in field.Repetitions)
        {
            if (id.Component(1) is not { } value)
            {
                continue;
            }

            if (!IsNhs(id))
            {
                local.Add(new LocalIdentifier(id.Component(4) ?? reader.Source.Organisation.Value, value));
            }
            else if (NhsNumber.TryParse(value, out var valid))
            {
                number ??= valid;
            }
            else
            {
                rejected ??= value;
            }
        }

        return new PersonIdentifiers(number, Status(reader, location, number, rejected, stated), number is null ? rejected : null, local);
    }

    // CX.4 is NHS, alone or as a sub-component; some senders write it in CX.5 as NH.
    private static bool IsNhs(Hl7Repetition id) =>
        string.Equals(id.Component(4), "NHS", StringComparison.OrdinalIgnoreCase)
        || id.Component(4) is "NHSNBR" or "NHS Number" or "2.16.840.1.113883.2.1.4.1"
        || id.Component(4, 2) is "2.16.840.1.113883.2.1.4.1"
        || id.Component(5) is "NH" or "NHS" or "NNGBR";

    private static NhsNumberStatus? Status(Hl7Reader reader, string location, NhsNumber? number, string? rejected, NhsNumberStatus? stated)
    {
        if (number is not null)
        {
            // A number beside a status that says there is none: the number stands, untraced.
            return stated is null or NhsNumberStatus.NotPresentTraceNotRequired or NhsNumberStatus.Postponed ? NhsNumberStatus.PresentNotTraced : stated;
        }

        if (rejected is not null)
        {
            reader.Note("nhs-number-invalid", location, "What stands in the NHS number's place fails its check; the person is unverified.");
            return NhsNumberStatus.Conflict;
        }

        reader.Note("nhs-number-missing", location, "No NHS number was sent; the person is unverified.");

        // "Verified" cannot be said of a number that is not there; and that there is none must have been said to be no doubt but a fact.
        return stated is NhsNumberStatus.Verified or NhsNumberStatus.PresentNotTraced ? null : stated;
    }
}
