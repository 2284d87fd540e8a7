using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Conformance;

/// <summary>Reads FHIR XML that somebody sent into the JSON that everything else reads: no DTD, no entity, UTF-8, within limits, and never with an exception.</summary>
public static partial class IncomingXml
{
    // FHIR nests about 20 deep and its narrative a little more. The SDK's reader recurses, so depth is judged before it starts.
    private const int MaxDepth = 60;

    private static readonly XmlReaderSettings Safe = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, // no entity is ever expanded, and nothing is fetched
        XmlResolver = null,
        MaxCharactersInDocument = IncomingBundle.MaxBytes,
        MaxCharactersFromEntities = 1024, // and were it ever allowed, not many times over
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    private static readonly FhirXmlDeserializer Strict = new(new DeserializerSettings().UsingMode(DeserializationMode.Strict));

    /// <returns>The same resource as JSON, or null and what is wrong.</returns>
    public static (byte[]? Json, ConformanceIssue? Issue) ToJson(ReadOnlySpan<byte> xml)
    {
        if (xml.Length > IncomingBundle.MaxBytes)
        {
            return (null, Fault("too-large", "The content is larger than the hub reads."));
        }

        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(xml).TrimStart('\uFEFF');
            if (Declared().Match(text) is { Success: true } declared && !declared.Groups["name"].Value.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            {
                return (null, Fault("xml-charset", "The XML declares another character set than UTF-8."));
            }

            using var judged = XmlReader.Create(new StringReader(text), Safe);
            while (judged.Read())
            {
                if (judged.Depth > MaxDepth)
                {
                    return (null, Fault("xml-syntax", "The XML is nested too deeply."));
                }
            }

            using var reader = XmlReader.Create(new StringReader(text), Safe);
            return Strict.TryDeserializeResource(reader, out var resource, out var faults) || !faults.Any(f => IsSyntax(f.ErrorCode))
                ? (FhirJson.Write(resource!), null)
                : (null, Fault("xml-syntax", "Not readable as FHIR XML."));
        }
        catch (Exception ex) when (ex is XmlException or DecoderFallbackException or InvalidOperationException or FormatException or ArgumentException or CodedException)
        {
            // Its own words quote the document, so they are not passed on. The SDK's reader throws over some shapes instead of reporting.
            return (null, Fault("xml-syntax", "Not well-formed XML in UTF-8 without DTD and entities, or not a FHIR resource."));
        }
    }

    // What is only invalid is named by the JSON side, with the element's path; what could not be read at all is refused here.
    private static bool IsSyntax(string code) => !code.StartsWith("PVAL", StringComparison.Ordinal);

    private static ConformanceIssue Fault(string rule, string text) => new() { Severity = IssueSeverity.Error, Rule = rule, Location = "Bundle", Text = text };

    [GeneratedRegex("^<\\?xml[^>]{0,100}encoding\\s*=\\s*[\"'](?<name>[^\"']{1,40})[\"']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Declared();
}
