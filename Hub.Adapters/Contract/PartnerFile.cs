using System.Text.Json;
using Hub.Fhir.Bundles;
using Hub.Fhir.Events;

namespace Hub.Adapters.Contract;

public enum PartnerRole
{
    Source,
    Recipient,
}

/// <summary>One counterpart of the hub, from one file in <c>partners/</c>. A partner is a file, never code.</summary>
public sealed record PartnerFile
{
    /// <summary>Stable id: lower-case letters, digits and dashes; the file is named after it.</summary>
    public required string Id { get; init; }

    /// <summary>The name people see.</summary>
    public required string Name { get; init; }

    public required PartnerRole Role { get; init; }

    /// <summary>The counterpart's ODS code.</summary>
    public OdsCode? Organisation { get; init; }

    /// <summary>For a recipient: whom its messages are worded for.</summary>
    public Audience? Audience { get; init; }

    /// <summary>fhir-messaging, hl7v2-mllp, event-api, hl7v2 ...</summary>
    public required string Protocol { get; init; }

    /// <summary>
    /// For a recipient: what it serves. A practice by ODS code; a team or ward by the local codes it is known by (PV1-3 and the like).
    /// Its own organisation code counts without being listed.
    /// </summary>
    public IReadOnlyList<string> Serves { get; init; } = [];

    /// <summary>What the protocol needs; each adapter reads its own settings type from it.</summary>
    public JsonElement Settings { get; init; }

    /// <summary>For a recipient: what follows when nobody can tell whether a message arrived.</summary>
    public UnknownPolicy WhenUnknown { get; init; } = UnknownPolicy.Resend;

    /// <summary>For a recipient: how many persons' messages may be under way to it at once, 1 to 64.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Who to ring when messages do not go through.</summary>
    public string? SupportContact { get; init; }

    /// <summary>SHA-256 of the file as loaded, stamped on every message. Filled by the loader.</summary>
    public string Hash { get; init; } = "";
}

public enum UnknownPolicy
{
    /// <summary>Send the same bytes under the same id again: the partner sees a repeat for what it is.</summary>
    Resend,

    /// <summary>A person asks the partner; nothing is sent again by itself.</summary>
    Ask,
}

/// <summary>One thing wrong in a partner file: the file, the line, the field, and what would be right.</summary>
public sealed record PartnerProblem(string Field, string Text, string Expected)
{
    public string? File { get; init; }
    public int? Line { get; init; }
}

/// <summary>The partners as they stand now. Each call may see a newer set; hold one snapshot for one message.</summary>
public interface IPartnerDirectory
{
    IReadOnlyList<PartnerFile> All { get; }

    PartnerFile? Find(string partnerId);
}

/// <summary>What a protocol knows about partner files: whether the settings of one are right. Sources and recipients both have one.</summary>
public interface IPartnerSettingsCheck
{
    /// <summary>The name partner files use, such as <c>event-api</c>.</summary>
    string Protocol { get; }

    /// <summary>A protocol may be spoken in both directions with different settings; each direction has its own check.</summary>
    PartnerRole Role { get; }

    /// <summary>
    /// What is wrong with the settings, each as a JSON Pointer from the file's root (<c>/settings/endpoint</c>) and what would be right; empty when nothing is.
    /// </summary>
    IReadOnlyList<PartnerProblem> Check(PartnerFile partner);
}
