using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Intake;

/// <summary>The person of one event while it is planned: who it is, what is held of them from now on, and whether anything may leave.</summary>
internal sealed class PersonDraft
{
    private readonly DateTimeOffset now;

    private PersonDraft(KnownPerson known, PatientRef identity, string? unverifiedReason, DateTimeOffset now)
    {
        Known = known;
        Identity = identity;
        UnverifiedReason = unverifiedReason;
        this.now = now;
    }

    public Guid PersonId => Known.PersonId;

    /// <summary>The person as the store has them; version 0 for one not known before.</summary>
    public KnownPerson Known { get; }

    public PatientRef Identity { get; private set; }

    /// <summary>Why what leaves is held: no NHS number, or one that fails its check (clinical rule 4). Null when nothing stops it.</summary>
    public string? UnverifiedReason { get; }

    public static PersonDraft From(PersonJudgement judgement, IReadOnlyList<KnownPerson> persons, DateTimeOffset now) => judgement switch
    {
        Same same when persons.Single(p => p.PersonId == same.PersonId) is { } known =>
            new PersonDraft(known, same.Identity, WasReleased(known, same) ? null : same.UnverifiedReason, now),
        New fresh => new PersonDraft(
            new KnownPerson { PersonId = Guid.CreateVersion7(now), Version = 0, Identity = fresh.Identity }, fresh.Identity, fresh.UnverifiedReason, now),
        _ => throw new InvalidOperationException("A doubtful identity is parked, not drafted."),
    };

    /// <summary>Somebody the hub knows, of whom nothing is to be changed.</summary>
    public static PersonDraft Of(KnownPerson known) => new(known, known.Identity, known.HeldReason, default);

    // Whoever is in doubt is held from the first message on. One that is not held and of whom nothing new is said in that matter was released by a
    // named person: the same cause must not hold them again.
    private static bool WasReleased(KnownPerson known, Same same) =>
        known.HeldReason is null && known.Identity.NhsNumber == same.Identity.NhsNumber && known.Identity.NhsNumberStatus == same.Identity.NhsNumberStatus
        && known.Identity.RejectedNhsNumber == same.Identity.RejectedNhsNumber && known.Identity.LocationHiding == same.Identity.LocationHiding;

    /// <summary>
    /// Takes the person's details from the episode, which knows a stale assertion from a newer one; who the person is stays as judged.
    /// </summary>
    public void TakeDetails(PatientRef details, LocationHiding? said) => Identity = details with
    {
        // Another episode may have heard of the hiding, and this one not: only a message that speaks of it changes it (clinical rule 21).
        LocationHiding = said is null ? Known.Identity.LocationHiding ?? details.LocationHiding : details.LocationHiding,
        NhsNumber = Identity.NhsNumber,
        NhsNumberStatus = Identity.NhsNumberStatus,
        RejectedNhsNumber = Identity.RejectedNhsNumber,
        LocalIds = Identity.LocalIds,
    };

    public PlannedPerson ToPlan() => new()
    {
        PersonId = PersonId,
        ExpectedVersion = Known.Version,
        Identity = Identity,
        Hold = UnverifiedReason ?? (Known.HeldReason is null ? null : ""),
        HidePlacesBecause = Known.Version > 0 && !HoldRules.IsHidden(Known.Identity) && HoldRules.IsHidden(Identity) ? HoldRules.RouteUnconfirmed : null,
    };

    public KnownPerson AfterPlan() => Known with { Version = Known.Version + 1, Identity = Identity, HeldReason = UnverifiedReason };

    /// <summary>The first time a person comes without a usable NHS number, CRT administration has an hour to find it.</summary>
    public PlannedAttention? Attention(Guid eventId) => UnverifiedReason is null || Known.HeldReason == UnverifiedReason ? null : new PlannedAttention
    {
        AttentionId = Guid.CreateVersion7(now),
        Kind = "nhs-number-unverified",
        Reason = UnverifiedReason + " What leaves the hub about this person is held.",
        Owner = "CRT administration",
        NextStep = "Trace the NHS number and correct it in the sending system; its next message releases what is held. No NHS number at all is a legitimate answer.",
        Urgency = Urgency.Urgent,
        DueAt = now.AddHours(1),
        EventId = eventId,
        PersonId = PersonId,
    };
}
