using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>What one event does to what the hub holds of an episode.</summary>
internal abstract record EpisodeStep
{
    private protected EpisodeStep() { }
}

/// <summary>The episode moves on, and others are told of <see cref="Effective"/>, which may say less or other than what came in.</summary>
internal sealed record Applied(EpisodeState After, CareEvent Effective) : EpisodeStep;

/// <summary>Nothing new is said, so nothing leaves.</summary>
internal sealed record NoChange(string Why) : EpisodeStep
{
    /// <summary>
    /// The same facts, asserted again: differs from what is held only in when each was last asserted, so that an older message cannot overwrite
    /// what was just confirmed. May be stored without telling anybody; null where nothing is to be remembered.
    /// </summary>
    public EpisodeState? Remember { get; init; }
}

/// <summary>It cannot be ordered or matched: nothing is applied, and a person decides. No text holds patient data.</summary>
internal sealed record HeldForPerson(string Kind, string Reason, string NextStep, string Owner) : EpisodeStep
{
    /// <summary>
    /// What is held with the cancel's place in the order, where a cancel came before what it cancels: the older message must not be taken for live when
    /// it arrives (clinical rule 1). Stored without telling anybody; null where nothing is to be remembered.
    /// </summary>
    public EpisodeState? Remember { get; init; }
}
