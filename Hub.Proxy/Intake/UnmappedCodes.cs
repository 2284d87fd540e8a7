using System.Collections.Concurrent;
using Hub.Fhir.Events;

namespace Hub.Proxy.Intake;

/// <summary>How many codes of each source stood in no table since the hub started. Such a code is passed on as it is; the count says that a table wants a row.</summary>
internal sealed class UnmappedCodes
{
    private const string Note = "unmapped-code";

    private readonly ConcurrentDictionary<string, long> counts = new(StringComparer.Ordinal);

    public void Count(string sourceId, IReadOnlyList<CareEvent> events)
    {
        // Every event of a message carries the message's notes.
        var found = events.Count == 0 ? 0 : events[0].DataQuality.Count(n => n.Code == Note);
        if (found > 0)
        {
            counts.AddOrUpdate(sourceId, found, (_, before) => before + found);
        }
    }

    public long Of(string sourceId) => counts.GetValueOrDefault(sourceId);
}
