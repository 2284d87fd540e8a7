using System.Diagnostics;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.Http;

/// <summary>Writes <c>traceparent</c> of the message's own trace and nothing else: no baggage, no state of a caller's, no header that the adapter did not mean.</summary>
internal sealed class TraceHeader : DistributedContextPropagator
{
    private const string Name = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [Name];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        // The client's own activity is exported nowhere: the recipient hangs its spans below the step that called.
        while (activity is { Source.Name: not (HubSteps.SourceName or MessageTrace.SourceName) })
        {
            activity = activity.Parent;
        }

        if (activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
        {
            setter?.Invoke(carrier, Name, id);
        }
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) => (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
