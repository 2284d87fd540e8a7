using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using Microsoft.EntityFrameworkCore;

namespace Hub.Proxy.OperatorConsole;

/// <summary>One thing on a person's timeline, with where it is told in full.</summary>
internal sealed record PersonStoryLine(DateTimeOffset At, string What, string Link);

/// <summary>Everything that the store holds of one person, on one line of time: what was reported, who was told, what they answered, what is owed.</summary>
internal sealed record PersonStory(PersonLine Person, IReadOnlyList<string> Merges, IReadOnlyList<(long EpisodeId, EpisodeStateRow Row)> Episodes, IReadOnlyList<PersonStoryLine> Lines)
{
    public const int Most = 200;

    /// <summary>Null where there is no such person.</summary>
    public static async Task<PersonStory?> ReadAsync(Func<HubDbContext> open, Guid personId, CancellationToken cancellationToken)
    {
        await using var context = open();
        if (await context.Persons.AsNoTracking().SingleOrDefaultAsync(p => p.Id == personId, cancellationToken) is not { } row)
        {
            return null;
        }

        var others = await context.Persons.AsNoTracking().Where(p => p.MergedInto == personId).Select(p => p.Id).ToListAsync(cancellationToken);
        List<Guid> all = [personId, .. others];
        var events = await context.Events.AsNoTracking().Where(e => all.Contains(e.PersonId)).OrderByDescending(e => e.ReceivedAt).Take(Most).ToListAsync(cancellationToken);
        var deliveries = await context.Deliveries.AsNoTracking().Where(d => all.Contains(d.PersonId)).OrderByDescending(d => d.CreatedAt).Take(Most).ToListAsync(cancellationToken);
        var episodes = await context.EpisodeStates.AsNoTracking().Where(e => all.Contains(e.PersonId)).OrderByDescending(e => e.Id).Take(Most).ToListAsync(cancellationToken);
        var episodeIds = episodes.ConvertAll(e => e.Id);
        var obligations = await context.Obligations.AsNoTracking().Where(o => episodeIds.Contains(o.EpisodeId)).ToListAsync(cancellationToken);
        var steps = await HandoverBook.StepsAsync(context, [.. obligations.Select(o => o.Id)], cancellationToken);
        IEnumerable<PersonStoryLine> lines =
        [
            .. events.Select(e => new PersonStoryLine(e.ReceivedAt, $"{ConsoleWords.Name(e.Type)} reported; it happened {Words.London(e.OccurredAt)}", $"/console/messages/{e.ReceivedId}")),
            .. deliveries.Where(d => d.FinishedAt is not null).Select(d => new PersonStoryLine(d.FinishedAt!.Value, $"{d.RecipientName}: {MessageStory.StateOf(d).TrimEnd('.')}: {d.Title}", $"/console/messages/{d.Id}")),
            .. obligations.SelectMany(o => steps[o.Id].Select(s => new PersonStoryLine(s.At, $"{ConsoleWords.Kind(o.Kind)}: {ConsoleWords.Step(s.Act).ToLowerInvariant()}, {s.By}", $"/console/obligations/{o.Id}"))),
        ];
        return new PersonStory(
            ConsolePeople.Of(context.Keys, row), Identities(row, others.Count), [.. episodes.Select(e => (e.Id, e))],
            [.. lines.OrderByDescending(l => l.At).Take(Most)]);
    }

    private static List<string> Identities(PersonRow row, int merged)
    {
        var lines = new List<string>();
        if (row.MergedInto is { } survivor)
        {
            lines.Add($"This person was found to be another one: see /console/people/{survivor}.");
        }

        if (merged > 0)
        {
            lines.Add($"{merged} other {(merged == 1 ? "record was" : "records were")} found to be this person; what belonged to them is shown here too. A merge can be undone.");
        }

        if (row.HeldReason is { } held)
        {
            lines.Add($"Everything about this person is held: {held}");
        }

        return lines;
    }
}
