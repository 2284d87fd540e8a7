using System.Globalization;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Fhir.Resources;
using Hub.Proxy.Handovers;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>What is searched for. As JSON it is the token of the page that follows: it holds the hub's own ids and nothing of a person.</summary>
internal sealed record TaskQuery
{
    public const int MostOnAPage = 50;
    private const int Usual = 20;
    private const int MostAtOnce = 50;

    public IReadOnlyList<Guid> Ids { get; init; } = [];
    public IReadOnlyList<ObligationState>? States { get; init; }
    public IReadOnlyList<Guid>? Persons { get; init; }

    /// <summary>For a sender: only what these messages of its own asked.</summary>
    public IReadOnlyList<Guid>? Messages { get; init; }

    /// <summary>For a sender: only of these episodes.</summary>
    public IReadOnlyList<long>? Episodes { get; init; }
    public DateTimeOffset? ChangedFrom { get; init; }
    public DateTimeOffset? ChangedBefore { get; init; }
    public int Count { get; init; } = Usual;
    public Guid? After { get; init; }

    /// <summary>False where nothing can match, such as an owner who is not the caller.</summary>
    public bool CanMatch { get; init; } = true;

    public string ToToken() => System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    public static TaskQuery? FromToken(string token)
    {
        try
        {
            return JsonSerializer.Deserialize<TaskQuery>(System.Buffers.Text.Base64Url.DecodeFromChars(token)) is { Count: >= 1 and <= MostOnAPage, Ids.Count: <= MostAtOnce, Messages: null or { Count: <= MostAtOnce }, Episodes: null or { Count: <= MostAtOnce } } query ? query : null;
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The search that parameters ask for, or what is wrong with them. The person is looked up by the caller of this.</summary>
    /// <param name="parameters">Name and value, in order.</param>
    /// <param name="caller">Whose Tasks are searched.</param>
    public static (TaskQuery? Query, string? Wrong) Read(IEnumerable<KeyValuePair<string, string>> parameters, PartnerFile caller)
    {
        var query = new TaskQuery();
        foreach (var (name, value) in parameters)
        {
            var next = name switch
            {
                "_id" => query.WithIds(value),
                "status" => query.WithStatus(value),
                "owner:identifier" => query.WithOwner(value, caller),
                "_lastUpdated" => query.WithChanged(value),
                "_count" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 ? query with { Count = Math.Min(count, MostOnAPage) } : null,
                "_format" or "patient:identifier" => query,
                _ => null,
            };
            if (next is null)
            {
                return (null, $"{Shown(name)}: not understood. Search by _id, status, owner:identifier (system|value), _lastUpdated (ge, gt, le, lt and an instant) and _count (1 to {MostOnAPage}); by patient:identifier with POST _search.");
            }

            query = next;
        }

        return (query, null);
    }

    // A parameter's value may be a person's; its name is told back only where it looks like one.
    private static string Shown(string name) => name.Length <= 40 && name.All(c => char.IsAsciiLetter(c) || c is '_' or ':' or '-' or '.') ? name : "A parameter";

    private TaskQuery? WithIds(string value)
    {
        var ids = value.Split(',').Select(text => Guid.TryParseExact(text, "D", out var id) ? id : (Guid?)null).OfType<Guid>().ToList();
        return value.Split(',').Length > MostAtOnce ? null : this with { Ids = ids, CanMatch = CanMatch && ids.Count > 0 };
    }

    private TaskQuery WithStatus(string value)
    {
        var states = value.Split(',').SelectMany(TaskWords.States).ToList();
        return this with { States = States is { } before ? [.. before.Intersect(states)] : states };
    }

    private TaskQuery? WithOwner(string value, PartnerFile caller) => value.Split('|') is [CodeSystems.OdsOrganization, var code]
        ? this with { CanMatch = CanMatch && string.Equals(code, caller.Organisation?.Value, StringComparison.OrdinalIgnoreCase) } : null;

    // An instant with its offset: a day would mean one thing here and another there.
    private TaskQuery? WithChanged(string value)
    {
        if (value.Length < 4 || !DateTimeOffset.TryParseExact(
            value[2..], ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return null;
        }

        var tick = TimeSpan.FromMilliseconds(1);
        return value[..2] switch
        {
            "ge" => this with { ChangedFrom = at },
            "gt" => this with { ChangedFrom = at + tick },
            "lt" => this with { ChangedBefore = at },
            "le" => this with { ChangedBefore = at + tick },
            _ => null,
        };
    }
}
