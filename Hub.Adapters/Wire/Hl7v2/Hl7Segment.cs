namespace Hub.Adapters.Wire.Hl7v2;

/// <summary>One segment: a three-letter name and its fields, counted as HL7 counts them (MSH-1 is the separator itself).</summary>
public sealed class Hl7Segment
{
    private readonly string[] _parts;
    private readonly Hl7Context _context;

    internal Hl7Segment(string[] parts, int occurrence, Hl7Context context)
    {
        _parts = parts;
        _context = context;
        Occurrence = occurrence;
    }

    public string Name => _parts[0];

    /// <summary>1 for the first segment of this name in the message.</summary>
    public int Occurrence { get; }

    /// <summary>A field, counted from 1; an empty one where the segment is shorter.</summary>
    public Hl7Field this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
            if (Name != "MSH")
            {
                return number < _parts.Length ? new Hl7Field(_parts[number], _context) : default;
            }

            // MSH-2 declares the delimiters and is cut by none of them.
            return number switch
            {
                1 => new Hl7Field(_context.Delimiters.Field.ToString(), Verbatim),
                2 => new Hl7Field(_parts.Length > 1 ? _parts[1] : "", Verbatim),
                _ => number - 1 < _parts.Length ? new Hl7Field(_parts[number - 1], _context) : default,
            };
        }
    }

    private Hl7Context Verbatim => _context with { Delimiters = new Hl7Delimiters('\0', '\0', '\0', '\0', '\0') };

    /// <summary>The name alone: a segment's content is about a person.</summary>
    public override string ToString() => Name;
}
