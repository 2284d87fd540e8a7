using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>
/// What is held of a person's death, by the newest assertion in any of their episodes: a death is reported of a person, and a new visit number must
/// not make it unsaid, nor a contact in one episode leave it standing in another (clinical rule 18).
/// </summary>
internal sealed record DeathStanding(DeathReported? Death, AssertionOrder Order)
{
    private const string Fact = "death";

    /// <summary>Null where no episode ever spoke of a death.</summary>
    public static DeathStanding? Of(IEnumerable<EpisodeState> episodes)
    {
        DeathStanding? newest = null;
        foreach (var episode in episodes)
        {
            if (episode.LastAsserted.TryGetValue(Fact, out var order) && (newest is null || order.CompareTo(newest.Order) > 0))
            {
                newest = new DeathStanding(episode.Death, order);
            }
        }

        return newest;
    }

    /// <summary>The episode with what holds of its person; as it is where it knows as much or more.</summary>
    public EpisodeState LayOver(EpisodeState state)
    {
        if (state.LastAsserted.TryGetValue(Fact, out var own) && own.CompareTo(Order) >= 0)
        {
            return state;
        }

        return state with
        {
            Death = Death,
            Patient = Death is null && state.Death is not null ? state.Patient with { Deceased = false, DeceasedAt = null } : state.Patient,
            LastAsserted = new Dictionary<string, AssertionOrder>(state.LastAsserted, StringComparer.Ordinal) { [Fact] = Order },
        };
    }
}
