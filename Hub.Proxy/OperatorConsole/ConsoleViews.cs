using Hub.Proxy.Access.People;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.OperatorConsole;

/// <summary>A table of open obligations.</summary>
/// <param name="IsWhole">False where some are not for who looks.</param>
/// <param name="Seen">How much of whom they see.</param>
internal sealed record WorklistView(string Caption, IReadOnlyList<WorklistEntry> Entries, IReadOnlyDictionary<long, PersonLine> People, DateTimeOffset Now, bool IsWhole, IReadOnlyDictionary<long, Sight> Seen)
{
    /// <summary>What of these obligations is for who looks, with the names of those whom they may know.</summary>
    public static async Task<WorklistView> OfAsync(
        string caption, IReadOnlyList<WorklistEntry> entries, SignedInPerson? who, PersonSight sight, ConsolePeople people, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var seen = await sight.OfEpisodesAsync(who, entries.Select(e => e.EpisodeId), cancellationToken);
        var shown = entries.Where(e => seen[e.EpisodeId] >= Sight.That).ToList();
        return new WorklistView(caption, shown, await people.OfEpisodesAsync(seen.Where(s => s.Value >= Sight.Who).Select(s => s.Key), cancellationToken), now, shown.Count == entries.Count, seen);
    }
}

/// <summary>A table of entries of the operator's list.</summary>
/// <param name="Selectable">Each entry can be ticked, for what is done to several at once.</param>
internal sealed record AttentionView(string Caption, IReadOnlyList<AttentionRow> Entries, DateTimeOffset Now, bool Selectable = false);

/// <summary>A table of messages, each with its copies.</summary>
internal sealed record MessagesView(string Caption, IReadOnlyList<ReceivedView> Messages, DateTimeOffset Now);

/// <summary>The fields by which somebody says who acts, and why.</summary>
/// <param name="Prefix">What the fields' ids begin with, where a page has several forms.</param>
/// <param name="AsksWhy">The label of the reason; null where none is asked for.</param>
internal sealed record WhoActs(string Prefix, string? AsksWhy)
{
    public string? By { get; init; }
    public string? Note { get; init; }

    /// <summary>What is missing of a name and a reason, by the field to go to.</summary>
    public static IReadOnlyList<(string Field, string Text)> Problems(string prefix, string? by, string? note)
    {
        var problems = new List<(string, string)>();
        if (string.IsNullOrWhiteSpace(by))
        {
            problems.Add((prefix + "by", "Give your name."));
        }

        if (string.IsNullOrWhiteSpace(note))
        {
            problems.Add((prefix + "note", "Say why."));
        }

        return problems;
    }
}
