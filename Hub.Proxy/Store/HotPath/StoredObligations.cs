using System.Data.Common;
using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Hub.Proxy.Handovers;

namespace Hub.Proxy.Store.HotPath;

/// <summary>Writes obligations. Runs on the writer's thread, in the transaction of what moves them.</summary>
internal sealed class StoredObligations(string organisation)
{
    /// <summary>An obligation with where it belongs.</summary>
    public sealed record Found(Obligation Obligation, Guid PersonId, Guid EventId, long EpisodeId, long EpisodeVersion, string? PartnerId);

    /// <summary>Opens what an event makes owed, closes what its record shows as done, and ends what it withdraws.</summary>
    public void Apply(StoreSession db, PlannedEvent planned, (long Id, long Version) episode, DateTimeOffset now)
    {
        if (planned.Obligations is not { } plan)
        {
            return;
        }

        var deaths = new StoredDeaths(this);
        deaths.Take(db, plan.Death, planned.Person.PersonId, plan.By, now);
        var open = db.All(
            ObligationSql.OpenOfEpisode, row => (Id: row.GetGuid(0), Kind: (ObligationKind)row.GetInt32(1), Fingerprint: row.GetInt64(2)), ("@episode", episode.Id));
        var owed = plan.Owed.Select(o => o.Id).ToHashSet();
        var met = plan.Met.ToDictionary(m => m.Id, m => m.How);
        foreach (var one in open.Where(o => !owed.Contains(o.Id)))
        {
            if (met.TryGetValue(one.Id, out var how))
            {
                Close(db, one.Id, ObligationState.Done, nameof(Complete), plan.By, how, now);
            }
            else if (plan.Withdrawn.Contains(one.Kind) || Duties.OfState.Contains(one.Kind))
            {
                Close(db, one.Id, ObligationState.Cancelled, nameof(Cancel), plan.By, plan.Because ?? "The record no longer asks for it.", now);
            }
        }

        MoveGp(db, planned, plan, episode.Id, now);
        TellBack(db, planned, plan, now);
        var standing = open.ToDictionary(o => o.Id, o => o.Fingerprint);
        var asked = plan.Owed.Where(o => !standing.TryGetValue(o.Id, out var before) || before != o.Fingerprint).ToList();
        var heldSince = asked.Count == 0 ? null : StoredDeaths.HeldSince(db, planned.Person.PersonId);
        foreach (var one in asked)
        {
            Open(db, planned, one, episode, plan, StoredDeaths.IsHeld(one.Kind, plan.Death) ? heldSince : null, now);
        }
    }

