using System.Text.Json;

namespace Hub.Fhir.Responses;

/// <summary>Reads the answer to a FHIR message: a message Bundle whose first entry is a MessageHeader with <c>response</c>.</summary>
public static class MessageResponse
{
    // An id has 64 characters at most, and as a Bundle's identifier a prefix.
    private const int MaxIdentifier = 255;

    /// <summary>Reads a body of at most <see cref="AnswerJson.MaxBytes"/> bytes. Never throws for what a peer sends.</summary>
    /// <returns>Null when the body is anything but a readable answer to <paramref name="expectedMessageId"/>.</returns>
    public static Answer? Read(ReadOnlyMemory<byte> body, string expectedMessageId)
    {
        ArgumentNullException.ThrowIfNull(expectedMessageId);
        return ReadAny(body) is { } answer && Bare(answer.AnswersMessageId).Equals(Bare(expectedMessageId), StringComparison.OrdinalIgnoreCase)
            ? answer with { AnswersMessageId = expectedMessageId }
            : null;
    }

    /// <summary>As <see cref="Read(ReadOnlyMemory{byte}, string)"/>, for an answer that came by itself: which message it answers, its own words say. UUIDs are in lower case, without a prefix.</summary>
    public static Answer? Read(ReadOnlyMemory<byte> body) =>
        ReadAny(body) is { } answer ? answer with { AnswersMessageId = Bare(answer.AnswersMessageId).ToString().ToLowerInvariant() } : null;

    private static Answer? ReadAny(ReadOnlyMemory<byte> body)
    {
        using var document = AnswerJson.Parse(body);
        if (document is null
            || document.RootElement.ResourceType() != "Bundle"
            || document.RootElement.Text("type") != "message"
            || FirstResource(document.RootElement) is not { } header
            || header.ResourceType() != "MessageHeader"
            || header.Object("response") is not { } response
            || ReadCode(response) is not { } code
            || Identifier(response) is not { Length: > 0 and <= MaxIdentifier } identifier)
        {
            return null;
        }

        var outcome = OutcomeOf(document.RootElement, header, response);
        return new Answer
        {
            Code = code,
            SentCode = response.Text("code")!,
            AnswersMessageId = identifier,
            Codes = outcome is { } coded ? OperationOutcomeText.ReadCodes(coded) : [],
            Text = outcome is { } said ? OperationOutcomeText.Read(said) : null,
        };
    }

    // http://hl7.org/fhir/response-code, a required binding: what is not in it is no answer.
    private static AnswerCode? ReadCode(JsonElement response) => response.Text("code") switch
    {
        "ok" => AnswerCode.Ok,
        "transient-error" => AnswerCode.TransientError,
        "fatal-error" => AnswerCode.FatalError,
        _ => null,
    };

    // R4: response.identifier is the request's MessageHeader.id (type id). R5 made it the request's Bundle.identifier (FHIR-29690), and systems
    // of both readings exist; ours carry the same UUID in both places, so that either names one message.
    private static string? Identifier(JsonElement response) => response.Text("identifier") ?? response.Object("identifier")?.Text("value");

    private static ReadOnlySpan<char> Bare(string id) =>
        id.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) ? id.AsSpan("urn:uuid:".Length) : id;

    private static JsonElement? FirstResource(JsonElement bundle)
    {
        foreach (var entry in bundle.Items("entry"))
        {
            return entry.Object("resource");
        }

        return null;
    }

    private static JsonElement? OutcomeOf(JsonElement bundle, JsonElement header, JsonElement response)
    {
        var reference = response.Object("details")?.Text("reference");
        foreach (var contained in header.Items("contained"))
        {
            if (contained.ResourceType() == "OperationOutcome" && (reference is null || reference == "#" + contained.Text("id")))
            {
                return contained;
            }
        }

        JsonElement? only = null;
        foreach (var entry in bundle.Items("entry"))
        {
            if (entry.Object("resource") is not { } resource || resource.ResourceType() != "OperationOutcome")
            {
                continue;
            }

            if (reference is not null && (entry.Text("fullUrl") == reference || reference == "OperationOutcome/" + resource.Text("id")))
            {
                return resource;
            }

            only ??= resource; // a dangling reference is common, and the words are still the partner's
        }

        return only;
    }
}
