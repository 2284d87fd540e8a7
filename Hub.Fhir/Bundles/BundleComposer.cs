using Hl7.Fhir.Model;
using Hub.Fhir.Conformance;
using Hub.Fhir.Narratives;

namespace Hub.Fhir.Bundles;

/// <summary>Step 4: turns an event and its episode into one checked message per audience. Pure, and the same bytes every time.</summary>
public static class BundleComposer
{
    /// <summary>Composes and checks the message for one audience. Never throws for what an event contains; what cannot be rendered is an error issue.</summary>
    public static ComposedBody Compose(ComposeRequest request) => ComposeAll(request, [request.Audience])[request.Audience];

    /// <summary>As <see cref="Compose"/> for several audiences at once: the shared parts are mapped and worded once. <see cref="ComposeRequest.Audience"/> is not read.</summary>
    public static IReadOnlyDictionary<Audience, ComposedBody> ComposeAll(ComposeRequest request, IReadOnlyList<Audience> audiences)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(audiences);

        try
        {
            var composed = ComposedCase.Of(CaseFileReader.Open(request));
            var withheld = ProfessionalsOnly.Of(composed, request);
            return audiences.Distinct().ToDictionary(a => a, a => ToBody(composed, request, a, withheld));
        }
        catch (NarrativeException fault)
        {
            // A template and its model do not fit: a fault of ours that must stop this message and no other.
            return audiences.Distinct().ToDictionary(a => a, _ => Unrendered(fault));
        }
    }

    /// <summary>Composes once, so that the first message does not wait a second for the models and templates to load.</summary>
    public static void WarmUp() => Compose(new ComposeRequest
    {
        Event = new Events.PatientUpdated
        {
            SourceMessageId = new("warm-up"),
            Source = new() { Application = "warm-up" },
            Patient = new() { LocalIds = [new("warm-up", "warm-up")] },
            OccurredAt = Events.ClinicalTime.At(DateTimeOffset.UnixEpoch),
        },
        Audience = Audience.Gp,
        ReceivedAt = DateTimeOffset.UnixEpoch,
    });

    private static ComposedBody ToBody(ComposedCase composed, ComposeRequest request, Audience audience, ComposedBody? withheld) =>
        Check(MessageAssembly.ToMessage(composed, audience), MessageAssembly.Title(composed, audience), composed, request) with { ProfessionalsOnly = withheld };

    internal static ComposedBody Check(Bundle bundle, string title, ComposedCase composed, ComposeRequest request)
    {
        var json = composed.Writer.Write(bundle);
        return new ComposedBody
        {
            Json = json,
            Title = title,
            Asks = composed.AskedTasks,
            Issues =
            [
                .. ConformanceCheck.Of(bundle, composed.SharedParts),
                .. ClinicalCheck.Of(composed),
                .. composed.File.PlacesHidden ? PlaceScan.Of(json, request) : [],
            ],
        };
    }

    private static ComposedBody Unrendered(NarrativeException fault) => new()
    {
        Json = ReadOnlyMemory<byte>.Empty,
        Title = "Cannot be rendered",
        Issues = [new ConformanceIssue { Severity = IssueSeverity.Error, Unsendable = true, Rule = "narrative", Location = "Bundle", Text = fault.Message }],
    };
}
