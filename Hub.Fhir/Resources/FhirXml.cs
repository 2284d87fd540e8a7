using System.Text;
using System.Xml;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Hub.Fhir.Resources;

/// <summary>Writes resources as UTF-8 XML, for peers that ask for it.</summary>
public static class FhirXml
{
    private static readonly BaseFhirXmlSerializer Serializer = new(ModelInfo.ModelInspector);
    private static readonly XmlWriterSettings Form = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    public static byte[] Write(Resource resource)
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, Form))
        {
            Serializer.Serialize(resource, writer);
        }

        return buffer.ToArray();
    }
}
