using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.OperatorConsole;

/// <summary>A table of open obligations.</summary>
internal sealed record WorklistView(string Caption, IReadOnlyList<WorklistEntry> Entries, IReadOnlyDictionary<long, PersonLine> People, DateTimeOffset Now);

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
