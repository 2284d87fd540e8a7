using Hub.Fhir.Events;

namespace Hub.Proxy.Episodes;

/// <summary>One event being laid over one episode: the state as it grows, what each fact was last asserted by, and what readers should know of the data.</summary>
internal sealed class EpisodeDraft
{
    private const string Unmatched = "unmatched:";

    private readonly Dictionary<string, AssertionOrder> asserted;
    private readonly List<DataQualityNote> notes = [];
    private readonly DateTimeOffset arrivedAt;

    public EpisodeDraft(EpisodeState state, CareEvent careEvent, DateTimeOffset arrivedAt)
    {
        State = state;
        Event = careEvent;
        Effective = careEvent;
        this.arrivedAt = arrivedAt;
        Order = AssertionOrder.Of(careEvent, arrivedAt);
        asserted = new Dictionary<string, AssertionOrder>(state.LastAsserted, StringComparer.Ordinal);
    }

    public EpisodeState State { get; set; }

    /// <summary>The event as it came in.</summary>
    public CareEvent Event { get; }

    /// <summary>The event as others are told of it.</summary>
    public CareEvent Effective { get; set; }

    public AssertionOrder Order { get; }

    /// <summary>True where nothing was heard of the episode before.</summary>
    public bool IsNew { get; init; }

    /// <summary>True where a cancel that matches nothing was remembered.</summary>
    public bool Remembers { get; private set; }

    /// <summary>Why the event's own subject is no news; what it says besides (an address, an allergy) may still be.</summary>
    public string? NothingNew { get; set; }

    public IReadOnlyDictionary<string, AssertionOrder> Asserted => asserted;

    public IReadOnlyList<DataQualityNote> Notes => notes;

    /// <summary>True where something newer stands for the fact; of equals the one that arrives later counts.</summary>
    public bool IsStale(string fact, AssertionOrder? order = null) =>
        asserted.TryGetValue(fact, out var last) && (order ?? Order).CompareTo(last) < 0;

    /// <summary>Lets the assertion in and remembers it; false where a newer one stands (clinical rule 1).</summary>
    public bool Take(string fact, AssertionOrder? order = null)
    {
        if (IsStale(fact, order))
        {
            return false;
        }

        asserted[fact] = order ?? Order;
        return true;
    }

    /// <summary>Remembers a cancel of something that was never heard of, for when that arrives.</summary>
    public void TakeUnmatched(string fact)
    {
        if (Take(fact))
        {
            asserted[Unmatched + fact] = Order;
            Remembers = true;
        }
    }

    /// <summary>
    /// True for what its own cancel overtook: it was recorded before a cancel that matched nothing, or only the order of arrival says otherwise, and
    /// that is no order (clinical rule 1).
    /// </summary>
    public bool IsOvertaken(string fact) =>
        asserted.TryGetValue(Unmatched + fact, out var cancel) && (Order with { ArrivedAt = cancel.ArrivedAt }).CompareTo(cancel) <= 0;

    public AssertionOrder OrderOf(ClinicalTime? recordedAt) => recordedAt is null ? Order : AssertionOrder.Of(Event, recordedAt, arrivedAt);

    /// <summary>Sets one spoken value unless a newer one stands.</summary>
    public void Put<T>(string fact, T? value, Func<EpisodeState, T, EpisodeState> set) where T : class
    {
        if (value is not null && Take(fact))
        {
            State = set(State, value);
        }
    }

    /// <summary>The text must hold no patient data.</summary>
    public void Note(string code, string field, string text) => notes.Add(new DataQualityNote { Code = code, Field = field, Text = text });
}
