using Hub.Fhir.Bundles;
using Hub.Proxy.Store;

namespace Hub.Proxy.Mapping;

/// <summary>Where a value of a bundle can come from.</summary>
internal enum TraceInput
{
    /// <summary>The message itself.</summary>
    Message,

    /// <summary>The source's partner file.</summary>
    PartnerFile,

    /// <summary>The episode as earlier messages left it.</summary>
    Earlier,
}

/// <summary>Which copy of a message: the event's place, and what is composed once for all recipients of an audience.</summary>
internal sealed record TracedCopy(int Event, Audience Audience, DocumentPart Part);

/// <summary>A place that an element goes back to.</summary>
internal sealed record TracedOrigin(TraceInput Input, string Path, string Value);

/// <summary>One element of a bundle: its value, how it came about, and from where.</summary>
internal sealed record TracedElement(string Path, string Value, string Rule, IReadOnlyList<TracedOrigin> From);

/// <summary>One value of the source, and what becomes another when it does.</summary>
internal sealed record TracedField(string Path, string Value)
{
    /// <summary>Properties of the event, as in its JSON: <c>patient/name/family</c>.</summary>
    public IReadOnlyList<string> EventProperties { get; init; } = [];

    /// <summary>How many elements of the copies, links between resources left out.</summary>
    public int Elements { get; init; }

    /// <summary>True where ids that are derived from it, and the references by them, become others.</summary>
    public bool MakesIds { get; init; }

    /// <summary>What else hangs on it: whether the message is taken, what it means, who is told. Null where nothing does.</summary>
    public string? Decides { get; init; }

    /// <summary>False where nothing at all depends on it: it is not mapped.</summary>
    public bool IsMapped => EventProperties.Count > 0 || Elements > 0 || MakesIds || Decides is not null;
}

/// <summary>The trace of one message: each element of each copy with its origins, and each field of the source with its effects.</summary>
internal sealed record MappingTrace
{
    public required RerunMessage Message { get; init; }
    public required IReadOnlyDictionary<TracedCopy, IReadOnlyList<TracedElement>> Copies { get; init; }
    public required IReadOnlyList<TracedField> Fields { get; init; }
    public IEnumerable<TracedField> NotMapped => Fields.Where(f => !f.IsMapped);
}
