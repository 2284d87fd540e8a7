using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>
/// A place in a message, as configuration names it: <c>PID-3[2].1</c> (second repetition, first component), <c>PV1-3.4.2</c>
/// (sub-component), <c>RXE[2].RXR[1]-1</c> (the first RXR that belongs to the second RXE, and to no other order).
/// </summary>
public sealed partial record Hl7Path
{
    private readonly IReadOnlyList<(string Name, int Occurrence)> _segments;
    private readonly int _field;
    private readonly int _repetition;
    private readonly int _component;
    private readonly int _subComponent;

    private Hl7Path(string text, IReadOnlyList<(string, int)> segments, int field, int repetition, int component, int subComponent)
    {
        Text = text;
        (_segments, _field, _repetition, _component, _subComponent) = (segments, field, repetition, component, subComponent);
    }

    public string Text { get; }

    /// <summary>What a path looks like, for whoever wrote something else.</summary>
    public const string Expected = "a path such as PV1-3.1, PID-3[2].4, ZEP-2 or RXE[2].RXR[1]-1";

    public static bool TryParse(string? text, [NotNullWhen(true)] out Hl7Path? path)
    {
        path = null;
        if (text is null or { Length: > 80 } || Form().Match(text.Trim()) is not { Success: true } match)
        {
            return false;
        }

        var names = match.Groups["name"].Captures;
        var segments = names.Select((name, i) => (name.Value, OccurrenceAfter(match, name))).ToList();
        path = new Hl7Path(
            text.Trim(), segments, Number(match, "field", 0), Number(match, "rep", 1), Number(match, "component", 1), Number(match, "sub", 1));
        return path is { _field: > 0, _repetition: > 0, _component: > 0, _subComponent: > 0 } && segments.All(s => s.Item2 > 0);
    }

    /// <summary>The decoded value; null where the place is absent, empty or deleted.</summary>
    public string? Read(Hl7Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var repetitions = Find(message.Segments)?[_field].Repetitions;
        return repetitions is not null && _repetition <= repetitions.Count ? repetitions[_repetition - 1].Component(_component, _subComponent) : null;
    }

    public override string ToString() => Text;

    private Hl7Segment? Find(IReadOnlyList<Hl7Segment> segments)
    {
        Hl7Segment? found = null;
        IEnumerable<Hl7Segment> scope = segments;
        foreach (var (name, occurrence) in _segments)
        {
            found = scope.Where(s => s.Name == name).Skip(occurrence - 1).FirstOrDefault();
            if (found is null)
            {
                return null;
            }

            scope = BelongingTo(found, segments);
        }

        return found;
    }

    // A segment owns what follows it until one of its own rank or above: an order's route is never read from the next order.
    private static List<Hl7Segment> BelongingTo(Hl7Segment parent, IReadOnlyList<Hl7Segment> segments) =>
        [.. segments.SkipWhile(s => !ReferenceEquals(s, parent)).Skip(1).TakeWhile(s => Rank(s.Name) > Rank(parent.Name) || (Rank(parent.Name) == Leaf && Rank(s.Name) == Leaf && s.Name != parent.Name))];

    private const int Leaf = 4;

    private static int Rank(string name) => name switch
    {
        "MSH" => 0,
        "PID" => 1,
        "ORC" => 2,
        "RXO" or "RXE" or "RXA" or "RXD" or "RXG" or "OBR" => 3,
        _ => Leaf,
    };

    private static int Number(Match match, string group, int otherwise) =>
        match.Groups[group] is { Success: true } g ? int.Parse(g.Value, CultureInfo.InvariantCulture) : otherwise;

    private static int OccurrenceAfter(Match match, Capture name) =>
        match.Groups["occurrence"].Captures.FirstOrDefault(c => c.Index == name.Index + name.Length + 1) is { } c
            ? int.Parse(c.Value, CultureInfo.InvariantCulture)
            : 1;

    [GeneratedRegex(@"^(?<name>[A-Z][A-Z0-9]{2})(\[(?<occurrence>\d{1,4})\])?(\.(?<name>[A-Z][A-Z0-9]{2})(\[(?<occurrence>\d{1,4})\])?)*-(?<field>\d{1,3})(\[(?<rep>\d{1,3})\])?(\.(?<component>\d{1,2})(\.(?<sub>\d{1,2}))?)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
