using System.Globalization;
using System.Text.Json;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients;

/// <summary>Reads one partner file's settings, names fields by JSON pointer, and gathers everything that is wrong with them, so that an engineer sees all of it at once.</summary>
internal sealed class PartnerSettings
{
    private readonly List<PartnerProblem> problems = [];
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
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

    public Uri? RequiredEndpoint(string name)
    {
        if (Find(name) is { ValueKind: JsonValueKind.String } value && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri)
            && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0)
        {
            return uri;
        }

        Wrong(name, "is no address to post to", "https://host/base/$process-message, without credentials, query or fragment");
        return null;
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

    /// <summary>An object whose every member is one of <paramref name="choices"/>, laid over <paramref name="defaults"/>.</summary>
    public IReadOnlyDictionary<string, T> Table<T>(string name, IReadOnlyDictionary<string, T> defaults, IReadOnlyDictionary<string, T> choices, Func<string, bool> isKey)
    {
        var table = new Dictionary<string, T>(defaults, StringComparer.Ordinal);
        if (Find(name) is not { } value)
        {
            return table;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong(name, "is no table", "{ \"code\": \"outcome\" }");
            return table;
        }

        foreach (var row in value.EnumerateObject())
        {
            if (!isKey(row.Name) || row.Value.ValueKind != JsonValueKind.String || !choices.TryGetValue(row.Value.GetString()!, out var choice))
            {
                Wrong($"{name}/{row.Name}", "is no row of this table", $"a code of the protocol with one of {string.Join(" | ", choices.Keys)}");
                continue;
            }

            table[row.Name] = choice;
        }

        return table;
    }

    public void Wrong(string name, string text, string expected) => problems.Add(new PartnerProblem($"{path}/{name}", text, expected));

    /// <summary>Everything found, a name that nobody asked for included: a misspelt setting must not be a silent default.</summary>
    public IReadOnlyList<PartnerProblem> Problems()
    {
        if (settings.ValueKind != JsonValueKind.Object)
        {
            return problems;
        }

        var unknown = settings.EnumerateObject().Select(member => member.Name).Where(name => !asked.Contains(name))
            .Select(name => new PartnerProblem($"{path}/{name}", "is no setting of this protocol", string.Join(", ", asked.Order(StringComparer.Ordinal))));
        return [.. problems, .. unknown];
    }

    private JsonElement? Find(string name)
    {
        asked.Add(name);
        return settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
