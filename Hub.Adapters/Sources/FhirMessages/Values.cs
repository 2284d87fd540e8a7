using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>FHIR data types as our values. Primitives are read as written: the model's typed getters throw on a wrong literal.</summary>
internal static partial class Values
{
    public static string? Text(R4.PrimitiveType? value) => value?.JsonValue switch
    {
        string text when !string.IsNullOrWhiteSpace(text) => text.Trim(),
        DateTimeOffset at => at.ToString(at.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:sszzz" : "yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
        _ => null,
    };

    public static ClinicalTime? Time(R4.Base? value) => value switch
    {
        R4.Period period => Time(period.StartElement) ?? Time(period.EndElement),
        R4.PrimitiveType primitive => ClinicalTime.TryParseIso(Text(primitive), out var time) ? time : null,
        _ => null,
    };

    public static bool? Flag(R4.Base? value) => (value as R4.FhirBoolean)?.JsonValue as bool?;

    public static decimal? Number(R4.PrimitiveType? value) => value?.JsonValue switch { decimal d => d, int i => i, long l => l, _ => null };

    /// <summary>The words with the first code; null where the concept says nothing.</summary>
    public static Coded? Concept(R4.CodeableConcept? concept)
    {
        var coding = concept?.Coding.FirstOrDefault(c => Text(c.CodeElement) is not null);
        var text = Text(concept?.TextElement) ?? Text(coding?.DisplayElement) ?? Text(concept?.Coding.FirstOrDefault()?.DisplayElement) ?? Text(coding?.CodeElement);
        return text is null ? null : new Coded { Text = text, Code = Text(coding?.CodeElement), System = coding is null ? null : Text(coding.SystemElement) };
    }

    public static string? Code(R4.CodeableConcept? concept, string system) =>
        Text(concept?.Coding.FirstOrDefault(c => Text(c.SystemElement) == system)?.CodeElement);

    public static string? Code(IEnumerable<R4.CodeableConcept> concepts, string system) => concepts.Select(c => Code(c, system)).FirstOrDefault(c => c is not null);

    /// <summary>An extension by the end of its address: UK Core and its forerunners name the same thing under several bases.</summary>
    public static R4.Extension? Extension(R4.IExtendable? holder, string name) => holder?.Extension.Find(e =>
        e.Url is { } url && (url.EndsWith("-" + name, StringComparison.Ordinal) || url.EndsWith("-" + name + "-1", StringComparison.Ordinal) || url.EndsWith("/" + name, StringComparison.Ordinal)));

    public static string? Identifier(IEnumerable<R4.Identifier> identifiers, string system) =>
        Text(identifiers.FirstOrDefault(i => Text(i.SystemElement) == system && Text(i.ValueElement) is not null)?.ValueElement);

    /// <summary>A name we can say; null where nothing stands in it.</summary>
    public static PersonName? Name(IReadOnlyList<R4.HumanName> names)
    {
        var name = names.FirstOrDefault(n => Text(n.UseElement) == "official") ?? names.FirstOrDefault(n => Text(n.UseElement) is not ("old" or "maiden" or "nickname"));
        if (name is null)
        {
            return null;
        }

        List<string> given = [.. name.GivenElement.Select(Text).OfType<string>()];
        var family = Text(name.FamilyElement);
        var text = family is null && given.Count == 0 ? Text(name.TextElement) : null;
        return family is null && given.Count == 0 && text is null ? null : new PersonName
        {
            Family = family,
            Given = given,
            Prefix = Joined(name.PrefixElement),
            Suffix = Joined(name.SuffixElement),
            Text = text,
        };
    }

    public static PostalAddress? Address(IReadOnlyList<R4.Address> addresses)
    {
        var address = addresses.FirstOrDefault(a => Text(a.UseElement) is "home" or "temp" or null);
        return address is null ? null : new PostalAddress
        {
            Lines = address.LineElement.Count == 0 && Text(address.TextElement) is { } text ? [text] : [.. address.LineElement.Select(Text).OfType<string>()],
            Town = Text(address.CityElement),
            County = Text(address.DistrictElement),
            Postcode = Text(address.PostalCodeElement),
            Temporary = Text(address.UseElement) == "temp",
        };
    }

    public static IReadOnlyList<ContactPoint> Contacts(IEnumerable<R4.ContactPoint> telecoms) =>
    [
        .. telecoms.Where(t => Text(t.UseElement) != "old" && Text(t.SystemElement) is "phone" or "email" or "sms" && Text(t.ValueElement) is not null).Select(t => new ContactPoint
        {
            Kind = Text(t.SystemElement) == "email" ? ContactKind.Email : Text(t.UseElement) == "mobile" || Text(t.SystemElement) == "sms" ? ContactKind.Mobile : ContactKind.Phone,
            Value = Text(t.ValueElement)!,
            Work = Text(t.UseElement) == "work",
        }),
    ];

    /// <summary>The assigning system of a local id: one that we wrote ourselves is taken back to what it was.</summary>
    public static string AssigningSystem(string system) =>
        system.StartsWith(CodeSystems.LocalId + "/", StringComparison.Ordinal) ? Uri.UnescapeDataString(system[(CodeSystems.LocalId.Length + 1)..]) : system;

    /// <summary>The lines of a narrative as a reader sees them, without its mark-up.</summary>
    public static IReadOnlyList<string> Lines(R4.Narrative? narrative)
    {
        var lines = new List<string>();
        foreach (var part in BlockEnd().Split(Text(narrative?.DivElement) ?? ""))
        {
            var line = Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(part, " ")), " ").Trim();
            if (line.Length > 0)
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    private static string? Joined(List<R4.FhirString> parts) => string.Join(' ', parts.Select(Text).OfType<string>()) is { Length: > 0 } text ? text : null;

    [GeneratedRegex("</(?:li|p|tr|h[1-6]|div|td|dd|dt)>|<br ?/?>", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex BlockEnd();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex("\\s+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
