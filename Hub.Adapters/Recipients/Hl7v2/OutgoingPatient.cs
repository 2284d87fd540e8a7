using Hl7.Fhir.Model;
using Hub.Fhir.Resources;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>PID and PV1 from the composed resources: what they carry and nothing more, so that what was hidden there stays hidden here.</summary>
internal static class OutgoingPatient
{
    public static string[] Fields(Patient patient, SegmentWriter message)
    {
        var fields = new string[32];
        Array.Fill(fields, "");
        fields[0] = "1";
        fields[2] = string.Join('~', patient.Identifier.Where(identifier => !string.IsNullOrEmpty(identifier.Value)).Select(identifier => Identifier(identifier, message)));
        fields[4] = string.Join('~', patient.Name.Select(name => Name(name, message)));
        fields[6] = SegmentWriter.FhirTime(patient.BirthDate);
        fields[7] = Sex(patient.GenderElement?.JsonValue as string);
        fields[10] = string.Join('~', patient.Address.Select(address => Address(address, message)));
        fields[12] = string.Join('~', patient.Telecom.Select(telecom => Telecom(telecom, message)).Where(text => text.Length > 0));
        (fields[28], fields[29]) = patient.Deceased switch
        {
            FhirDateTime at => (SegmentWriter.FhirTime(at.Value), "Y"),
            FhirBoolean { Value: true } => ("", "Y"),
            FhirBoolean { Value: false } => ("", "N"),
            _ => ("", ""),
        };
        fields[31] = NhsNumberStatus(patient);
        return fields;
    }

    public static string[] VisitFields(Encounter? encounter, EpisodeOfCare? episode, SegmentWriter message)
    {
        var fields = new string[19];
        Array.Fill(fields, "");
        fields[0] = "1";
        fields[1] = encounter?.Class?.Code switch // table 0004
        {
            "IMP" or "ACUTE" or "NONAC" => "I",
            "AMB" or "HH" or "VR" or "FLD" => "O",
            "EMER" => "E",
            "PRENC" => "P",
            _ => "U",
        };
        var visit = encounter?.Identifier.FirstOrDefault(HasValue) ?? episode?.Identifier.FirstOrDefault(HasValue);
        fields[18] = visit is null ? "" : $"{message.Fit(visit.Value)}^^^{Authority(visit, message)}^VN";
        return fields;
    }

    /// <summary>PV1 as ADT has it: from when to when, so that no reader guesses it from the time of sending (PV1-44, PV1-45).</summary>
    public static string[] WithStay(string[] visit, Encounter? encounter)
    {
        var fields = new string[45];
        Array.Fill(fields, "");
        visit.CopyTo(fields, 0);
        fields[43] = SegmentWriter.FhirTime(encounter?.Period?.Start);
        fields[44] = SegmentWriter.FhirTime(encounter?.Period?.End);
        return fields;
    }

    private static bool HasValue(Identifier identifier) => !string.IsNullOrEmpty(identifier.Value);

    // UK HL7 v2: the NHS number has CX.4 NHS; NH in CX.5 is what some readers look for instead.
    private static string Identifier(Identifier identifier, SegmentWriter message) =>
        identifier.System == CodeSystems.NhsNumber
            ? $"{message.Fit(identifier.Value)}^^^NHS^NH"
            : $"{message.Fit(identifier.Value)}^^^{Authority(identifier, message)}^PI";

    // HD: a local name, and the whole system, since no name is unique across trusts.
    private static string Authority(Identifier identifier, SegmentWriter message)
    {
        if (string.IsNullOrEmpty(identifier.System))
        {
            return "";
        }

        var name = identifier.System.TrimEnd('/').Split('/', ':', '#')[^1];
        return $"{message.Fit(name.Length <= 20 ? name : "")}&{message.Fit(identifier.System)}&URI";
    }

    private static string Name(HumanName name, SegmentWriter message)
    {
        var given = name.Given.ToList();
        var type = name.Use switch
        {
            HumanName.NameUse.Nickname => "N",
            HumanName.NameUse.Maiden => "M",
            HumanName.NameUse.Anonymous or HumanName.NameUse.Temp => "S",
            _ => "L",
        };
        return name.Family is null && given.Count == 0
            ? $"{message.Fit(name.Text)}^^^^^^{type}"
            : $"{message.Fit(name.Family)}^{message.Fit(given.FirstOrDefault())}^{message.Fit(string.Join(' ', given.Skip(1)))}"
                + $"^{message.Fit(string.Join(' ', name.Suffix))}^{message.Fit(string.Join(' ', name.Prefix))}^^{type}";
    }

    private static string Address(Address address, SegmentWriter message)
    {
        var lines = address.Line.ToList();
        return lines.Count == 0 && address.Text is not null && address.PostalCode is null
            ? message.Fit(address.Text)
            : $"{message.Fit(lines.FirstOrDefault())}^{message.Fit(string.Join(", ", lines.Skip(1)))}^{message.Fit(address.City)}"
                + $"^{message.Fit(address.District ?? address.State)}^{message.Fit(address.PostalCode)}^{message.Fit(address.Country)}^"
                + address.Use switch { Hl7.Fhir.Model.Address.AddressUse.Temp => "C", Hl7.Fhir.Model.Address.AddressUse.Work => "B", _ => "H" };
    }

    private static string Telecom(ContactPoint telecom, SegmentWriter message) => (telecom.System, telecom.Value) switch
    {
        (_, null or "") => "",
        (ContactPoint.ContactPointSystem.Email, _) => $"^NET^Internet^{message.Fit(telecom.Value)}",
        _ => $"{message.Fit(telecom.Value)}^{(telecom.Use == ContactPoint.ContactPointUse.Work ? "WPN" : "PRN")}"
            + $"^{(telecom.Use == ContactPoint.ContactPointUse.Mobile ? "CP" : "PH")}",
    };

    private static string Sex(string? gender) => gender switch // table 0001
    {
        "male" => "M",
        "female" => "F",
        "other" => "O",
        "unknown" => "U",
        _ => "",
    };

    // PID-32 carries NSTS01 to NSTS08 in UK messages.
    private static string NhsNumberStatus(Patient patient)
    {
        var status = patient.Identifier.FirstOrDefault(identifier => identifier.System == CodeSystems.NhsNumber)?.Extension
            .FirstOrDefault(extension => extension.Url?.EndsWith("NHSNumberVerificationStatus", StringComparison.Ordinal) == true)?.Value as CodeableConcept;
        return status?.Coding.FirstOrDefault()?.Code is { Length: 2 } code && code.All(char.IsAsciiDigit) ? "NSTS" + code : "";
    }
}
