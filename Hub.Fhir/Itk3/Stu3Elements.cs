namespace Hub.Fhir.Itk3;

/// <summary>One element of an STU3 type as we may send it.</summary>
/// <param name="Name">Its name; of a choice the part before the type, such as <c>value</c>.</param>
/// <param name="Type">What it holds: a type of this table, <c>Resource</c>, or empty for a primitive.</param>
/// <param name="Many">True where STU3 lets it repeat: an array in JSON.</param>
/// <param name="Choice">True for <c>value[x]</c>: the type ends the name.</param>
/// <param name="Codes">The codes of a required binding; empty where any value goes.</param>
internal sealed record Stu3Element(string Name, string Type, bool Many, bool Choice, IReadOnlySet<string> Codes);

/// <summary>
/// The elements of STU3 (hl7.org/fhir/STU3, 3.0.1) that we send, in the order of the specification, which XML asks for. What is in no row is not sent: a message that
/// holds it cannot be written, so that nothing is lost unseen.
/// </summary>
internal static partial class Stu3Elements
{
    private static readonly Dictionary<string, IReadOnlyList<Stu3Element>> Types = Read();

    /// <summary>True for the types that other types hold; a primitive is none.</summary>
    public static bool IsType(string type) => Types.ContainsKey(type);

    public static IEnumerable<string> Resources => Types.Keys.Where(t => char.IsUpper(t[0]) && Types[t].Any(e => e.Name == "meta"));

    /// <summary>The elements of a type in their order.</summary>
    public static IReadOnlyList<Stu3Element> Of(string type) =>
        Types.TryGetValue(type, out var elements) ? elements : throw new Itk3MappingException(type, "is no type that the hub sends as STU3");

    /// <summary>The element that a JSON property is, its place in the order, and the type of what it holds; null where STU3, or our part of it, has none.</summary>
    public static (int Place, Stu3Element Element, string Type)? Find(string type, string property)
    {
        foreach (var (place, element) in Of(type).Index())
        {
            if (!element.Choice && element.Name == property)
            {
                return (place, element, element.Type);
            }

            if (element.Choice && property.Length > element.Name.Length && property.StartsWith(element.Name, StringComparison.Ordinal) && char.IsUpper(property[element.Name.Length]))
            {
                var held = property[element.Name.Length..];
                return (place, element, IsType(held) ? held : "");
            }
        }

        return null;
    }

    private static Dictionary<string, IReadOnlyList<Stu3Element>> Read()
    {
        var types = new Dictionary<string, IReadOnlyList<Stu3Element>>(StringComparer.Ordinal);
        foreach (var line in (Data + Care + Clinical + Messages).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var type = words[0].TrimEnd('!', '$');
            var before = words[0][^1] switch
            {
                '!' => "id meta:Meta implicitRules language text:Narrative contained*:Resource extension*:Extension modifierExtension*:Extension",
                '$' => "id meta:Meta implicitRules language",
                _ => "id extension*:Extension",
            };
            types.Add(type, [.. before.Split(' ').Concat(words[1..]).Select(w => ToElement(w, type))]);
        }

        return types;
    }

    // name, * for many, [x] for a choice, :Type, =code|code; a type that begins with a dot is a part of the type itself.
    private static Stu3Element ToElement(string word, string of)
    {
        var (head, codes) = Cut(word, '=');
        var (name, type) = Cut(head, ':');
        var many = name.EndsWith('*');
        name = name.TrimEnd('*');
        var choice = name.EndsWith("[x]", StringComparison.Ordinal);
        return new Stu3Element(choice ? name[..^3] : name, type.StartsWith('.') ? of + type : type, many, choice, codes.Split('|', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal));
    }

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, "");
}
