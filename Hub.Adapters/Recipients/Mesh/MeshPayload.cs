using System.Globalization;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Adapters.Recipients.Itk3;
using Hub.Fhir.Bundles;
using Hub.Fhir.Itk3;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.Mesh;

/// <summary>What travels in a MESH message: how it is made, what it says of its way, and how its answer is read. One a format.</summary>
internal abstract class MeshPayload
{
    /// <summary>The formats that a partner file may name.</summary>
    public static IReadOnlyDictionary<string, MeshPayload> Formats { get; } = new Dictionary<string, MeshPayload>(StringComparer.Ordinal)
    {
        ["fhir-r4"] = new FhirR4Payload(),
        ["itk3-xml"] = new Itk3Payload(Itk3Format.Xml),
        ["itk3-json"] = new Itk3Payload(Itk3Format.Json),
    };

    /// <summary>The recipient's codes and what they mean; those of the carrier are laid over them.</summary>
    public abstract IReadOnlyList<OutcomeRow> Outcomes { get; }

    /// <param name="draft">The composed message.</param>
    /// <param name="destination">Where it goes, as its own header names it. Never a routing address with a person in it.</param>
    public abstract FrozenMessage Freeze(MessageDraft draft, string destination);

    /// <summary>Reads frozen bytes. Pure; null where they are none of this format.</summary>
    public abstract MeshRouting? ReadRouting(ReadOnlyMemory<byte> bytes);

    /// <summary>Reads what a recipient sends back. Pure; null where it is no readable answer to a message of ours.</summary>
    public abstract MeshReply? ReadReply(ReadOnlyMemory<byte> body, OutcomeTable outcomes);
}

/// <summary>A recipient's answer as its payload says it.</summary>
/// <param name="AnswersMessageId">Which of our messages.</param>
/// <param name="Stage">How far it goes.</param>
/// <param name="Outcome">What the delivery comes to; null where the answer proper is still to come.</param>
internal sealed record MeshReply(string AnswersMessageId, AnswerStage Stage, DeliveryOutcome? Outcome);

/// <summary>A FHIR R4 message Bundle, answered by one with <c>MessageHeader.response</c>.</summary>
internal sealed class FhirR4Payload : MeshPayload
{
    private const string MediaType = "application/fhir+json";
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 64 };

    public override IReadOnlyList<OutcomeRow> Outcomes => FhirOutcomes.Rows;

    public override FrozenMessage Freeze(MessageDraft draft, string destination)
    {
        var bound = MessageEnvelope.Bind(draft.Body, new MessageIds
        {
            MessageId = draft.MessageId,
            DestinationEndpoint = destination,
            RecipientName = draft.Partner.Name,
            RecipientOrganisation = draft.Partner.Organisation,
        });
        return new FrozenMessage(bound, MediaType, draft.MessageId.ToString());
    }

    public override MeshRouting? ReadRouting(ReadOnlyMemory<byte> bytes) => Read(bytes, bundle =>
    {
        var patient = Resource(bundle, "Patient");
        return new MeshRouting
        {
            EventCode = Resource(bundle, "MessageHeader") is { } header && header.TryGetProperty("eventCoding", out var coding) ? Text(coding, "code") : null,
            NhsNumber = patient is { } known ? Items(known, "identifier").Where(i => Text(i, "system") == "https://fhir.nhs.uk/Id/nhs-number").Select(i => Text(i, "value")).FirstOrDefault() : null,
            BirthDate = patient is { } born && DateOnly.TryParseExact(Text(born, "birthDate"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
            Surname = patient is { } named ? Items(named, "name").OrderByDescending(n => Text(n, "use") == "official").Select(n => Text(n, "family")).FirstOrDefault() : null,
        };
    });

    public override MeshReply? ReadReply(ReadOnlyMemory<byte> body, OutcomeTable outcomes)
    {
        var named = Read(body, bundle => Resource(bundle, "MessageHeader") is { } header && header.TryGetProperty("response", out var response) ? Text(response, "identifier") : null);
        if (named is null || MessageResponse.Read(body, named) is not { } answer)
        {
            return null;
        }

        // R4 names our MessageHeader.id; some write it as a urn.
        var id = named.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) ? named["urn:uuid:".Length..] : named;
        var byCode = outcomes.Find(answer.Codes);
        var reason = PartnerText.Tidy(answer.Text ?? $"{answer.SentCode} without a reason");
        var outcome = answer.Code == AnswerCode.Ok && byCode is not { Means: OutcomeMeaning.NotOurPatient }
            ? new Delivered(answer with { AnswersMessageId = id })
            : (byCode ?? outcomes.Find(answer.SentCode)) is { } row ? OutcomeTable.ToOutcome(row, reason, null)
            : new Rejected(reason) { Code = answer.SentCode };

        // Who has answered has the message: it cannot be "later" by itself, nor unknown, nor a refusal of us as a whole.
        return new MeshReply(id, AnswerStage.Business, (outcome is Delivered or Rejected ? outcome : new Rejected(reason) { Code = answer.SentCode }) with { Evidence = body });
    }

    private static T? Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read) where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body, Bounded);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement? Resource(JsonElement bundle, string type)
    {
        foreach (var entry in Items(bundle, "entry"))
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("resource", out var resource) && Text(resource, "resourceType") == type)
            {
                return resource;
            }
        }

        return null;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
