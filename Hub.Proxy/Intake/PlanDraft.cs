using Hub.Fhir.Events;
using Hub.Proxy.Store;

namespace Hub.Proxy.Intake;

/// <summary>
/// What is known while one message is planned: the store's answer, with what earlier events of the same message already changed laid over it.
/// </summary>
internal sealed class PlanDraft(IMessageStore store)
{
    private readonly Dictionary<Guid, KnownPerson> persons = [];
    private readonly Dictionary<EpisodeKey, KnownEpisode> episodes = [];

    public List<PlannedEvent> Events { get; } = [];

    public List<PlannedAttention> Attention { get; } = [];

    /// <summary>Why events led to nothing, one sentence each.</summary>
    public List<string> NothingBecause { get; } = [];

    public async Task<IReadOnlyList<KnownPerson>> FindPersonsAsync(PatientRef patient, CancellationToken cancellationToken)
    {
        var found = (await store.FindPersonsAsync(patient, cancellationToken))
            .Select(p => persons.GetValueOrDefault(p.PersonId, p))
            .ToList();

        // A person that an earlier event of this message brings in is not in the store yet.
        found.AddRange(persons.Values.Where(p => found.All(f => f.PersonId != p.PersonId) && SharesIdentifier(p.Identity, patient)));
        return found;
    }

    public async Task<KnownEpisode?> FindEpisodeAsync(EpisodeKey key, CancellationToken cancellationToken) =>
        episodes.TryGetValue(key, out var known) ? known : await store.FindEpisodeAsync(key, cancellationToken);

    public async Task<IReadOnlyList<KnownEpisode>> FindEpisodesAsync(Guid personId, CancellationToken cancellationToken) =>
        (await store.FindEpisodesAsync(personId, cancellationToken)).Select(e => episodes.GetValueOrDefault(e.Key, e)).ToList();

    public void Note(KnownPerson person) => persons[person.PersonId] = person;

    public void Note(KnownEpisode episode) => episodes[episode.Key] = episode;

    private static bool SharesIdentifier(PatientRef held, PatientRef asserted) =>
        (held.NhsNumber is not null && held.NhsNumber == asserted.NhsNumber) || held.LocalIds.Intersect(asserted.LocalIds).Any();
}
