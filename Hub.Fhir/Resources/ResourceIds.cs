using Hub.Fhir.Events;

namespace Hub.Fhir.Resources;

/// <summary>
/// The ids of the resources we write: UUIDs derived from the assigning system and its own id, so that a replay gives the same bundle and
/// two people never share one.
/// </summary>
public static class ResourceIds
{
    // Derived once from our own canonical base; changing it would give every resource a new id.
    private static readonly Guid Space = DerivedGuid.Create(DerivedGuid.UrlNamespace, CodeSystems.Canonical);

    /// <summary>The id of a resource of <paramref name="kind"/> that <paramref name="assigningSystem"/> knows by <paramref name="id"/>.</summary>
    public static string For(string kind, string assigningSystem, params ReadOnlySpan<string> id)
    {
        string[] parts = [kind, assigningSystem, .. id];
        return DerivedGuid.Create(Space, parts).ToString("D");
    }

    /// <summary>A bundle-wide address for an id: <c>urn:uuid:...</c>.</summary>
    public static string Url(string id) => "urn:uuid:" + id;

    /// <summary>
    /// The person's id: by the first local id, which no two people of one system share; else by NHS number; else by what the sender calls
    /// this message, so that a person without any id is never taken for another.
    /// </summary>
    public static string Patient(PatientRef patient, SourceSystem source, SourceMessageId message) => patient switch
    {
        { LocalIds: [var local, ..] } => For("Patient", local.AssigningSystem, local.Value),
        { NhsNumber: { } number } => For("Patient", CodeSystems.NhsNumber, number.Value),
        _ => For("Patient", System(source), "message", message.Value),
    };

    /// <summary>A resource of one episode, such as its EpisodeOfCare or one medicine line.</summary>
    public static string OfEpisode(string kind, EpisodeKey episode, params ReadOnlySpan<string> id)
    {
        string[] parts = [episode.LocalId, .. id];
        return For(kind, episode.Organisation.Value, parts);
    }

    /// <summary>A resource that exists because of one event, such as its Composition.</summary>
    public static string OfEvent(string kind, CareEvent value, params ReadOnlySpan<string> id)
    {
        string[] parts = [value.SourceMessageId.Value, CareEventJson.TypeName(value), Patient(value.Patient, value.Source, value.SourceMessageId), .. id];
        return For(kind, System(value.Source), parts);
    }

    private static string System(SourceSystem source) => $"{source.Organisation?.Value ?? source.Facility}|{source.Application}";
}
