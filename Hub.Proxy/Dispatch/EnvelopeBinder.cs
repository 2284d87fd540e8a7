using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Resources;
using Hub.Proxy.Store;

namespace Hub.Proxy.Dispatch;

/// <summary>Fixes the bytes of a message at its first attempt: id, destination, what to carry forward. Same head, same bytes.</summary>
internal static class EnvelopeBinder
{
    // Derived from our canonical base; changing it would give every message a new id and make each resend a second message.
    private static readonly Guid Space = DerivedGuid.Create(DerivedGuid.UrlNamespace, CodeSystems.Canonical + "/messages");

    private static readonly Guid SpaceOfProfessionalsOnly = DerivedGuid.Create(DerivedGuid.UrlNamespace, CodeSystems.Canonical + "/messages/professionals-only");

    /// <exception cref="InvalidOperationException">What was composed anew breaks a rule and must not leave.</exception>
    public static FrozenMessage Bind(LaneHead head, PartnerFile partner, IRecipientAdapter adapter) => adapter.Freeze(new MessageDraft
    {
        Body = head.ComposeAnew || head.NotAccepted.Count > 0 ? ComposeAnew(head) : head.Body,
        MessageId = MessageId(head, partner.Id),
        Partner = partner,
        ReceivedAt = head.ReceivedAt,
    });

    /// <summary>What this copy is known by for ever: from source key, event, recipient and version, so that a retry and a replay repeat it.</summary>
    public static Guid MessageId(LaneHead head, string partnerId) => DerivedGuid.Create(
        head.Part == DocumentPart.Shareable ? Space : SpaceOfProfessionalsOnly, head.SourceKey, head.EventIndex.ToString(CultureInfo.InvariantCulture), CareEventJson.TypeName(head.Event), partnerId,
        head.Version.ToString(CultureInfo.InvariantCulture));

    private static ReadOnlyMemory<byte> ComposeAnew(LaneHead head)
    {
        // After a merge the person is who they are held to be now, not who the message named.
        var composed = BundleComposer.Compose(new ComposeRequest
        {
            Event = head.ComposeAnew ? head.Event with { Patient = head.Person } : head.Event,
            Episode = head.ComposeAnew && head.Episode is { } episode ? episode with { Patient = head.Person } : head.Episode,
            Before = head.Before,
            Audience = head.Audience,
            CarriedForward = head.NotAccepted,
            ReceivedAt = head.ReceivedAt,
        });
        if (head.Part == DocumentPart.ProfessionalsOnly)
        {
            // What was for professionals only then, and is not said any more, still goes as it was told.
            composed = composed.ProfessionalsOnly ?? composed with { Json = head.Body };
        }

        return composed.Issues.FirstOrDefault(issue => issue.Severity == IssueSeverity.Error) is { } broken
            ? throw new InvalidOperationException($"Composed anew, the message breaks {broken.Rule} at {broken.Location}.")
            : composed.Json;
    }
}
