namespace Hub.Proxy.Commands.Probe;

internal enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth knowing; nobody must act.</summary>
    Note,

    /// <summary>It works now, and somebody must act before it does not.</summary>
    Warning,

    /// <summary>Messages or calls will not get through.</summary>
    Bad,
}

/// <summary>One thing that a probe found, in words for people: what it is, who must act, and what next.</summary>
internal sealed record Finding(string Step, FindingLevel Level, string Text)
{
    /// <summary>Who must act; null where nobody must.</summary>
    public string? Owner { get; init; }

    public string? NextStep { get; init; }

    public static Finding Good(string step, string text) => new(step, FindingLevel.Good, text);

    public static Finding Note(string step, string text) => new(step, FindingLevel.Note, text);

    public static Finding Warning(string step, string text, string owner, string next) => new(step, FindingLevel.Warning, text) { Owner = owner, NextStep = next };

    public static Finding Bad(string step, string text, string owner, string next) => new(step, FindingLevel.Bad, text) { Owner = owner, NextStep = next };
}

/// <summary>Who acts on findings.</summary>
internal static class Owners
{
    public const string Partner = "The partner";
    public const string Hub = "Whoever runs the hub";
    public const string Network = "The network team";
}
