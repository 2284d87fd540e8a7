using System.Text;
using System.Text.Json;
using System.Xml;
using Hub.Fhir.Responses;

namespace Hub.Fhir.Itk3;

/// <summary>A FHIR resource that a peer sent, XML or JSON, as one shape of tree. Trusts nothing: bounded size, depth and number of nodes, UTF-8, no DTD, no entity, no exception.</summary>
internal sealed class AnswerTree
{
    /// <summary>An acknowledgement carries a header and an outcome.</summary>
    private static readonly Limits OfAnswers = new(AnswerJson.MaxBytes, Depth: 40, Nodes: 20_000);

    /// <summary>A message of ours, read back, carries a document and a PDF.</summary>
    private static readonly Limits OfOurs = new(2 * Itk3Written.MaxBytes, Depth: 64, Nodes: 500_000);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<AnswerTree> children = [];

    private AnswerTree(string name) => Name = name;

    /// <summary>The element's name; of a resource its type.</summary>
    public string Name { get; }

    public string? Value { get; private set; }

    /// <summary>What it holds where it holds one thing: the resource in its holder.</summary>
    public AnswerTree? Only => children is [var only] ? only : null;

    public static AnswerTree? Parse(ReadOnlyMemory<byte> body) => Parse(body, OfAnswers);

    /// <summary>As <see cref="Parse(ReadOnlyMemory{byte})"/>, for what the hub wrote itself.</summary>
    public static AnswerTree? ParseOurs(ReadOnlyMemory<byte> message) => Parse(message, OfOurs);

    private static AnswerTree? Parse(ReadOnlyMemory<byte> body, Limits limits)
    {
        var text = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        return text.Length == 0 || text.Length > limits.Bytes ? null : text.Span.TrimStart(" \t\r\n"u8).StartsWith("<"u8) ? OfXml(text.Span, limits) : OfJson(text, limits);
    }

    public IEnumerable<AnswerTree> All(string name) => children.Where(c => c.Name == name);

    /// <summary>Null where there is none, and where there are several: picking one would be a guess.</summary>
    public AnswerTree? One(string name) => All(name).Take(2).ToList() is [var only] ? only : null;

    public string? Text(string name) => One(name)?.Value;

    private static AnswerTree? OfXml(ReadOnlySpan<byte> xml, Limits limits)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(Utf8.GetString(xml)), Safe(limits));
            var nodes = limits.Nodes;
            return reader.MoveToContent() == XmlNodeType.Element && reader.NamespaceURI == "http://hl7.org/fhir" ? ReadElement(reader, limits.Depth, ref nodes) : null;
        }
        catch (Exception ex) when (ex is XmlException or DecoderFallbackException or InvalidOperationException)
        {
            return null;
        }
    }

    private static AnswerTree ReadElement(XmlReader reader, int depth, ref int nodes)
    {
        if (reader.Depth > depth || --nodes < 0)
        {
            throw new XmlException("Too deep or too long.");
        }

        var node = new AnswerTree(reader.LocalName) { Value = reader.GetAttribute("value") };
        if (reader.GetAttribute("url") is { } url)
        {
            node.children.Add(new AnswerTree("url") { Value = url }); // an extension's, which JSON has as a property
        }

        if (reader.IsEmptyElement)
        {
            reader.Read();
            return node;
        }

        reader.Read();
        while (reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.EOF)
            {
                throw new XmlException("Not ended.");
            }

            if (reader.NodeType == XmlNodeType.Element)
            {
                node.children.Add(ReadElement(reader, depth, ref nodes));
            }
            else
            {
                reader.Read(); // text belongs to narrative alone, which nobody reads here
            }
        }

        reader.Read();
        return node;
    }

    private static XmlReaderSettings Safe(Limits limits) => new()
    {
        DtdProcessing = DtdProcessing.Prohibit, // no entity is ever expanded, and nothing is fetched
        XmlResolver = null,
        MaxCharactersInDocument = limits.Bytes,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    private static AnswerTree? OfJson(ReadOnlyMemory<byte> json, Limits limits)
    {
        using var document = AnswerJson.Parse(json, limits.Bytes, limits.Depth);
        return document?.RootElement.ResourceType() is { } type ? OfJson(type, document.RootElement) : null;
    }

    private static AnswerTree OfJson(string name, JsonElement element)
    {
        var node = new AnswerTree(name);
        if (element.ValueKind != JsonValueKind.Object)
        {
            node.Value = element.ValueKind == JsonValueKind.String ? Plain(element) : element.GetRawText();
            return node;
        }

        foreach (var property in element.EnumerateObject())
        {
            foreach (var item in property.Value.ValueKind == JsonValueKind.Array ? [.. property.Value.EnumerateArray()] : new[] { property.Value })
            {
                node.children.Add(item.ResourceType() is { } type ? Wrapped(property.Name, type, item) : OfJson(property.Name, item));
            }
        }

        return node;
    }

    // As XML has it: the resource stands inside the element that holds it.
    private static AnswerTree Wrapped(string name, string type, JsonElement resource)
    {
        var holder = new AnswerTree(name);
        holder.children.Add(OfJson(type, resource));
        return holder;
    }

    private static string? Plain(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate is no text
        }
    }

    private sealed record Limits(int Bytes, int Depth, int Nodes);
}
