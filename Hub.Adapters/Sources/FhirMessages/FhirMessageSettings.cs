using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Schemas;
using Hub.Fhir.Events;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>The part of a source's partner file that FHIR messages read.</summary>
public sealed record FhirMessageSettings
{
    /// <summary>Whose messages these are.</summary>
    public required FhirMessageMatch Match { get; init; }

    /// <summary>The sending application as the hub names it; MessageHeader.source.name when left out.</summary>
    public string? Application { get; init; }

    /// <summary>Identifier system of the episode, where an EpisodeOfCare or Encounter has several identifiers; the first one when left out.</summary>
    public string? EpisodeSystem { get; init; }

    /// <summary>What an Encounter counts as whose class and episode type say neither crisis team nor ward: crt or ward. Left out, its message is none of ours.</summary>
    public string? OtherEncountersAre { get; init; }

    /// <summary>Event codes of this sender's own.</summary>
    public IReadOnlyList<FhirMessageEvent> Events { get; init; } = [];

    /// <summary>
    /// True for a sender that keeps and shows a refusal: the same MessageHeader.id with other content is then answered fatal-error. Default false, because most
    /// senders drop what is refused (clinical rule 3). Stored whole and shown to a person either way.
    /// </summary>
    public bool RefuseConflicts { get; init; }

    /// <summary>The addresses this sender may name as response-url. Any other is refused before anything is taken.</summary>
    public IReadOnlyList<string> ResponseUrls { get; init; } = [];

    /// <summary>How the hub proves there who it is, and whom it trusts: auth, trustedCertificateFile, clientCertificate, clientKey, allowPlainHttp, as for a recipient.</summary>
    public JsonElement? ResponseAccess { get; init; }

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    /// <exception cref="JsonException">The settings were never checked.</exception>
    public static FhirMessageSettings Of(PartnerFile partner)
    {
        ArgumentNullException.ThrowIfNull(partner);
        return (partner.Protocol == MailboxSettings.Protocol ? partner.Settings.GetProperty(MailboxMembers.Messages) : partner.Settings).Deserialize<FhirMessageSettings>(Json)!;
    }

    /// <summary>True for a source whose messages are read here: posted, or carried by MESH.</summary>
    public static bool Has(PartnerFile partner)
    {
        ArgumentNullException.ThrowIfNull(partner);
        return partner is { Role: PartnerRole.Source, Protocol: FhirMessageReader.Protocol or MailboxSettings.Protocol };
    }
}

/// <summary>What a MessageHeader must say to be this sender's: where both lists are filled, both must hold.</summary>
public sealed record FhirMessageMatch
{
    /// <summary>Values of MessageHeader.source.endpoint.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>ODS codes of the organisation that MessageHeader.sender or responsible names.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];
}

/// <summary>A code of MessageHeader.event and which of our events it means, such as <c>discharge</c>.</summary>
public sealed record FhirMessageEvent
{
    public required string System { get; init; }
    public required string Code { get; init; }
    public required string Means { get; init; }
}

/// <summary>Checks the settings of a partner that sends FHIR messages.</summary>
public sealed class FhirMessageSettingsCheck : IPartnerSettingsCheck
{
    private static readonly JsonObject Schema = new SchemaComposer(FhirMessageSettings.Json, new Dictionary<string, SchemaChange>())
        .Compose(typeof(FhirMessageSettings), "settings", "Settings of a fhir-messages source");

    public string Protocol => FhirMessageReader.Protocol;

    public PartnerRole Role => PartnerRole.Source;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner)
    {
        var form = new SchemaCheck(Schema).Find(partner.Settings).Select(i => new PartnerProblem("/settings" + i.Pointer, i.Text, i.Expected)).ToList();
        return form.Count > 0 ? form : [.. Meaning(partner, FhirMessageSettings.Of(partner))];
    }

    private static IEnumerable<PartnerProblem> Meaning(PartnerFile partner, FhirMessageSettings settings)
    {
        if (partner.Organisation is null)
        {
            yield return new("/organisation", "Episodes are numbered by an organisation, and none is named.", "the trust's ODS code");
        }

        if (settings.Match.Endpoints.Count + settings.Match.Senders.Count == 0)
        {
            yield return new("/settings/match", "It names nobody: no message would be this sender's.", "endpoints (MessageHeader.source.endpoint), senders (ODS codes) or both");
        }

        foreach (var (sender, i) in settings.Match.Senders.Select((s, i) => (s, i)).Where(s => !OdsCode.TryParse(s.s, out _)))
        {
            yield return new($"/settings/match/senders/{i}", "It is no ODS code.", "three to twelve letters and digits");
        }

        if (settings.OtherEncountersAre is not (null or "crt" or "ward"))
        {
            yield return new("/settings/otherEncountersAre", "It is not known.", "crt or ward");
        }

        foreach (var (_, i) in settings.Events.Select((e, i) => (e, i)).Where(e => !EventCodings.Read.Contains(e.e.Means)))
        {
            yield return new($"/settings/events/{i}/means", "It is no event that is read from FHIR messages.", string.Join(", ", EventCodings.Read));
        }

        foreach (var (_, i) in settings.ResponseUrls.Select((u, i) => (u, i)).Where(u => !Uri.TryCreate(u.u, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")))
        {
            yield return new($"/settings/responseUrls/{i}", "It is no absolute http or https address.", "https://...");
        }
    }
}
