using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Hub.Fhir.Events;

/// <summary>The one JSON form of events and episode states: what senders post to <c>/events</c> and what the store keeps.</summary>
public static class CareEventJson
{
    /// <summary>Unknown members are an error: a misspelt field must not be lost in silence.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    public static byte[] Write(CareEvent value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static byte[] Write(EpisodeState value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <exception cref="JsonException">The bytes are not an event of the family.</exception>
    public static CareEvent ReadEvent(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<CareEvent>(json, Options) ?? throw new JsonException("null is not an event");

    /// <exception cref="JsonException">The bytes are not an episode state.</exception>
    public static EpisodeState ReadState(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<EpisodeState>(json, Options) ?? throw new JsonException("null is not an episode state");

    /// <summary>The name of an event in JSON, such as <c>medication-change</c>.</summary>
    public static string TypeName(CareEvent value) => TypeNames[value.GetType()];

    public static IReadOnlyDictionary<Type, string> TypeNames { get; } = typeof(CareEvent)
        .GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
        .Cast<JsonDerivedTypeAttribute>()
        .ToDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowOutOfOrderMetadataProperties = true,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            MaxDepth = 32,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
