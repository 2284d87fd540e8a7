using Hub.Fhir.Events;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Itk3;

/// <summary>The header of an ITK3 message that somebody sent to us: what it is, for whom, and which answers are asked for. The document in it is for a person to read.</summary>
public sealed record Itk3Incoming
{
    private const string Events = Stu3Names.ItkCodes + "ITK-MessageEvent-2";
    private static readonly string[] Parts = ["BusAckRequested", "InfAckRequested", "RecipientType", "MessageDefinition", "SenderReference", "LocalExtension"];

    /// <summary>MessageHeader.id; null where it could not be read.</summary>
    public string? MessageId { get; init; }

    /// <summary>Such as <c>ITK004D</c>.</summary>
    public string? EventCode { get; init; }

    /// <summary>For which organisation, by its header; null where it names none.</summary>
    public OdsCode? Receiver { get; init; }
    public bool InfAckRequested { get; init; } = true;
    public bool BusAckRequested { get; init; } = true;
    public Itk3Format Format { get; init; }

    /// <summary>The NHS number of whom the document is about; null where there is none that can be read.</summary>
    public NhsNumber? Subject { get; init; }

    /// <summary>What is wrong with the header, as a code of ITK-ResponseCodes-1; null where nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>True for an answer to something: an answer is never answered.</summary>
    public bool IsResponse => EventCode == Itk3Event.Response.Code;

    /// <summary>Reads XML or JSON. Never throws for what a peer sends.</summary>
    /// <returns>Null where it is readable and no ITK3 message.</returns>
    public static Itk3Incoming? Read(ReadOnlyMemory<byte> body)
    {
        var format = body.Span.TrimStart(" \t\r\n"u8) is [(byte)'<', ..] ? Itk3Format.Xml : Itk3Format.Json;
        if (AnswerTree.ParseOurs(body) is not { } bundle)
        {
            return new Itk3Incoming { Format = format, Fault = ItkResponseCodes.Unreadable }; // always answered (10009)
        }

        if (bundle.Name != "Bundle" || Resources(bundle).FirstOrDefault() is not { Name: "MessageHeader" } header || header.One("event") is not { } kind || kind.Text("system") != Events)
        {
            return null;
        }

        var handling = header.All("extension").Where(e => e.All("extension").Any()).SelectMany(e => e.All("extension")).ToList();
        AnswerTree? Part(string name) => handling.Where(e => UrlOf(e) == name).Take(2).ToList() is [var only] ? only : null;
        bool Wants(string name) => Part(name)?.Text("valueBoolean") != "false"; // where the flag cannot be read the receiver answers
        return new Itk3Incoming
        {
            MessageId = header.Text("id"),
            EventCode = kind.Text("code"),
            Receiver = OdsOf(bundle, header.One("receiver")?.Text("reference")),
            InfAckRequested = Wants("InfAckRequested"),
            BusAckRequested = Wants("BusAckRequested"),
            Format = format,
            Subject = SubjectOf(bundle),
            Fault = header.Text("id") is null ? ItkResponseCodes.Unreadable
                : Parts.Any(p => Part(p) is null) ? "10001"
                : Part("InfAckRequested")!.Text("valueBoolean") is not ("true" or "false") ? "10002"
                : Part("BusAckRequested")!.Text("valueBoolean") is not ("true" or "false") ? "10003"
                : Part("RecipientType")!.One("valueCoding")?.Text("code") is not ("FA" or "FI") ? "10010"
                : null,
        };
    }

    // In XML an extension's url is an attribute, which the tree keeps as an element of that name.
    private static string? UrlOf(AnswerTree extension) => extension.Text("url");

    private static OdsCode? OdsOf(AnswerTree bundle, string? reference) => reference is null ? null
        : bundle.All("entry").Where(e => e.Text("fullUrl") == reference).SelectMany(e => e.All("resource")).Select(r => r.Only).OfType<AnswerTree>()
            .SelectMany(o => o.All("identifier")).Where(i => i.Text("system") == CodeSystems.OdsOrganization)
            .Select(i => OdsCode.TryParse(i.Text("value"), out var code) ? code : null).FirstOrDefault(c => c is not null);

    private static NhsNumber? SubjectOf(AnswerTree bundle)
    {
        if (Resources(bundle).FirstOrDefault(r => r.Name == "Bundle") is not { } document)
        {
            return null;
        }

        var held = document.All("entry").ToList();
        var subject = held.SelectMany(e => e.All("resource")).Select(r => r.Only).FirstOrDefault(r => r?.Name == "Composition")?.One("subject")?.Text("reference");
        return held.Where(e => e.Text("fullUrl") == subject).SelectMany(e => e.All("resource")).Select(r => r.Only).OfType<AnswerTree>()
            .SelectMany(p => p.All("identifier")).Where(i => i.Text("system") == CodeSystems.NhsNumber)
            .Select(i => NhsNumber.TryParse(i.Text("value"), out var number) ? number : null).FirstOrDefault(n => n is not null);
    }

    private static IEnumerable<AnswerTree> Resources(AnswerTree bundle) => bundle.All("entry").SelectMany(e => e.All("resource")).Select(r => r.Only).OfType<AnswerTree>();
}
