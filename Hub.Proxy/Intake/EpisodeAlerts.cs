using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Store;

namespace Hub.Proxy.Intake;

/// <summary>What our own side must be told of by a person's voice when an event changes an episode, besides the copies that leave.</summary>
internal static class EpisodeAlerts
{
    private static readonly TimeSpan PhoneWithin = TimeSpan.FromHours(1);

    public static IEnumerable<PlannedAttention> For(Applied applied, EpisodeState? before, Guid eventId, Guid personId, DateTimeOffset now)
    {
        var after = applied.After;
        if (applied.Effective is DeathReported)
        {
            // Clinical rule 18. One open entry a person: it is not of one event, so that what repeats the report adds nothing.
            yield return Entry("death-reported", "A death is reported of a person under the crisis team, and nobody has confirmed it. Copies and reminders wait.",
                "A named person confirms the death before follow-ups end. If it is wrong, have the sender remove the notice.", now, personId, null, now);
        }
        else if (after.Death is not null && before?.Death is null)
        {
            yield return Entry("care-after-death-report", "Care goes on or begins for a person whose death is reported and not confirmed. What leaves is held.",
                "Find out at once whether the person is alive; then have the sender remove the notice, or withdraw this message.", now, personId, eventId, now);
        }
        else if (after.Death is null && before?.Death is not null)
        {
            yield return Entry("death-withdrawn", "The report of a death no longer stands: it was removed, or the person was seen after it.",
                "Release the copies that were held because of it, and see that no visit or follow-up was ended.", now, personId, null, now);
        }

        if (applied.Effective is DischargeCancelled && before?.LastTold is not null)
        {
            // Clinical rule 16.
            yield return Entry("withdrawal-phone", "A discharge that others were told of is withdrawn. Paper copies of it that were given out are now wrong.",
                "Ring everyone who was told of the discharge, the person and carers too; say which copies are void and that visits continue. Confirm or release each follow-up.",
                now + PhoneWithin, personId, eventId, now);
        }
    }

    private static PlannedAttention Entry(
        string kind, string reason, string nextStep, DateTimeOffset dueAt, Guid personId, Guid? eventId, DateTimeOffset now) => new()
    {
        AttentionId = Guid.CreateVersion7(now),
        Kind = kind,
        Reason = reason,
        Owner = EpisodeHistory.ShiftLead,
        NextStep = nextStep,
        Urgency = Urgency.Urgent,
        DueAt = dueAt,
        EventId = eventId,
        PersonId = personId,
    };
}
