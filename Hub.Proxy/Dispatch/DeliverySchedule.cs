using Hub.Adapters.Contract;
using Hub.Proxy.Acknowledgements;
using Hub.Proxy.Store;

namespace Hub.Proxy.Dispatch;

/// <summary>
/// What follows from an outcome: done, again at a time, or a person. Pure but for its random source; it never ends a delivery that was
/// not answered without an entry on the operator's list.
/// </summary>
internal sealed class DeliverySchedule(DispatchOptions options, Func<double> random)
{
    public AttemptResult Next(DeliveryOutcome outcome, StartedAttempt attempt, PartnerFile partner, DateTimeOffset startedAt, DateTimeOffset endedAt)
    {
        var result = new AttemptResult { Outcome = outcome, StartedAt = startedAt, EndedAt = endedAt, NextState = DeliveryState.Delivered, Contradiction = Contradiction(outcome, attempt, partner, endedAt) };
        return outcome switch
        {
            Delivered { SaysDeceased: true } => Deceased(result, attempt, partner),
            Delivered => result,
            Awaited awaited => result with
            {
                NextState = DeliveryState.Awaited,
                WaitingBecause = $"{partner.Name} has taken it and answers later; silence is expected until {endedAt + awaited.Within:yyyy-MM-dd HH:mm} UTC.",
            },
            Rejected { NotOurPatient: true } => NotTheirs(result, attempt, partner),
            Rejected => Refused(result, attempt, partner),
            PartnerRefusesUs refusal => PartnerHeld(result, partner, refusal),
            Unavailable { NotTried: true } untried => Untried(result, partner, untried),
            Unavailable unavailable => Later(result, attempt, partner, unavailable),
            Unknown when partner.WhenUnknown == UnknownPolicy.Ask => Asked(result, attempt, partner, "its file says that a person asks before anything is sent again"),
            Unknown when attempt.Unknowns + 1 > options.MostResends => Asked(result, attempt, partner, $"it was sent {attempt.Unknowns + 1} times without an answer that is ours"),
            Unknown => result with
            {
                NextState = DeliveryState.Unknown,
                NextDueAt = endedAt + BackOff(attempt.Failures),
                WaitingBecause = $"It was sent and nobody can tell whether {partner.Name} took it; the same message goes again.",
            },
            _ => throw new InvalidOperationException($"{outcome.Name} has no schedule."),
        };
    }

    private static PlannedAttention? Contradiction(DeliveryOutcome outcome, StartedAttempt attempt, PartnerFile partner, DateTimeOffset at) =>
        outcome is Delivered or Rejected ? AnswerEntries.Contradiction(partner, attempt.Message.DeliveryId, at) : null;

    /// <summary>The wait after so many failures in a row and one more: doubling up to the ceiling, the upper half of it by chance so that lanes do not march in step.</summary>
    internal TimeSpan BackOff(int earlierFailures)
    {
        var full = Math.Min(options.BackOffBase.TotalMilliseconds * Math.Pow(2, Math.Min(earlierFailures, 40)), options.BackOffCeiling.TotalMilliseconds);
        return TimeSpan.FromMilliseconds((full / 2) + (random() * full / 2));
    }

    /// <summary>How long a partner that asked to be left alone is left alone.</summary>
    internal TimeSpan Obeyed(TimeSpan asked) => Spread(asked < options.RetryAfterCeiling ? asked : options.RetryAfterCeiling);

    /// <summary>Never sooner than asked, and up to a tenth later, so that lanes that were told one time do not all come at it.</summary>
    private TimeSpan Spread(TimeSpan asked) => asked + (asked * random() / 10);

    // The partner was not called: no failure, and nothing to add to what the operator knows of it.
    private AttemptResult Untried(AttemptResult result, PartnerFile partner, Unavailable untried) => result with
    {
        NextState = DeliveryState.Waiting,
        NextDueAt = result.EndedAt + Spread(untried.RetryAfter is { } left && left > options.BackOffBase ? left : options.BackOffBase),
        WaitingBecause = $"The last attempts at {partner.Name} failed; it is left alone until its next trial.",
    };

