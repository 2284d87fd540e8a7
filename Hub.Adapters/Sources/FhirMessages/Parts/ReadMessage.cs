using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages.Parts;

/// <summary>One message while it is read: its resources, whose it is, and what its readers should know of its data.</summary>
internal sealed class ReadMessage(MessageParts parts, R4.MessageHeader header, PartnerFile partner, FhirMessageSettings settings)
{
    private readonly List<DataQualityNote> notes = [];

    public MessageParts Parts => parts;
    public R4.MessageHeader Header => header;
    public PartnerFile Partner => partner;
    public FhirMessageSettings Settings => settings;
    public IReadOnlyList<DataQualityNote> Notes => notes;

    /// <summary>The organisation that numbers this sender's episodes and people; its settings check asks for it.</summary>
    public OdsCode Organisation => partner.Organisation!;

    /// <summary>The document, where the message has one.</summary>
    public R4.Composition? Composition { get; } = parts.First<R4.Composition>();

    public void Note(string code, string field, string text) => notes.Add(new() { Code = code, Field = field, Text = text });
}
