using System.Globalization;
using System.Text.Json;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients;

/// <summary>Reads one partner file's settings, names fields by JSON pointer, and gathers everything that is wrong with them, so that an engineer sees all of it at once.</summary>
public sealed class PartnerSettings
{
    private readonly List<PartnerProblem> problems = [];
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly List<PartnerSettings> parts = [];
    private readonly JsonElement settings;
    private readonly string path;

    public PartnerSettings(JsonElement settings, string path = "/settings")
    {
        this.settings = settings;
        this.path = path;
        if (settings.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            problems.Add(new PartnerProblem(path, "is no object", "{ ... }"));
        }
    }

    public string? Text(string name, int maxLength = 180)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= maxLength && !text.Any(char.IsControl))
        {
            return text;
        }

        Wrong(name, "is no usable text", $"1 to {maxLength} characters without control characters");
        return null;
    }

    public string RequiredText(string name, int maxLength = 180)
    {
        if (Find(name) is null)
        {
            Wrong(name, "is missing", "a text");
            return "";
        }

        return Text(name, maxLength) ?? "";
    }

    public Uri? RequiredEndpoint(string name, string form = "https://host/base/$process-message")
    {
        if (Find(name) is { ValueKind: JsonValueKind.String } value && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri)
            && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0)
        {
            return uri;
        }

        Wrong(name, "is no address to post to", $"{form}, without credentials, query or fragment");
        return null;
    }

    /// <summary>A list of texts; null where there is none.</summary>
    public IReadOnlyList<string>? Texts(string name, int maxLength = 180)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and <= 100
            && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String && v.GetString() is { Length: > 0 } text && text.Length <= maxLength && !text.Any(char.IsControl)))
        {
            return [.. value.EnumerateArray().Select(v => v.GetString()!)];
        }

        Wrong(name, "is no usable list", "[ \"...\" ], each a text without control characters");
        return null;
    }

    /// <summary>A text, or a list of texts where there are several; empty where there is none.</summary>
    public IReadOnlyList<string> OneOrMore(string name, int maxLength = 180) =>
        Find(name) is { ValueKind: JsonValueKind.Array } ? Texts(name, maxLength) ?? [] : Text(name, maxLength) is { } only ? [only] : [];

    /// <summary>True where the file says anything under this name, right or wrong.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Where a secret is kept; the secret itself never stands in a partner file.</summary>
    public SecretRef? Secret(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().ToList() is [{ Value: { ValueKind: JsonValueKind.String } place } only]
            && only.Name is "fromEnv" or "fromFile" && !string.IsNullOrWhiteSpace(place.GetString()))
        {
            return only.Name == "fromEnv" ? new SecretRef { FromEnv = place.GetString() } : new SecretRef { FromFile = place.GetString() };
        }

        Wrong(name, "is no reference to a secret", "{ \"fromEnv\": \"NAME\" } or { \"fromFile\": \"/path\" }");
        return null;
    }

    /// <summary>An object among the settings, with names of its own; null where there is none. What is wrong in it is told with the rest.</summary>
    public PartnerSettings? Part(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var part = new PartnerSettings(value, $"{path}/{name}");
        parts.Add(part);
        return part;
    }

    /// <summary>Texts in an array, each of a form, none twice; empty where there is none.</summary>
    public IReadOnlyList<string> Texts(string name, System.Text.RegularExpressions.Regex form, string expected)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && form.IsMatch(item.GetString()!)))
        {
            return [.. value.EnumerateArray().Select(item => item.GetString()!).Distinct(StringComparer.Ordinal)];
        }

        Wrong(name, "is no list of what is expected", $"[ ... ] of {expected}");
        return [];
    }

    /// <summary>Objects in an array, each with names of its own.</summary>
    public IReadOnlyList<PartnerSettings> Parts(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(name, "is no list", "[ { ... } ]");
            return [];
        }

        var items = value.EnumerateArray().Select((item, n) => new PartnerSettings(item, string.Create(CultureInfo.InvariantCulture, $"{path}/{name}/{n}"))).ToList();
        parts.AddRange(items);
        return items;
    }

    public int Number(string name, int fallback, int min, int max)
    {
        if (Find(name) is not { } value)
        {
            return fallback;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Wrong(name, "is out of range", $"a whole number from {min} to {max}");
        return fallback;
    }

    /// <summary>Never zero and never endless: a time-out of 0 once meant "wait for ever" elsewhere.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan min, TimeSpan max)
    {
        if (Find(name) is not { } value)
        {
            return fallback;
        }

        if (value.ValueKind == JsonValueKind.String && TimeSpan.TryParseExact(value.GetString(), "c", CultureInfo.InvariantCulture, out var duration)
            && duration >= min && duration <= max)
        {
            return duration;
        }

        Wrong(name, "is no time-out in range", $"\"hh:mm:ss\" from {min:c} to {max:c}");
        return fallback;
    }

    public bool Flag(string name, bool fallback = false)
    {
        if (Find(name) is not { } value)
        {
            return fallback;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Wrong(name, "is neither true nor false", "true or false");
        return fallback;
    }

    public T Choice<T>(string name, T fallback, IReadOnlyDictionary<string, T> choices)
    {
        if (Find(name) is not { } value)
        {
            return fallback;
        }

        if (value.ValueKind == JsonValueKind.String && choices.TryGetValue(value.GetString()!, out var choice))
        {
            return choice;
        }

        Wrong(name, "is not one of the choices", string.Join(" | ", choices.Keys));
        return fallback;
    }

    public void Wrong(string name, string text, string expected) => problems.Add(new PartnerProblem($"{path}/{name}", text, expected));

    /// <summary>Everything found, a name that nobody asked for included: a misspelt setting must not be a silent default.</summary>
    public IReadOnlyList<PartnerProblem> Problems()
    {
        IReadOnlyList<PartnerProblem> inParts = [.. parts.SelectMany(p => p.Problems())];
        if (settings.ValueKind != JsonValueKind.Object)
        {
            return [.. problems, .. inParts];
        }

        var unknown = settings.EnumerateObject().Select(member => member.Name).Where(name => !asked.Contains(name))
            .Select(name => new PartnerProblem($"{path}/{name}", path == "/settings" ? "is no setting of this protocol" : "is no setting here", string.Join(", ", asked.Order(StringComparer.Ordinal))));
        return [.. problems, .. inParts, .. unknown];
    }

    private JsonElement? Find(string name)
    {
        asked.Add(name);
        return settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
