using System.Text;
using System.Text.Json.Nodes;
using System.Xml;

namespace Hub.Fhir.Itk3;

/// <summary>Writes a tree of <see cref="Stu3Mapper"/> as FHIR XML (hl7.org/fhir/STU3/xml.html): values as attributes, elements in the order in which the tree has them.</summary>
internal static class Stu3Xml
{
    private const string Fhir = "http://hl7.org/fhir";

    private static readonly XmlWriterSettings Form = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        NewLineHandling = NewLineHandling.Entitize, // a line break inside a value stays one
    };

    private static readonly XmlReaderSettings Narrative = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, ConformanceLevel = ConformanceLevel.Fragment };

    public static byte[] Write(JsonObject resource)
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, Form))
        {
            WriteResource(writer, resource);
        }

        return buffer.ToArray();
    }

    private static void WriteResource(XmlWriter writer, JsonObject resource)
    {
        writer.WriteStartElement((string)resource["resourceType"]!, Fhir);
        WriteElements(writer, resource, isResource: true);
        writer.WriteEndElement();
    }

    private static void WriteElements(XmlWriter writer, JsonObject holder, bool isResource)
    {
        // Attributes first: the id of a part, the url of an extension.
        if (!isResource && holder["id"] is { } id)
        {
            writer.WriteAttributeString("id", (string)id!);
        }

        if (!isResource && IsExtension(holder))
        {
            writer.WriteAttributeString("url", (string)holder["url"]!);
        }

        foreach (var (name, value) in holder)
        {
            if (name == "resourceType" || (!isResource && (name == "id" || (name == "url" && IsExtension(holder)))))
            {
                continue;
            }

            if (name == "div" && value is JsonValue)
            {
                WriteDiv(writer, (string)value!);
                continue;
            }

            foreach (var item in value is JsonArray list ? list.AsEnumerable() : [value])
            {
                WriteElement(writer, name.TrimStart('_'), item!);
            }
        }
    }

    private static void WriteElement(XmlWriter writer, string name, JsonNode value)
    {
        writer.WriteStartElement(name, Fhir);
        switch (value)
        {
            case JsonObject resource when resource.ContainsKey("resourceType"):
                WriteResource(writer, resource);
                break;
            case JsonObject holder:
                WriteElements(writer, holder, isResource: false);
                break;
            default:
                writer.WriteAttributeString("value", value.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string)value! : value.ToJsonString());
                break;
        }

        writer.WriteEndElement();
    }

    // An Attachment has a url too, as an element; an extension's is an attribute, and it has a value or extensions beside it.
    private static bool IsExtension(JsonObject holder) =>
        holder.ContainsKey("url") && holder.Any(p => p.Key == "extension" || p.Key.StartsWith("value", StringComparison.Ordinal));

    private static void WriteDiv(XmlWriter writer, string div)
    {
        using var reader = XmlReader.Create(new StringReader(div), Narrative);
        reader.MoveToContent();
        writer.WriteNode(reader, defattr: false);
    }
}
