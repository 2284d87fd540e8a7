using Hub.Fhir.Events;

namespace Hub.Proxy.Store.Rows;

/// <summary>One episode and the version its state stands at.</summary>
public sealed class EpisodeStateRow
{
    public long Id { get; set; }
    public required string Organisation { get; set; }
    public required string EpisodeOrganisation { get; set; }
    public required string LocalId { get; set; }
    public Guid PersonId { get; set; }
    public long Version { get; set; }
    public EpisodeStatus Status { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}
