using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Sources.FhirMessages;

namespace Hub.Adapters.Sources.Mesh;

/// <summary>
/// The part of a source's partner file that says which messages of our mailbox are its events: the mailbox's own settings, <c>workflows</c>, <c>itk3Workflows</c>, and
/// <c>messages</c>, which are the settings of a fhir-messages source.
/// </summary>
public sealed record MeshSourceSettings
{
    /// <summary>Workflow ids of its events.</summary>
    public required IReadOnlyList<string> Workflows { get; init; }

    /// <summary>Workflow ids of its ITK3 documents, which are kept for a person and answered as they ask (ITK008M); none where it sends no such.</summary>
    public IReadOnlyList<string> Itk3Workflows { get; init; } = [];

    /// <summary>Every workflow that its messages come in.</summary>
    public IEnumerable<string> AllWorkflows => Workflows.Concat(Itk3Workflows).Distinct(StringComparer.Ordinal);

    /// <summary>True for a message that is an ITK3 document.</summary>
    public bool IsItk3(string? workflow) => workflow is not null && Itk3Workflows.Contains(workflow, StringComparer.Ordinal);

    /// <summary>The mailbox that its messages come from; null where any may.</summary>
    public string? From { get; init; }

    /// <exception cref="JsonException">The settings were never checked.</exception>
    public static MeshSourceSettings Of(PartnerFile partner)
    {
        ArgumentNullException.ThrowIfNull(partner);
        return MailboxMembers.Source(partner) is { } own ? new MeshSourceSettings { Workflows = own.Workflows, From = own.From, Itk3Workflows = own.Itk3 } : throw new JsonException("The settings name no workflows.");
    }

    /// <summary>True for a message of this source's.</summary>
    public bool Takes(string? workflow, string? from) => workflow is not null && AllWorkflows.Contains(workflow, StringComparer.Ordinal) && (From is null || string.Equals(From, from, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Checks the settings of a partner whose FHIR messages come by MESH.</summary>
public sealed class MeshSourceSettingsCheck : IPartnerSettingsCheck
{
    private readonly FhirMessageSettingsCheck messages = new();

    public string Protocol => MailboxSettings.Protocol;

    public PartnerRole Role => PartnerRole.Source;

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner)
    {
        ArgumentNullException.ThrowIfNull(partner);
        var own = MailboxMembers.CheckSource(partner);
        return partner.Settings.ValueKind == JsonValueKind.Object && partner.Settings.TryGetProperty(MailboxMembers.Messages, out var inner)
            ?
            [
                .. own,
                .. messages.Check(partner with { Protocol = FhirMessageReader.Protocol, Settings = inner })
                    .Select(p => p with { Field = p.Field.Replace("/settings", "/settings/" + MailboxMembers.Messages, StringComparison.Ordinal) }),
            ]
            : [.. own, new("/settings/" + MailboxMembers.Messages, "It is missing.", "the settings of a fhir-messages source: { \"match\": ... }")];
    }
}
