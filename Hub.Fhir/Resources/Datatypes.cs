using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using ContactPoint = Hl7.Fhir.Model.ContactPoint;

namespace Hub.Fhir.Resources;

/// <summary>Our values as FHIR data types, at the precision their source knew.</summary>
internal static class Datatypes
{
    public static FhirDateTime? ToFhir(this ClinicalTime? time) => time is null ? null : new FhirDateTime(time.ToFhirDateTime());

    /// <summary>A FHIR date: the day part where more is known, the month or year where no more is.</summary>
    public static Date? ToDate(this ClinicalTime? time) => time is null ? null : new Date(time.IsDateOnly ? time.ToFhirDateTime() : time.ToFhirDateTime()[..10]);

    /// <summary>An instant needs a time; a date has none, and one is never made up.</summary>
    public static Instant? ToInstant(this ClinicalTime? time) =>
        time is { IsDateOnly: false } ? new Instant(time.Instant) : null;

    public static Period? ToPeriod(ClinicalTime? start, ClinicalTime? end) =>
        start is null && end is null ? null : new Period { StartElement = start.ToFhir(), EndElement = end.ToFhir() };

    /// <summary>The words always; the code where its system is one we can name as a URI.</summary>
    public static CodeableConcept ToConcept(this Coded coded)
    {
        var concept = new CodeableConcept { Text = coded.Text };
        if (coded.Code is { Length: > 0 } code && IsUri(coded.System))
        {
            concept.Coding.Add(new Coding(coded.System, code));
        }

        return concept;
    }

    public static CodeableConcept Text(string text) => new() { Text = text };

    public static CodeableConcept Concept(string system, string code, string? display = null) => new(system, code, display, null);

    public static Identifier Identifier(string system, string value) => new(system, value);

    /// <summary>A derived id as business identifier.</summary>
    public static Identifier UuidIdentifier(string id) => new(CodeSystems.Rfc4122, ResourceIds.Url(id));

    /// <summary>An assigning system as a URI: itself where it is one, else under our own base so that it stays unambiguous.</summary>
    public static string SystemUri(string assigningSystem) =>
        IsUri(assigningSystem) ? assigningSystem : $"{CodeSystems.LocalId}/{Uri.EscapeDataString(assigningSystem)}";

    public static HumanName ToFhir(this PersonName name) => new()
    {
        Text = name.Display() is { Length: > 0 } text ? text : null,
        Family = Null(name.Family),
        Given = name.Given.Where(g => !string.IsNullOrWhiteSpace(g)),
        Prefix = name.Prefix is { Length: > 0 } prefix ? [prefix] : [],
        Suffix = name.Suffix is { Length: > 0 } suffix ? [suffix] : [],
    };

    public static Address ToFhir(this PostalAddress address) => new()
    {
        Use = address.Temporary ? Address.AddressUse.Temp : Address.AddressUse.Home,
        Line = address.Lines.Where(l => !string.IsNullOrWhiteSpace(l)),
        City = Null(address.Town),
        District = Null(address.County),
        PostalCode = Null(address.Postcode),
    };

    public static ContactPoint ToFhir(this Events.ContactPoint contact) => new()
    {
        System = contact.Kind == ContactKind.Email ? ContactPoint.ContactPointSystem.Email : ContactPoint.ContactPointSystem.Phone,
        Value = contact.Value,
        Use = contact switch
        {
            { Work: true } => ContactPoint.ContactPointUse.Work,
            { Kind: ContactKind.Mobile } => ContactPoint.ContactPointUse.Mobile,
            _ => ContactPoint.ContactPointUse.Home,
        },
    };

    public static ContactPoint WorkPhone(string number) =>
        new(ContactPoint.ContactPointSystem.Phone, ContactPoint.ContactPointUse.Work, number);

    public static Extension UkCore(string name, DataType value) => new(CodeSystems.UkCoreExtension + name, value);

    public static string? Null(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static bool IsUri(string? system) =>
        system is not null && (system.StartsWith("http", StringComparison.Ordinal) || system.StartsWith("urn:", StringComparison.Ordinal));
}
