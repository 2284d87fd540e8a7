using System.Globalization;
using Hub.Adapters.Wire.Hl7v2;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>NK1, AL1, DG1 and the UK Z-segments to clinical values.</summary>
internal static class ClinicalSegments
{
    public static IReadOnlyList<Carer> Carers(Hl7Reader reader) =>
        [.. reader.Message.All("NK1").Select(nk1 => Carer(reader, nk1)).OfType<Carer>()];

    /// <summary>No AL1 is "not sent", never "none" (clinical rule 6).</summary>
    public static AllergyRecord Allergies(Hl7Reader reader)
    {
        var items = reader.Message.All("AL1").Select(al1 => Allergy(reader, al1)).OfType<Allergy>().ToList();
        return items.Count == 0 ? AllergyRecord.NotSent : new AllergyRecord { Status = AllergyStatus.Listed, Items = items };
    }

    public static IReadOnlyList<Diagnosis> Diagnoses(Hl7Reader reader)
    {
        var found = new List<Diagnosis>();
        foreach (var dg1 in reader.Message.All("DG1"))
        {
            if ((Hl7Reader.Coded(dg1[3].First) ?? Hl7Reader.Coded(dg1[4].First)) is { } condition)
            {
                found.Add(new Diagnosis
                {
                    Condition = dg1[4].Text is { } words && dg1[3][2] is null ? condition with { Text = words } : condition,
                    RecordedAt = reader.Time(dg1[5].Text, $"DG1[{dg1.Occurrence}]-5"),
                    Presenting = dg1[6].Text is "A" or "W", // table 0052: admitting, working
                });
            }
        }

        return found;
    }

    /// <summary>ZU5-2, legal status in the psychiatric census.</summary>
    public static Coded? LegalStatus(Hl7Reader reader) => Hl7Reader.Coded(reader.Message.Field("ZU5", 2).First);

    /// <summary>Facts of the UK Z-segments that have no place of their own, said in words.</summary>
    public static IReadOnlyList<Remark> Remarks(Hl7Reader reader)
    {
        var message = reader.Message;
        if (message.Field("ZU8", 2).Text is "2")
        {
            reader.Note("record-sharing-dissent", "ZU8-2", "The sender recorded express dissent to sharing the detailed record.");
        }

        (string? Text, string Words)[] facts =
        [
            (message.Field("ZU1", 20).Text, "Psychiatric admission status (code as sent, ZU1-20)"),
            (reader.Time(message.Field("ZU1", 24).Text, "ZU1-24")?.ToFhirDateTime(), "Ready for discharge since"),
            (reader.Time(message.Field("ZU5", 5).Text, "ZU5-5")?.ToFhirDateTime(), "Detained since"),
        ];
        var own = reader.Settings.Remarks.Select(r => (Text: reader.At(r.Field), r.Words, r.Privacy)).Where(r => r.Text is not null);
        return
        [
            .. facts.Where(f => f.Text is not null).Select(f => new Remark { Text = $"{f.Words}: {f.Text}" }),
            .. own.Select(r => new Remark { Text = $"{r.Words}: {r.Text}", Privacy = r.Privacy }),
        ];
    }

    private static Carer? Carer(Hl7Reader reader, Hl7Segment nk1)
    {
        if (PatientReader.Name(nk1[2]) is not { } name)
        {
            return null;
        }

        var role = nk1[7].Text;
        var isCarer = new[] { role, nk1[3].Text }.OfType<string>().Contains(reader.Settings.CarerRoles);
        return new Carer
        {
            Id = nk1[33].Text ?? $"NK1-{nk1[1].Text ?? nk1.Occurrence.ToString(CultureInfo.InvariantCulture)}",
            Name = name,
            Relationship = Hl7Reader.Coded(nk1[3].First),
            IsCarer = isCarer,

            // Table 0131: an unsaid role in a next-of-kin segment is next of kin; any other role is not.
            IsNextOfKin = role is null or "N" or "NK" or "NOK",
            Contacts = [.. PatientReader.Contacts(nk1[5], work: false), .. PatientReader.Contacts(nk1[6], work: true)],
            Address = PatientReader.Address(nk1[4]),
        };
    }

    private static bool Contains(this IEnumerable<string> codes, IReadOnlyList<string> wanted) =>
        codes.Any(c => wanted.Contains(c, StringComparer.OrdinalIgnoreCase));

    private static Allergy? Allergy(Hl7Reader reader, Hl7Segment al1) => Hl7Reader.Coded(al1[3].First) is not { } substance
        ? null
        : new Allergy
        {
            Substance = substance,
            Reaction = al1[5].WholeText is { } reaction ? Hub.Fhir.Events.Coded.Of(reaction) : null,
            Severity = al1[4].Text,
            IdentifiedOn = reader.Time(al1[6].Text, $"AL1[{al1.Occurrence}]-6"),
        };
}
