using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hub.Adapters.Contract;
using Hub.Adapters.Schemas;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>The part of a source's partner file that the JSON event API reads.</summary>
public sealed record EventApiSettings
{
    /// <summary>The sending application, where an event does not name it; the partner's id when left out.</summary>
    public string? Application { get; init; }

    /// <summary>
    /// True for a sender that keeps and shows a refusal: the same key with other content is then answered 409. Default false, because most senders drop
    /// what is refused (clinical rule 3). Stored whole and shown to a person either way.
    /// </summary>
    public bool RefuseConflicts { get; init; }

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    /// <exception cref="JsonException">The settings were never checked.</exception>
    public static EventApiSettings Of(PartnerFile partner) =>
        partner.Settings.ValueKind == JsonValueKind.Undefined ? new() : partner.Settings.Deserialize<EventApiSettings>(Json) ?? new();
}

/// <summary>Checks the settings of a partner that posts JSON events.</summary>
public sealed class EventApiSettingsCheck : IPartnerSettingsCheck
{
    private static readonly JsonObject Schema = new SchemaComposer(EventApiSettings.Json, new Dictionary<string, SchemaChange>())
        .Compose(typeof(EventApiSettings), "settings", "Settings of an event-api source");

    public string Protocol => EventApiReader.Protocol;

    public PartnerRole Role => PartnerRole.Source;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => partner.Settings.ValueKind == JsonValueKind.Undefined
        ? []
        : [.. new SchemaCheck(Schema).Find(partner.Settings).Select(i => new PartnerProblem("/settings" + i.Pointer, i.Text, i.Expected))];
}
