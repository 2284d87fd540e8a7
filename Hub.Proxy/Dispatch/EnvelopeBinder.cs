using System.Globalization;
using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Fhir.Conformance;
using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Resources;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Dispatch;

/// <summary>Fixes the bytes of a message at its first attempt: id, destination, what to carry forward. Same head, same bytes.</summary>
internal static class EnvelopeBinder
{
    // Derived from our canonical base; changing it would give every message a new id and make each resend a second message.
    private static readonly Guid Space = DerivedGuid.Create(DerivedGuid.UrlNamespace, CodeSystems.Canonical + "/messages");

    private static readonly Guid SpaceOfProfessionalsOnly = DerivedGuid.Create(DerivedGuid.UrlNamespace, CodeSystems.Canonical + "/messages/professionals-only");

    /// <exception cref="InvalidOperationException">What was composed anew breaks a rule and must not leave.</exception>
    public static FrozenMessage Bind(LaneHead head, PartnerFile partner, IRecipientAdapter adapter, IReadOnlyList<MonitoringRule> rules) => adapter.Freeze(new MessageDraft
    {
        Body = head.Anew is { } anew ? Compose(head, anew, partner, rules) : head.Body,
        MessageId = MessageId(head, partner.Id),
        Partner = partner,
        ReceivedAt = head.ReceivedAt,
    });

    /// <summary>What this copy is known by for ever: from source key, event, recipient and version, so that a retry and a replay repeat it.</summary>
    public static Guid MessageId(LaneHead head, string partnerId) => DerivedGuid.Create(
        head.Part == DocumentPart.Shareable ? Space : SpaceOfProfessionalsOnly, head.SourceKey, head.EventIndex.ToString(CultureInfo.InvariantCulture), head.EventType, partnerId,
        head.Version.ToString(CultureInfo.InvariantCulture));

    private static ReadOnlyMemory<byte> Compose(LaneHead head, ComposeAnew anew, PartnerFile partner, IReadOnlyList<MonitoringRule> rules)
    {
        // After a merge the person is who they are held to be now, not who the message named: the retired record may never have had the NHS number.
        // Whose whereabouts are hidden now is hidden in what was written before (clinical rule 21).
        var asHeldNow = anew.PersonMoved || HoldRules.IsHidden(anew.Person) || (anew.Event.Patient.NhsNumber is null && anew.Person.NhsNumber is not null);
        var composed = BundleComposer.Compose(new ComposeRequest
        {
            Event = asHeldNow ? anew.Event with { Patient = anew.Person } : anew.Event,
            Episode = asHeldNow && anew.Episode is { } episode ? episode with { Patient = anew.Person } : anew.Episode,
            Before = anew.Before,
            Audience = head.Audience,
            CarriedForward = anew.NotAccepted,
            ReceivedAt = head.ReceivedAt,
            Rules = rules,
        });
        if (head.Part == DocumentPart.ProfessionalsOnly)
        {
            // What was for professionals only then, and is not said any more, still goes as it was told: unless its text may hold a place.
            composed = composed.ProfessionalsOnly ?? (HoldRules.IsHidden(anew.Person)
                ? throw new InvalidOperationException("What was for professionals only cannot be told without the places of its time.")
                : composed with { Json = head.Body });
        }

        return composed.Issues.FirstOrDefault(i => i.Severity == IssueSeverity.Error && (i.Unsendable || partner.OnInvalid != InvalidPolicy.Warn)) is { } broken
            ? throw new InvalidOperationException($"Composed anew, the message breaks {broken.Rule} at {broken.Location}.")
            : composed.Json;
    }
}
