using Hub.Fhir.Narratives;

namespace Hub.Proxy.Handovers.Senders;

/// <summary>A handover as its sender reads it. Pure.</summary>
internal static class SenderWords
{
    /// <param name="view">The handover with all its copies and obligations.</param>
    /// <param name="own">The events of it that this sender reported: what others reported is theirs.</param>
    /// <param name="known">Of the later handovers of the person, those of which this sender reported something.</param>
    /// <param name="now">When it is asked.</param>
    public static SenderHandover Of(HandoverView view, IReadOnlySet<Guid> own, IReadOnlySet<long> known, DateTimeOffset now)
    {
        var owed = view.Obligations.Where(o => own.Contains(o.Entry.EventId)).ToList();
        return new SenderHandover
        {
            Handover = view.EpisodeId,
            Organisation = view.Organisation,
            Episode = view.LocalId,
            Status = System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(view.Status.ToString()),
            Holder = [.. view.BackInCareAs.Select(id => HandoverStatus.BackInCare(known.Contains(id) ? id : null)), .. view.Holder.Skip(view.BackInCareAs.Count)],
            Checks = view.Checks,
            Recipients =
            [
                .. view.Copies.Where(c => own.Contains(c.EventId)).GroupBy(c => c.PartnerId ?? c.Recipient)
                    .Select(g => new RecipientLine(g.Last().Recipient, string.Join(" ", Taken(owed, g.Key).Append(g.Last().Line)))),
            ],
            Owed = [.. owed.Select(o => Owed(o, now)).OrderBy(o => !o.IsOpen)],
        };
    }

    /// <summary>Where one obligation stands, with when, as the sender reads it.</summary>
    public static OwedLine Owed(ObligationView view, DateTimeOffset now)
    {
        var one = view.Entry.Obligation;
        var asked = one.ActorName ?? Wording.Party(one.Actor);
        return new OwedLine
        {
            Id = one.Id,
            Kind = ObligationWords.Name(one.Kind),
            Subject = one.Subject,
            AskedOf = asked,
            State = System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(one.State.ToString()),
            Line = $"{asked}: {ObligationWords.State(one)}{At(view)}{(one.IsOverdue(now) ? $"; overdue since {Words.London(one.DueAt!.Value)}" : one is { IsOpen: true, IsAnswered: false, DueAt: { } due } ? $"; due {Words.London(due)}" : "")}.",
            IsOpen = one is { IsOpen: true, IsAnswered: false },
            IsOverdue = one.IsOverdue(now),
            DueAt = one.DueAt,
            Chaser = one.Chaser,
            Reason = one.State == ObligationState.Rejected ? view.Steps.LastOrDefault(s => s.Act == nameof(Decline))?.Note?.Words : null,
            Question = view.Steps.LastOrDefault(s => s.Act is nameof(AskMore) or nameof(Accept) or nameof(AcceptForAssessmentOnly) or nameof(Decline) or nameof(Complete) or nameof(Waive) or nameof(Cancel) or nameof(Reassign))
                is { Act: nameof(AskMore) } step ? step.Note?.Words : null,
            Version = one.Version,
        };
    }

    /// <summary>Who at this recipient has taken the person on, or declined: said by somebody, and when.</summary>
    private static IEnumerable<string> Taken(IEnumerable<ObligationView> owed, string partner) => owed
        .Where(o => o.Entry.PartnerId == partner && o.Entry.Obligation is { Kind: ObligationKind.CmhtAccepts, State: ObligationState.Accepted or ObligationState.InProgress or ObligationState.Done or ObligationState.Rejected })
        .Select(o => $"{o.Entry.Obligation.ActorName ?? Wording.Party(o.Entry.Obligation.Actor)}: {ObligationWords.State(o.Entry.Obligation)}{At(o)}.");

    private static string At(ObligationView view) =>
        view.Steps.LastOrDefault(s => s.State == view.Entry.Obligation.State && s.Channel is not (ActChannel.Hub or ActChannel.Transport) && s.Act is not ("Open" or "AskAnew" or nameof(Remark) or nameof(AskMore))) is { } step
            ? $" at {Words.London(step.At)}" : "";
}
