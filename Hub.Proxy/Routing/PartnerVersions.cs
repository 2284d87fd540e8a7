using System.Text.Json.Serialization;
using Hub.Adapters.Contract;

namespace Hub.Proxy.Routing;

[JsonConverter(typeof(JsonStringEnumConverter<PartnerFileState>))]
public enum PartnerFileState
{
    /// <summary>What runs is what lies in the folder.</summary>
    Current,

    /// <summary>The file in the folder is faulty, and the last good version runs on.</summary>
    RunningOldVersion,

    /// <summary>The file is faulty and there is no good version: nothing runs for it.</summary>
    NotRunning,
}

/// <summary>How one partner's file stands: what runs, since when, and why it is not what lies in the folder. Never a secret, never patient data.</summary>
public sealed record PartnerVersion
{
    public required string Id { get; init; }
    public required PartnerFileState State { get; init; }

    /// <summary>source or recipient; null where nothing runs.</summary>
    public string? Role { get; init; }
    public string? RunningHash { get; init; }
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>SHA-256 of the file as it lies there, its overlay included; null where it cannot be read.</summary>
    public string? FolderHash { get; init; }

    /// <summary>Since when the file in the folder is known to be faulty.</summary>
    public DateTimeOffset? FaultySince { get; init; }
    public IReadOnlyList<PartnerProblem> Problems { get; init; } = [];

    /// <summary>In one sentence, for people.</summary>
    public string Words => State switch
    {
        PartnerFileState.Current => "current",
        PartnerFileState.RunningOldVersion => $"running the version of {RunningSince:yyyy-MM-dd HH:mm:ss}Z ({Short(RunningHash)}): the file in the folder is faulty: {Because}",
        _ => $"not running: {Because}",
    };

    private string Because => Problems.Count == 0
        ? "no reason is known"
        : $"{Problems[0].File}{(Problems[0].Line is { } line ? $", line {line}" : "")}, {(Problems[0].Field.Length > 0 ? Problems[0].Field : "the file")}: {Problems[0].Text} {Problems[0].Expected}";

    internal static string Short(string? hash) => hash is { Length: > 12 } ? hash[..12] : hash ?? "-";
}
