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

    /// <param name="among">Episodes that were read for this event already.</param>
    public async Task<KnownEpisode?> FindEpisodeAsync(EpisodeKey key, IReadOnlyList<KnownEpisode> among, CancellationToken cancellationToken) =>
        episodes.TryGetValue(key, out var known) ? known : among.FirstOrDefault(e => e.Key == key) ?? await store.FindEpisodeAsync(key, cancellationToken);

    public async Task<IReadOnlyList<KnownEpisode>> FindEpisodesAsync(Guid personId, CancellationToken cancellationToken)
    {
        var found = (await store.FindEpisodesAsync(personId, cancellationToken)).Select(e => episodes.GetValueOrDefault(e.Key, e)).ToList();

        // An episode that an earlier event of this message brings in is not in the store yet.
        found.AddRange(episodes.Values.Where(e => e.PersonId == personId && found.All(f => f.Key != e.Key)));
        return found;
    }

    /// <summary>
    /// One copy a recipient of one event, however many episodes it fans out over, and one entry a cause. <paramref name="events"/> and
    /// <paramref name="attention"/> say how many of each there were before it.
    /// </summary>
    public void KeepOneCopyEach(int events, int attention)
    {
        var told = new HashSet<(string?, string, Hub.Fhir.Bundles.Audience)>();
        var dropped = new HashSet<Guid?>();
        for (var i = events; i < Events.Count; i++)
        {
            var kept = Events[i].Deliveries.Where(d => told.Add((d.PartnerId, d.RecipientName, d.Audience))).ToList();
            dropped.UnionWith(Events[i].Deliveries.Except(kept).Select(d => (Guid?)d.DeliveryId));
            Events[i] = Events[i] with { Deliveries = kept };
        }

        var causes = new HashSet<(string, string)>();
        List<PlannedAttention> left = [.. Attention.Skip(attention)
            .Where(a => a.DeliveryId is null ? causes.Add((a.Kind, a.Reason)) : !dropped.Contains(a.DeliveryId))];
        Attention.RemoveRange(attention, Attention.Count - attention);
        Attention.AddRange(left);
    }

    public void Note(KnownPerson person) => persons[person.PersonId] = person;

    public void Note(KnownEpisode episode) => episodes[episode.Key] = episode;

    /// <summary>The last event lifts a hold: from what the store holds of its person, and from what earlier events of this message planned under it.</summary>
    public void LiftHold(string reason)
    {
        Events[^1] = Events[^1] with { Person = Events[^1].Person with { LiftHeldBecause = reason } };
        var free = Events.SelectMany(e => e.Deliveries).Where(d => d.HeldBecause == reason).Select(d => (Guid?)d.DeliveryId).ToHashSet();
        Attention.RemoveAll(a => a.DeliveryId is not null && free.Contains(a.DeliveryId));
        for (var i = 0; i < Events.Count; i++)
        {
            Events[i] = Events[i] with { Deliveries = [.. Events[i].Deliveries.Select(d => d.HeldBecause == reason ? d with { HeldBecause = null } : d)] };
        }
    }

    private static bool SharesIdentifier(PatientRef held, PatientRef asserted) =>
        (held.NhsNumber is not null && held.NhsNumber == asserted.NhsNumber) || held.LocalIds.Intersect(asserted.LocalIds).Any();
}
