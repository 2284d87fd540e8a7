using Hub.Fhir.Events;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.Access.People;

/// <summary>
/// How much of which people somebody sees: the one place that decides it. A person is a team's own where one of their episodes is now with that team, or where
/// the team's system has taken a message about them: what is held back from a team is not to be read around here.
/// </summary>
internal sealed class PersonSight(Func<HubDbContext> open, BreakGlassBook glass)
{
    /// <summary>What somebody sees of each of these. Where nobody signs in (<paramref name="who"/> is null), everything.</summary>
    public async Task<IReadOnlyDictionary<Guid, Sight>> OfPersonsAsync(SignedInPerson? who, IEnumerable<Guid> personIds, CancellationToken cancellationToken)
    {
        var ids = personIds.Distinct().ToList();
        if (who is null)
        {
            return ids.ToDictionary(id => id, _ => Sight.Content);
        }

        var own = who.Roles.Contains(PersonRole.Clinician) ? await OwnAsync(who.Teams, ids, cancellationToken) : [];
        var opened = who.May(PersonRight.BreakGlass) ? await glass.OpenedAsync(who, ids, cancellationToken) : [];
        return ids.ToDictionary(id => id, id => own.Contains(id) || opened.Contains(id) ? Sight.Content : who.OfEverybody);
    }

    /// <summary>As <see cref="OfPersonsAsync"/>, by episode; an episode that is not there is nobody's.</summary>
    public async Task<IReadOnlyDictionary<long, Sight>> OfEpisodesAsync(SignedInPerson? who, IEnumerable<long> episodeIds, CancellationToken cancellationToken)
    {
        var ids = episodeIds.Distinct().ToList();
        if (who is null)
        {
            return ids.ToDictionary(id => id, _ => Sight.Content);
        }

        await using var context = open();
        var persons = await context.EpisodeStates.Where(e => ids.Contains(e.Id)).Select(e => new { e.Id, e.PersonId }).ToListAsync(cancellationToken);
        var sights = await OfPersonsAsync(who, persons.Select(p => p.PersonId), cancellationToken);
        var found = persons.ToDictionary(p => p.Id, p => sights[p.PersonId]);
        return ids.ToDictionary(id => id, id => found.GetValueOrDefault(id, Sight.Nothing));
    }

    /// <summary>Those of a list whose content is for who looks.</summary>
    public async Task<IReadOnlyList<T>> OwnAsync<T>(SignedInPerson? who, IEnumerable<T> entries, Func<T, Guid> personOf, CancellationToken cancellationToken)
    {
        var all = entries.ToList();
        var seen = await OfPersonsAsync(who, all.Select(personOf), cancellationToken);
        return all.FindAll(e => seen[personOf(e)] == Sight.Content);
    }

    /// <summary>What somebody sees of what an address names; nothing of what is not there.</summary>
    public async Task<Sight> OfAsync(SignedInPerson who, About about, string? value, CancellationToken cancellationToken)
    {
        if (about == About.Episode)
        {
            return long.TryParse(value, out var episode) ? (await OfEpisodesAsync(who, [episode], cancellationToken))[episode] : Sight.Nothing;
        }

        if (!Guid.TryParse(value, out var id) || await PersonsAsync(about, id, cancellationToken) is not var (persons, subject))
        {
            return Sight.Nothing;
        }

        // Of several people in one message, as much as may be seen of each of them.
        var sight = persons.Count == 0 ? who.OfEverybody : (await OfPersonsAsync(who, persons, cancellationToken)).Values.Min();
        return sight < Sight.Content && subject is { } message && who.May(PersonRight.BreakGlass) && (await glass.OpenedAsync(who, [message], cancellationToken)).Count > 0 ? Sight.Content : sight;
    }

    /// <summary>Whom an address names, and the message it names; null where it names nothing.</summary>
    public async Task<(IReadOnlyList<Guid> Persons, Guid? Message)?> PersonsAsync(About about, Guid id, CancellationToken cancellationToken)
    {
        await using var context = open();
        switch (about)
        {
            case About.Person:
                return await context.Persons.AnyAsync(p => p.Id == id, cancellationToken) ? ([id], null) : null;
            case About.Obligation:
                return await context.Obligations.Where(o => o.Id == id).Select(o => (Guid?)o.PersonId).SingleOrDefaultAsync(cancellationToken) is { } owed ? ([owed], null) : null;
            case About.AttentionEntry:
                var entry = await context.Attention.Where(a => a.Id == id).Select(a => new { a.PersonId }).SingleOrDefaultAsync(cancellationToken);
                return entry is null ? null : (entry.PersonId is { } concerned ? [concerned] : [], null);
            default:
                return await new StoredMessages(open).ResolveAsync(id, cancellationToken) is { } message
                    ? (await context.Events.Where(e => e.ReceivedId == message).Select(e => e.PersonId).Distinct().ToListAsync(cancellationToken), message) : null;
        }
    }

    private async Task<HashSet<Guid>> OwnAsync(IReadOnlyList<string> teams, IReadOnlyList<Guid> persons, CancellationToken cancellationToken)
    {
        if (teams.Count == 0)
        {
            return [];
        }

        await using var context = open();
        var all = persons.ToList();
        var merged = await context.Persons.Where(p => p.MergedInto != null && all.Contains(p.MergedInto.Value)).Select(p => new { p.Id, Into = p.MergedInto!.Value }).ToListAsync(cancellationToken);
        var survivor = merged.ToDictionary(m => m.Id, m => m.Into);
        all.AddRange(survivor.Keys);

        var states = await context.EpisodeStates.Where(e => all.Contains(e.PersonId))
            .Join(context.EpisodeVersions, e => new { EpisodeId = e.Id, e.Version }, v => new { v.EpisodeId, v.Version }, (e, v) => new { e.PersonId, Version = v }).ToListAsync(cancellationToken);
        var own = states.Where(s => IsWith(CareEventJson.ReadState(context.Keys.Read(s.Version)), teams)).Select(s => s.PersonId).ToHashSet();
        var taken = await context.Deliveries.Where(d => all.Contains(d.PersonId) && d.PartnerId != null && teams.Contains(d.PartnerId)
            && (d.State == DeliveryState.Delivered || (d.State == DeliveryState.Superseded && context.Deliveries.Any(c => c.Id == d.CarriedBy && c.State == DeliveryState.Delivered))))
            .Select(d => d.PersonId).Distinct().ToListAsync(cancellationToken);
        own.UnionWith(taken);
        return [.. own.Select(id => survivor.GetValueOrDefault(id, id)).Where(persons.Contains), .. own.Where(persons.Contains)];
    }

    // The team that treats now. A ward or community team that is only named in a plan has what it was sent.
    private static bool IsWith(EpisodeState state, IReadOnlyList<string> teams) => (state.Kind == EpisodeKind.Ward ? state.Ward : state.Crt) is { } team && Names(team).Any(teams.Contains);

    private static IEnumerable<string> Names(Team team)
    {
        if (team.Organisation is { } organisation)
        {
            yield return organisation.Value;
            if (team.LocalCode is { } code)
            {
                yield return $"{organisation.Value}/{code}";
            }
        }
    }
}
