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

    /// <summary>
    /// For a recipient: whether anything is sent. In shadow mode messages are composed, checked and kept, and none of them ever leaves, not even when the
    /// mode is changed later. It may stand beside the live file that serves the same codes.
    /// </summary>
    public PartnerMode Mode { get; init; }

    /// <summary>For a source: how long a silence is an alarm. Left out, that is learned from its last four weeks.</summary>
    public SilenceSettings? Silence { get; init; }

    /// <summary>What the protocol needs; each adapter reads its own settings type from it.</summary>
    public JsonElement Settings { get; init; }

    /// <summary>That other partners may call this one's FHIR server through the hub, who may and for what; null where none may.</summary>
    public JsonElement? Gateway { get; init; }

    /// <summary>How it proves who it is when it calls the hub; null where its name in a header is believed, which only loopback allows.</summary>
    public AccessSettings? Access { get; init; }

    /// <summary>For a source: where it is told what becomes of what its messages asked; null where it asks itself.</summary>
    public StatusSettings? StatusTo { get; init; }

    /// <summary>For a recipient: codes that mean something else at this partner than in its protocol's table.</summary>
    public IReadOnlyList<OutcomeOverride> Outcomes { get; init; } = [];

    /// <summary>For a recipient: what follows when nobody can tell whether a message arrived.</summary>
    public UnknownPolicy WhenUnknown { get; init; } = UnknownPolicy.Resend;

    /// <summary>
    /// What follows where something does not conform: for a recipient the message composed for it, for a source what it sent. Left out, a recipient's copy is
    /// held and a source's message is taken with notes.
    /// </summary>
    public InvalidPolicy? OnInvalid { get; init; }

    /// <summary>For a recipient: how many persons' messages may be under way to it at once, 1 to 64.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Who to ring when messages do not go through.</summary>
    public string? SupportContact { get; init; }

    /// <summary>SHA-256 of the file as loaded, stamped on every message. Filled by the loader.</summary>
    public string Hash { get; init; } = "";
}

/// <summary>
/// Where a source is told that something its messages asked was accepted, declined, asked back about, is overdue or done. One address, written in its file: no
/// message can name another.
/// </summary>
public sealed record StatusSettings
{
    /// <summary>https, or http on this machine.</summary>
    public required string Url { get; init; }

    public StatusForm Form { get; init; }

    /// <summary>For a webhook: the key of the signature, by reference.</summary>
    public SecretRef? Secret { get; init; }

    /// <summary>For a FHIR message: how the hub proves there who it is: auth, trustedCertificateFile, clientCertificate, clientKey, as for a recipient.</summary>
    public JsonElement? Access { get; init; }
}

/// <summary>What a source is told by.</summary>
public enum StatusForm
{
    /// <summary>Signed JSON with the sender's own ids and states, and no words of anybody: the reasons are read at the hub.</summary>
    Webhook,

    /// <summary>A FHIR message that answers the sender's (<c>MessageHeader.response</c>), with a Task for each thing asked and the reason of a decline.</summary>
    FhirMessage,
}

public enum PartnerMode
{
    /// <summary>It is sent what it is to have.</summary>
    Live,

    /// <summary>Nothing is sent to it.</summary>
    Shadow,
}

/// <summary>
/// How long a source may be silent. Each hour of the week allows a silence; a night that allows four hours and a morning that allows half an hour are
/// reckoned together, so that the first minute of the morning is no alarm.
/// </summary>
public sealed record SilenceSettings
{
    /// <summary>Minutes of silence that are an alarm in hours that no row below names; null leaves those hours to what was learned.</summary>
    public int? AfterMinutes { get; init; }

    /// <summary>Hours of the week with a silence of their own; the first row that holds counts.</summary>
    public IReadOnlyList<SilenceHours> Hours { get; init; } = [];

    /// <summary>False where nobody is to be told of a silence that only the last four weeks make unlikely.</summary>
    public bool Learn { get; init; } = true;
}

/// <summary>Some hours of the week by the clock of Europe/London.</summary>
public sealed record SilenceHours
{
    /// <summary>Every day where left out.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = [];

    /// <summary>First hour, 0 to 23.</summary>
    public int FromHour { get; init; }

    /// <summary>Hour in which it ends, 1 to 24.</summary>
    public int ToHour { get; init; } = 24;

    /// <summary>Minutes of silence that are an alarm in these hours.</summary>
    public required int AfterMinutes { get; init; }
}

public enum InvalidPolicy
{
    /// <summary>A recipient's copy is not sent at all; a source's message is refused with its problems. HL7 v2 is never refused for this (clinical rule 4).</summary>
    Reject,

    /// <summary>What leaves is held until a person lets it go.</summary>
    Quarantine,

    /// <summary>It goes, and the operator's list or the reader is told.</summary>
    Warn,
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
