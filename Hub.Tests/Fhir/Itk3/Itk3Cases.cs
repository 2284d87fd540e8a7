using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;
using Hub.Fhir.Itk3;
using Hub.Tests.Support;

namespace Hub.Tests.Fhir.Itk3;

/// <summary>ITK3 messages of the invented person, and readers that share nothing with the writer.</summary>
internal static class Itk3Cases
{
    public static readonly XNamespace Fhir = "http://hl7.org/fhir";

    public static readonly Itk3Envelope Envelope = new()
    {
        MessageId = new Guid("2f6c1f0e-3a57-4d0f-9c55-6f6f2b1f7a01"),
        Sender = Cases.Trust,
        Receiver = Cases.Practice,
        ReceiverName = "Elm Surgery",
        ReceivedAt = Cases.Received,
    };

    public static ComposeRequest Request(string type) => type switch
    {
        "admission" => Cases.Request(Cases.Admission(), Audience.Gp, Cases.Open()),
        "medication-change" => Cases.Request(Cases.Change(), Audience.Gp, Cases.Changed(), Cases.Open()),
        "discharge" => Cases.Request(Cases.Discharge(), Audience.Gp, Cases.Discharged(), Cases.Changed()),
        _ => Cases.Request(Cases.DischargeCancelled(), Audience.Gp, Cases.Reopened(), Cases.Discharged()),
    };

    public static ReadOnlyMemory<byte> R4(string type) => BundleComposer.Compose(Request(type)).Json;

    public static XElement Xml(Itk3Written written) => XElement.Load(new MemoryStream(written.Bytes.ToArray()));

    /// <summary>A line an element, for the one who reads it; the values are untouched.</summary>
    public static string Indented(Itk3Written written)
    {
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize }))
        {
            Xml(written).Save(writer);
        }

        return text.ToString();
    }

    public static IEnumerable<XElement> Resources(XElement bundle, string type) => bundle.Descendants(Fhir + type).Where(e => e.Parent?.Name.LocalName == "resource");

    public static string? Value(this XElement element, params string[] path)
    {
        var found = path.Aggregate((XElement?)element, (e, name) => e?.Element(Fhir + name));
        return (string?)found?.Attribute("value");
    }

    /// <summary>Path and value of every leaf, in the order of the bytes, alike for both forms.</summary>
    public static IReadOnlyList<string> Leaves(XElement root)
    {
        var leaves = new List<string>();
        Walk(root, root.Name.LocalName);
        return leaves;

        void Walk(XElement element, string path)
        {
            foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration))
            {
                leaves.Add(attribute.Name.LocalName == "value" ? $"{path}={attribute.Value}" : $"{path}.{attribute.Name.LocalName}={attribute.Value}");
            }

            foreach (var child in element.Elements())
            {
                if (child.Name.LocalName == "div")
                {
                    leaves.Add($"{path}.div={child.Value}");
                }
                else
                {
                    Walk(child, child.Parent!.Name.LocalName == "resource" ? path : $"{path}.{child.Name.LocalName}");
                }
            }
        }
    }

    public static IReadOnlyList<string> Leaves(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var leaves = new List<string>();
        Walk(document.RootElement, document.RootElement.GetProperty("resourceType").GetString()!);
        return leaves;

        void Walk(JsonElement element, string path)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    // In XML what is an attribute comes first.
                    foreach (var property in element.EnumerateObject().OrderBy(p => !element.TryGetProperty("resourceType", out _) && p.Name is "id" or "url" && IsAttribute(element, p.Name) ? 0 : 1))
                    {
                        if (property.Name == "div")
                        {
                            leaves.Add($"{path}.div={XElement.Parse(property.Value.GetString()!).Value}");
                        }
                        else if (property.Name != "resourceType")
                        {
                            Walk(property.Value, $"{path}.{property.Name.TrimStart('_')}");
                        }
                    }

                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                    {
                        Walk(item, path);
                    }

                    break;
                default:
                    leaves.Add($"{path}={(element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText())}");
                    break;
            }
        }
    }

    private static bool IsAttribute(JsonElement element, string name) =>
        name == "id" || element.EnumerateObject().Any(p => p.Name == "extension" || p.Name.StartsWith("value", StringComparison.Ordinal));
}
