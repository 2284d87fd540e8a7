using Hub.Proxy.Routing;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Replays;

/// <summary>What is known of a delivery that somebody wants to have sent again.</summary>
internal sealed record ReplayFacts
{
    public required DeliveryRow Original { get; init; }

    /// <summary>Deliveries that were made from it by earlier replays.</summary>
    public IReadOnlyList<DeliveryRow> EarlierReplays { get; init; } = [];

    /// <summary>What the same recipient was or is to be told later of the same episode.</summary>
    public IReadOnlyList<DeliveryRow> Later { get; init; } = [];

    /// <summary>The delivery that tells it again; null where none does.</summary>
    public DeliveryRow? Carrier { get; init; }
    public required HeldPerson Person { get; init; }

    /// <summary>True where the bytes that were sent are still kept.</summary>
    public bool HasSentBytes { get; init; }

    /// <summary>True where the message it came from is still kept.</summary>
    public bool HasOriginalMessage { get; init; }

    /// <summary>True where a death is reported in its episode now and nobody has confirmed it.</summary>
    public bool DeathReported { get; init; }

    /// <summary>True where the partner is in shadow mode: nothing is sent to it.</summary>
    public bool InShadow { get; init; }
}

/// <summary>What may be done about one delivery; a reason where something may not.</summary>
internal sealed record ReplayJudgement
{
    /// <summary>Why its very bytes may not go again; null where they may.</summary>
    public string? AsSentRefused { get; init; }

    /// <summary>Why it may not be mapped anew; null where it may.</summary>
    public string? RemapRefused { get; init; }

    /// <summary>Who would see something twice; null where nobody would.</summary>
    public string? Duplicate { get; init; }

    /// <summary>True where it must be stamped as a copy when it is mapped anew.</summary>
    public bool Stamped { get; init; }

    /// <summary>True where the recipient knows, or will, of something newer.</summary>
    public bool NewerExists { get; init; }
}

/// <summary>
/// When something may be sent again. Its very bytes only where they were neither accepted nor superseded; else it is rendered today, stamped as a copy
/// (clinical rule 19). What is known of the person now and was not then stops the old bytes (clinical rules 4, 18 and 21). Pure.
/// </summary>
internal static class ReplayRules
{
    public static ReplayJudgement Judge(ReplayFacts facts)
    {
        var original = facts.Original;
        var accepted = original.State == DeliveryState.Delivered || facts.EarlierReplays.Any(r => r.State == DeliveryState.Delivered);
        var newer = facts.Later.Any(d => d.State is not DeliveryState.Unroutable and not DeliveryState.Shadow);
        var both = AlwaysRefused(facts);
        return new ReplayJudgement
        {
            AsSentRefused = both ?? AsSentRefused(facts, accepted, newer),
            RemapRefused = both ?? (facts.HasOriginalMessage ? null : "The message it came from was not kept, or no longer is."),
            Duplicate = accepted ? $"{original.RecipientName} accepted it {At(original, facts)} and will see it a second time."
                : original.Unknowns > 0 || original.State == DeliveryState.Awaited ? $"{original.RecipientName} may have it already: {Math.Max(original.Unknowns, 1)} attempt(s) ended without a clear answer."
                : null,
            Stamped = accepted || newer || original.State == DeliveryState.Superseded,
            NewerExists = newer,
        };
    }

    /// <summary>Why what one practice returned may not go to another; null where it may.</summary>
    public static string? ReaddressRefused(ReplayFacts facts) => facts switch
    {
        { InShadow: true } => "The partner is in shadow mode: nothing is sent to it.",
        { Person.HeldReason: { } held } => $"Everything about this person is held: {held}",
        { DeathReported: true } => "A death is reported of this person and nobody has confirmed it: a named person decides first.",
        { HasOriginalMessage: false } => "The message it came from was not kept, or no longer is.",
        _ => null,
    };

    private static string? AlwaysRefused(ReplayFacts facts) => facts switch
    {
        { InShadow: true } => "The partner is in shadow mode: nothing is sent to it.",
        { Person.HeldReason: { } held } => $"Everything about this person is held: {held}",
        { DeathReported: true } => "A death is reported of this person and nobody has confirmed it: a named person decides first.",
        { Original: { State: DeliveryState.Awaited, SilenceToldAt: null } } => "It was taken and its answer is awaited.",
        { Original: { FinishedAt: null, State: not (DeliveryState.Unroutable or DeliveryState.Awaited) } original } =>
            $"It is still on its way ({original.State.ToString().ToLowerInvariant()}): what waits for a person is let go with hub delivery release.",
        _ => facts.EarlierReplays.Any(r => r.FinishedAt is null) ? "A replay of it is on its way already." : null,
    };

    private static string? AsSentRefused(ReplayFacts facts, bool accepted, bool newer) => facts switch
    {
        _ when accepted => "It was accepted: it can only be mapped anew, and is then stamped as a copy.",
        { Original.State: DeliveryState.Awaited } => "Its answer has not come: hub delivery release sends the very bytes again, where nothing newer has gone.",
        { Original.State: DeliveryState.Unroutable or DeliveryState.Shadow } => "It never left, so that there are no bytes to send again: map it anew.",
        { Original.State: DeliveryState.Superseded } or { Carrier: { State: not DeliveryState.Refused } } => "A later message tells it again: it can only be mapped anew, and is then stamped as a copy.",
        { HasSentBytes: false } => "The bytes that were sent are not kept any more.",
        { Original.ComposeAnew: true } => "Its bytes must not leave again: the person's identity or whereabouts changed.",
        _ when HoldRules.IsHidden(facts.Person.Identity) => "The person's whereabouts are hidden, and the bytes of then may hold places: it can only be mapped anew.",
        _ when facts.Person.Id != facts.Original.OriginalPersonId => "The person's record was merged with another since: it can only be mapped anew.",
        _ when newer && facts.Original.Part == DocumentPart.Shareable => "Something newer of the same episode was sent or waits: it can only be mapped anew, and is then stamped as a copy.",
        _ => null,
    };

    private static string At(DeliveryRow original, ReplayFacts facts) =>
        $"at {(original.State == DeliveryState.Delivered ? original : facts.EarlierReplays.First(r => r.State == DeliveryState.Delivered)).FinishedAt:yyyy-MM-dd HH:mm} UTC";
}