    private AttemptResult Later(AttemptResult result, StartedAttempt attempt, PartnerFile partner, Unavailable unavailable)
    {
        var wait = BackOff(attempt.Failures);
        if (unavailable.RetryAfter is { } asked && asked > wait)
        {
            wait = Obeyed(asked);
        }

        var failures = attempt.Failures + 1;
        return result with
        {
            NextState = DeliveryState.Waiting,
            NextDueAt = result.EndedAt + wait,
            WaitingBecause = unavailable.NothingSent ? $"{partner.Name} cannot be reached: {unavailable.Reason}." : $"{partner.Name} asked to come back later.",
            Attention = failures % options.FailuresUntilAttention != 0 ? null : new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(result.EndedAt),
                Kind = "partner-unavailable",
                Reason = $"{partner.Name} has not taken a message in {failures} tries in a row. The hub goes on trying.",
                Owner = "Hub operator",
                NextStep = $"Ring {partner.SupportContact ?? partner.Name}; tell urgent content by phone meanwhile.",
                Urgency = Urgency.Urgent,
                PartnerId = partner.Id,
            },
        };
    }

    private static AttemptResult Refused(AttemptResult result, StartedAttempt attempt, PartnerFile partner) => result with
    {
        NextState = DeliveryState.Refused,
        WaitingBecause = $"{partner.Name} refused it; sending the same again cannot help.",
        Attention = new PlannedAttention
        {
            AttentionId = Guid.CreateVersion7(result.EndedAt),
            Kind = "refused",
            Reason = $"{partner.Name} read a message and refused it. What it said has not arrived.",
            Owner = "Hub operator, with the sending team",
            NextStep = $"Read the refusal at the delivery, put its cause right, and tell {partner.SupportContact ?? partner.Name} by phone what the message said.",
            Urgency = Urgency.Urgent,
            DueAt = result.EndedAt.AddHours(1),
            DeliveryId = attempt.Message.DeliveryId,
            PartnerId = partner.Id,
        },
    };

    // Clinical rules 2 and 17: the lane stops, with a person and a clock, and nothing more about this person goes there by itself.
    private static AttemptResult NotTheirs(AttemptResult result, StartedAttempt attempt, PartnerFile partner) => result with
    {
        NextState = DeliveryState.Refused,
        Returned = true,
        WaitingBecause = $"Returned: {partner.Name} says that the person is not registered with it.",
        HoldLane = $"{partner.Name} says that the person is not registered with it: nothing more goes there until a person has decided.",
        Attention = new PlannedAttention
        {
            AttentionId = Guid.CreateVersion7(result.EndedAt),
            Kind = "not-our-patient",
            Reason = $"{partner.Name} read a message and says that the person is not registered with it ({(result.Outcome as Rejected)?.Code}).",
            Owner = "CRT administration",
            NextStep = "Trace the person anew and confirm the practice: hub delivery readdress sends it there as a new message. Is the person theirs after all: hub delivery release. "
                + $"Ask {partner.SupportContact ?? partner.Name} to delete what it got, and log the incident.",
            Urgency = Urgency.Urgent,
            DueAt = result.EndedAt.AddHours(1),
            DeliveryId = attempt.Message.DeliveryId,
            PartnerId = partner.Id,
        },
    };

    // Clinical rules 13 and 18: their system has it, and yet it closes nothing. Somebody rings and checks the identity before more goes there.
    private static AttemptResult Deceased(AttemptResult result, StartedAttempt attempt, PartnerFile partner) => result with
    {
        HoldLane = $"{partner.Name} has the person as recently deceased: nothing more goes there until somebody has rung and checked who it is.",
        Attention = new PlannedAttention
        {
            AttentionId = Guid.CreateVersion7(result.EndedAt),
            Kind = "known-deceased",
            Reason = $"{partner.Name} has a message and answers that the person is known there and recently deceased (30004). Nothing is closed by that.",
            Owner = "CRT shift lead",
            NextStep = $"Ring {partner.SupportContact ?? partner.Name} now and check that both mean the same person. If it is so, have the death reported by the record system; if not, have the practice "
                + "corrected. Then let the lane go on: hub delivery release.",
            Urgency = Urgency.Urgent,
            DueAt = result.EndedAt.AddHours(1),
            DeliveryId = attempt.Message.DeliveryId,
            PartnerId = partner.Id,
        },
    };

    private static AttemptResult PartnerHeld(AttemptResult result, PartnerFile partner, PartnerRefusesUs refusal) => result with
    {
        NextState = DeliveryState.Waiting,
        NextDueAt = result.EndedAt, // due as soon as the partner is released
        WaitingBecause = $"{partner.Name} refuses the hub as a whole and is held.",
        HoldPartner = refusal.Reason,
        Attention = new PlannedAttention
        {
            AttentionId = Guid.CreateVersion7(result.EndedAt),
            Kind = "partner-refuses-us",
            Reason = $"{partner.Name} refuses the hub: {refusal.Reason}. Nothing is sent to it until it is released.",
            Owner = "Integration engineer",
            NextStep = "Correct address, certificate or credentials in the partner file, then release the partner.",
            Urgency = Urgency.Urgent,
            DueAt = result.EndedAt.AddHours(1),
            PartnerId = partner.Id,
        },
    };

    // Unknown is never superseded and never passed: its lane waits until a person has asked.
    private static AttemptResult Asked(AttemptResult result, StartedAttempt attempt, PartnerFile partner, string why) => result with
    {
        NextState = DeliveryState.Unknown,
        WaitingBecause = $"It was sent and nobody can tell whether {partner.Name} took it; a person asks.",
        HoldLane = $"A message to {partner.Name} has an unknown outcome: a person asks before the lane goes on.",
        Attention = new PlannedAttention
        {
            AttentionId = Guid.CreateVersion7(result.EndedAt),
            Kind = "unknown-outcome",
            Reason = $"Nobody can tell whether {partner.Name} took a message: {why}.",
            Owner = "Hub operator",
            NextStep = $"Ask {partner.SupportContact ?? partner.Name} whether message {attempt.Message.ProtocolMessageId} arrived, then mark it delivered or send it again.",
            Urgency = Urgency.Urgent,
            DueAt = result.EndedAt.AddMinutes(30),
            DeliveryId = attempt.Message.DeliveryId,
            PartnerId = partner.Id,
        },
    };
}
