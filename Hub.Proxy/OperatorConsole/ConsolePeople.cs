using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.OperatorConsole;

/// <summary>A person as a list shows them; the number is formatted for reading.</summary>
internal sealed record PersonLine(string Name, string Born, string? NhsNumber);

/// <summary>Who the episodes of a page are about, as held now.</summary>
internal sealed class ConsolePeople(Func<HubDbContext> open)
{
    public async Task<IReadOnlyDictionary<long, PersonLine>> OfEpisodesAsync(IEnumerable<long> episodeIds, CancellationToken cancellationToken)
    {
        var ids = episodeIds.Distinct().ToList();
        await using var context = open();
        var rows = await context.EpisodeStates.AsNoTracking().Where(e => ids.Contains(e.Id))
            .Join(context.Persons, e => e.PersonId, p => p.Id, (e, p) => new { e.Id, Person = p }).ToListAsync(cancellationToken);
        return rows.ToDictionary(r => r.Id, r => Of(context.Keys, r.Person));
    }

    /// <summary>A person's row, as a list shows it.</summary>
    public static PersonLine Of(ContentKeys keys, Store.Rows.PersonRow row) => Line(IdentityJson.Read(keys.Read(row)));

    private static PersonLine Line(PatientRef person) => new(
        person.Name is { } name ? name.Display() : "Name not known",
        person.BirthDate is { } born ? Wording.Day(born) : "date of birth not known",
        person.NhsNumber is { } number ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{number.Value[..3]} {number.Value[3..6]} {number.Value[6..]}") : null);
}