    /// <summary>The person is under care again: nothing of the episode before ends by itself, and somebody looks through what is open there.</summary>
    private void TellBack(StoreSession db, PlannedEvent planned, ObligationPlan plan, DateTimeOffset now)
    {
        foreach (var key in plan.BackFrom)
        {
            if (db.First<(long Id, long Open)?>(
                ObligationSql.OpenOfEnded, row => (row.GetInt64(0), row.GetInt64(1)), ("@organisation", key.Organisation.Value), ("@local", key.LocalId)) is not { } ended)
            {
                continue;
            }

            StoredAttention.Write(db, organisation, new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now), Kind = "back-in-care-open", Owner = EpisodeHistory.ShiftLead, Urgency = Urgency.Urgent, DueAt = now.AddHours(4),
                Reason = $"The person is under care again, and {ended.Open} obligation(s) of the episode before are open. Their clocks run on.",
                NextStep = $"Read what is open (hub handover show {ended.Id}), and confirm or release each with whoever was asked.",
                EventId = planned.EventId, PersonId = planned.Person.PersonId,
            }, receivedId: null, now);
        }
    }

    /// <summary>The person has another practice: what is open at the first is shown as the new one's, and the chaser asks it.</summary>
    private void MoveGp(StoreSession db, PlannedEvent planned, ObligationPlan plan, long episodeId, DateTimeOffset now)
    {
        if (plan.GpIsNow is not { } practice)
        {
            return;
        }

        var moved = db.All(
            ObligationSql.MoveGp, row => row.GetGuid(0), ("@episode", episodeId), ("@gp", CareParty.Gp), ("@event", planned.EventId), ("@name", practice),
            ("@proposed", ObligationState.Proposed), ("@yes", true), ("@now", now));
        foreach (var id in moved)
        {
            AddStep(db, id, nameof(Reassign), new Evidence { At = now, Channel = ActChannel.Record, By = plan.By, Note = "The person has another practice." }, ObligationState.Proposed, now, practice);
        }

        if (moved.Count > 0)
        {
            StoredAttention.Write(db, organisation, new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now), Kind = "gp-changed-open", Owner = EpisodeHistory.ShiftLead, Urgency = Urgency.Urgent, DueAt = now.AddHours(4),
                Reason = $"The person has another practice, and {moved.Count} obligation(s) were open at the one before. They are the new practice's now, which has not been asked for them through the hub.",
                NextStep = $"Read what is open (hub handover show {episodeId}), ring the new practice, and write down who accepts each.",
                EventId = planned.EventId, PersonId = planned.Person.PersonId,
            }, receivedId: null, now);
        }
    }

    /// <summary>What a delivery's end means: taken, their system has what was asked; refused, it goes to the front; and what the practice itself says of the person may close what it was to be told.</summary>
    public void AfterAttempt(StoreSession db, OutboundMessage message, Guid eventId, AttemptResult result, DateTimeOffset now)
    {
        var state = result.NextState;
        if (state is not (DeliveryState.Delivered or DeliveryState.Refused))
        {
            return;
        }

        var moved = state == DeliveryState.Delivered
            ? db.All(ObligationSql.Receive, row => row.GetGuid(0), ("@event", eventId), ("@partner", message.PartnerId), ("@now", now), ("@received", ObligationState.Received),
                ("@proposed", ObligationState.Proposed), ("@requested", ObligationState.Requested))
            : db.All(ObligationSql.MakeUrgent, row => row.GetGuid(0), ("@event", eventId), ("@partner", message.PartnerId), ("@now", now), ("@yes", true));
        foreach (var id in moved)
        {
            AddStep(db, id, state == DeliveryState.Delivered ? nameof(Receive) : "Refused", Moved(message.PartnerId, now),
                state == DeliveryState.Delivered ? ObligationState.Received : ObligationState.Requested, now);
        }

        if (result.Outcome is Delivered { KnowsThePerson: true } known)
        {
            CloseInformed(db, message.DeliveryId, eventId, message.PartnerId, known.Answer.SentCode, now);
        }

        if (result.Outcome is Delivered { Referral: { } said } answered)
        {
            Answered(db, eventId, message.PartnerId, said, answered.Answer.SentCode, now);
        }
    }

    /// <summary>The team's own system answered whether it takes the person on. What answers nothing that was asked is for a person to read.</summary>
    private void Answered(StoreSession db, Guid eventId, string partnerId, ReferralAnswer said, string? code, DateTimeOffset now)
    {
        var evidence = new Evidence { At = now, Channel = ActChannel.System, By = partnerId, Note = $"Their system answered ({code}). It named no worker." };
        var heard = false;
        foreach (var id in db.All(ObligationSql.OpenAsked, row => row.GetGuid(0), ("@event", eventId), ("@partner", partnerId), ("@kind", ObligationKind.CmhtAccepts)))
        {
            ObligationAct act = said == ReferralAnswer.Accepted
                ? new Accept { Evidence = evidence, Owner = Find(db, id)?.Obligation.ActorName ?? partnerId }
                : new Decline { Evidence = evidence, Reason = "Their system answered that the referral is rejected, and gave no reason: ring them." };
            heard |= Act(db, id, act, null, ObligationDesk.UsualLead, now) is Acted or AlreadySo;
        }

        if (!heard)
        {
            StoredAttention.Write(db, organisation, new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now), Kind = "referral-answer-unasked", Owner = EpisodeHistory.ShiftLead, Urgency = Urgency.Urgent, DueAt = now.AddHours(1),
                Reason = $"{partnerId} answered that a referral is {(said == ReferralAnswer.Accepted ? "accepted" : "rejected")} ({code}), to a message that is not waiting for that answer from it.",
                NextStep = "Ring them: what do they mean, and do they know who is asked? Nothing was changed by this answer.",
                EventId = eventId, PartnerId = partnerId,
            }, receivedId: null, now);
        }
    }

    /// <summary>"The practice matched the patient" closes that it is informed, and only where the message asks nothing of it (clinical rule 13).</summary>
    private void CloseInformed(StoreSession db, Guid deliveryId, Guid eventId, string partnerId, string? code, DateTimeOffset now)
    {
        if (db.Scalar(ObligationSql.AsksMore, ("@id", deliveryId), ("@event", eventId), ("@partner", partnerId), ("@informed", ObligationKind.GpInformed)) is not null)
        {
            return;
        }

        foreach (var id in db.All(ObligationSql.OpenAsked, row => row.GetGuid(0), ("@event", eventId), ("@partner", partnerId), ("@kind", ObligationKind.GpInformed)))
        {
            Act(db, id, new Complete { Evidence = new Evidence { At = now, Channel = ActChannel.System, By = partnerId, Note = $"The practice knows the person ({code})." } }, null,
                at => (at, ""), now);
        }
    }

    /// <summary>Does what a person or a system decided; null where there is no such obligation.</summary>
    /// <param name="oneLead">By when one lead is to be agreed where two have accepted.</param>
    public ActResult? Act(StoreSession db, Guid id, ObligationAct act, long? expectedVersion, Func<DateTimeOffset, (DateTimeOffset Due, string Chaser)> oneLead, DateTimeOffset now)
    {
        if (Find(db, id) is not { } found)
        {
            return null;
        }

        if (expectedVersion is { } expected && expected != found.Obligation.Version)
        {
            return new NotPossible($"It has changed meanwhile: it stands at version {found.Obligation.Version}.") { IsStale = true };
        }

        var result = ObligationMachine.Apply(found.Obligation, act);
        if (result is Acted acted)
        {
            Update(db, acted.Obligation, elsewhere: act is Reassign, now);
            AddStep(db, id, act.Name, act.Evidence, acted.Obligation.State, now, Words(act));
            db.Audited.Add(new(AuditKind.Act, act.Evidence.By, $"obligation/{id}") { Result = act.Name });
            if (act is Accept or AcceptForAssessmentOnly or AskMore or Decline or Complete)
            {
                StoredResponsePosts.AskStatus(db, id, now);
            }

            After(db, found, acted.Obligation, act, oneLead, now);
        }

        return result;
    }

    /// <summary>Tells the next rung for each obligation whose clock has run out; how many there were.</summary>
    public int Tell(StoreSession db, Func<Obligation, DateTimeOffset, Escalation> escalate, int max, DateTimeOffset now)
    {
        var due = db.All(ObligationSql.Overdue, Read, ("@now", now), ("@max", max));
        foreach (var found in due)
        {
            var told = escalate(found.Obligation, now);
            db.Execute(ObligationSql.Told, ("@id", found.Obligation.Id), ("@rungs", found.Obligation.RungsTold + 1), ("@next", told.NextAt), ("@now", now));
            if (found.Obligation.RungsTold == 0)
            {
                StoredResponsePosts.AskStatus(db, found.Obligation.Id, now); // that it is late is said once; who was told since is our side's
            }

            AddStep(db, found.Obligation.Id, "Told", new Evidence { At = now, Channel = ActChannel.Hub, By = told.Owner }, found.Obligation.State, now);
            StoredAttention.Write(db, organisation, new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(now), Kind = told.Kind, Reason = told.Reason, Owner = told.Owner, NextStep = told.NextStep, Urgency = Urgency.Urgent,
                DueAt = found.Obligation.DueAt, EventId = found.EventId, PersonId = found.PersonId, PartnerId = found.PartnerId, ObligationId = found.Obligation.Id,
            }, receivedId: null, now);
        }

        return due.Count;
    }

    public static Found? Find(StoreSession db, Guid id) => db.First(ObligationSql.Find, Read, ("@id", id));

    public static Found? FindByTask(StoreSession db, Guid taskId) => db.First(ObligationSql.FindByTask, Read, ("@task", taskId));

    private void Open(StoreSession db, PlannedEvent planned, PlannedObligation one, (long Id, long Version) episode, ObligationPlan plan, DateTimeOffset? held, DateTimeOffset now)
    {
        var state = one.PartnerId is null ? ObligationState.Proposed : ObligationState.Requested;
        var version = db.Number(
            ObligationSql.Open,
            ("@id", one.Id), ("@org", organisation), ("@person", planned.Person.PersonId), ("@episode", episode.Id), ("@episodeVersion", episode.Version),
            ("@event", planned.EventId), ("@kind", one.Kind), ("@subject", one.Subject), ("@actor", one.Actor), ("@actorName", one.ActorName),
            ("@chaser", one.Chaser), ("@partner", one.PartnerId), ("@task", one.TaskId), ("@state", state), ("@starts", one.StartsAt), ("@due", one.DueAt),
            ("@clock", one.Clock), ("@urgent", one.Urgent), ("@never", one.NeverPaused), ("@next", held is null ? one.DueAt : null), ("@held", held),
            ("@heldClock", held is null ? null : one.DueAt), ("@fingerprint", one.Fingerprint), ("@now", now), ("@waived", ObligationState.Waived),
            ("@rejected", ObligationState.Rejected), ("@cancelled", ObligationState.Cancelled));
        if (version is not null)
        {
            AddStep(db, one.Id, version == 1 ? "Open" : "AskAnew", new Evidence { At = now, Channel = ActChannel.Record, By = plan.By }, state, now);
        }
    }

    internal void Close(StoreSession db, Guid id, ObligationState state, string act, string by, string how, DateTimeOffset now)
    {
        if (db.Number(ObligationSql.Close, ("@id", id), ("@state", state), ("@now", now)) is not null)
        {
            AddStep(db, id, act, new Evidence { At = now, Channel = ActChannel.Record, By = by, Note = how }, state, now);
            db.Execute(ObligationSql.CloseAttention, ("@id", id), ("@now", now), ("@by", by), ("@note", state.ToString()));
        }
    }

    // Asked of another now: a late answer of the first partner's system is none to this, nor may it act on it (clinical rule 2, journey 2).
    private static void Update(StoreSession db, Obligation to, bool elsewhere, DateTimeOffset now) => db.Execute(
        ObligationSql.Update,
        ("@id", to.Id), ("@state", to.State), ("@owner", to.Owner), ("@toldBy", to.OwnerToldBy), ("@actorName", to.ActorName), ("@urgent", to.Urgent),
        ("@elsewhere", elsewhere), ("@rungs", to.RungsTold), ("@clock", to.HeldSince is null ? to.NextClockAt : null), ("@held", to.HeldSince),
        ("@heldClock", to.HeldSince is null ? null : to.NextClockAt), ("@version", to.Version), ("@now", now), ("@closed", to.IsOpen ? null : now));

    private void After(
        StoreSession db, Found found, Obligation now, ObligationAct act, Func<DateTimeOffset, (DateTimeOffset Due, string Chaser)> oneLead, DateTimeOffset at)
    {
        if (!now.IsOpen || act is Accept or Quieten)
        {
            db.Execute(ObligationSql.CloseAttention, ("@id", now.Id), ("@now", at), ("@by", act.Evidence.By), ("@note", act.Name));
        }

        if (act is Decline)
        {
            // The reason goes back to who asked, and an alternative is asked for: at once, and not at the deadline.
            StoredAttention.Write(db, organisation, new PlannedAttention
            {
                AttentionId = Guid.CreateVersion7(at), Kind = "declined", Owner = now.Chaser, Urgency = Urgency.Urgent, DueAt = at.AddHours(1),
                Reason = $"{found.Obligation.ActorName ?? found.Obligation.Actor.ToString()} declined what was asked ({ObligationWords.Name(now.Kind)}). It is back with the team that asked.",
                NextStep = $"Read the reason (hub handover show {now.Id}), then ask another: hub handover reassign, or waive it with a reason.",
                EventId = found.EventId, PersonId = found.PersonId, PartnerId = found.PartnerId, ObligationId = now.Id,
            }, receivedId: null, at);
        }

        if (now.Kind == ObligationKind.DeathConfirmed && (act is Complete or Decline))
        {
            new StoredDeaths(this).Answer(db, found.PersonId, isSo: act is Complete, act.Evidence, at);
        }

        if (act is Accept && now.Kind == ObligationKind.CmhtAccepts)
        {
            AgreeOneLead(db, found, oneLead(at), act.Evidence, at);
            foreach (var gap in db.All(ObligationSql.OpenOfKind, row => row.GetGuid(0), ("@episode", found.EpisodeId), ("@kind", ObligationKind.GapConfirmed)))
            {
                Close(db, gap, ObligationState.Done, nameof(Complete), act.Evidence.By, "A team has accepted: the gap is over.", at);
            }
        }
    }

    /// <summary>Two have accepted: both are shown, and one lead is to be agreed (clinical rule 14).</summary>
    private void AgreeOneLead(StoreSession db, Found found, (DateTimeOffset Due, string Chaser) rule, Evidence evidence, DateTimeOffset now)
    {
        if (db.Scalar(
            ObligationSql.OtherAcceptance, ("@episode", found.EpisodeId), ("@kind", ObligationKind.CmhtAccepts), ("@id", found.Obligation.Id),
            ("@accepted", ObligationState.Accepted), ("@inProgress", ObligationState.InProgress), ("@done", ObligationState.Done)) is null)
        {
            return;
        }

        var id = Hub.Fhir.Resources.DerivedGuid.Create(Hub.Fhir.Resources.DerivedGuid.UrlNamespace, "agree-one-lead", found.EpisodeId.ToString(System.Globalization.CultureInfo.InvariantCulture), found.Obligation.Id.ToString("D"));
        db.Number(
            ObligationSql.Open,
            ("@id", id), ("@org", organisation), ("@person", found.PersonId), ("@episode", found.EpisodeId), ("@episodeVersion", found.EpisodeVersion),
            ("@event", found.EventId), ("@kind", ObligationKind.AgreeOneLead), ("@subject", found.Obligation.Subject), ("@actor", CareParty.Crt), ("@actorName", null),
            ("@chaser", rule.Chaser), ("@partner", null), ("@task", null), ("@state", ObligationState.Proposed), ("@starts", now), ("@due", rule.Due),
            ("@clock", "one-lead"), ("@urgent", true), ("@never", false), ("@next", rule.Due), ("@held", null), ("@heldClock", null), ("@fingerprint", 1L), ("@now", now), ("@waived", ObligationState.Waived),
            ("@rejected", ObligationState.Rejected), ("@cancelled", ObligationState.Cancelled));
        AddStep(db, id, "Open", evidence with { Channel = ActChannel.Hub, Note = null }, ObligationState.Proposed, now);
    }

    private static Evidence Moved(string partnerId, DateTimeOffset now) => new() { At = now, Channel = ActChannel.Transport, By = partnerId };

    internal void AddStep(StoreSession db, Guid id, string act, Evidence evidence, ObligationState state, DateTimeOffset now, string? words = null)
    {
        var note = words is null && evidence is { Note: null, Call: null } ? null : JsonSerializer.SerializeToUtf8Bytes(new StepNote(words, evidence.Note, evidence.Call));
        db.Execute(
            ObligationSql.AddStep,
            ("@org", organisation), ("@id", id), ("@at", evidence.At), ("@act", act), ("@channel", evidence.Channel), ("@by", evidence.By), ("@role", evidence.Role),
            ("@state", state), ("@note", note is null ? null : StoredPayloads.Keep(db, organisation, PreparedPayload.Of(note, db.Keys), now)));
    }

    private static string? Words(ObligationAct act) => act switch
    {
        AskMore ask => ask.Question,
        Decline decline => decline.Reason,
        Waive waive => waive.Why,
        Cancel cancel => cancel.Why,
        Reassign reassign => reassign.To,
        _ => null,
    };

    private static Found Read(DbDataReader row) => new(
        new Obligation
        {
            Id = row.GetGuid(0),
            Kind = (ObligationKind)row.GetInt32(1),
            Subject = row.GetString(2),
            Actor = (CareParty)row.GetInt32(3),
            ActorName = row.Text(4),
            Chaser = row.GetString(5),
            State = (ObligationState)row.GetInt32(6),
            Owner = row.Text(7),
            OwnerToldBy = (ActChannel?)row.Number(8),
            StartsAt = row.Time(9),
            DueAt = row.IsDBNull(10) ? null : row.Time(10),
            Clock = row.Text(11),
            Urgent = row.GetBoolean(12),
            RungsTold = row.GetInt32(13),
            NextClockAt = !row.IsDBNull(22) ? row.Time(22) : row.IsDBNull(14) ? null : row.Time(14),
            Version = row.GetInt64(15),
            HeldSince = row.IsDBNull(21) ? null : row.Time(21),
            NeverPaused = row.GetBoolean(23),
        },
        row.GetGuid(16), row.GetGuid(17), row.GetInt64(18), row.GetInt64(19), row.Text(20));
}
