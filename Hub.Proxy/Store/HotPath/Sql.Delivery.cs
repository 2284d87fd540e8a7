namespace Hub.Proxy.Store.HotPath;

/// <summary>Lanes and attempts.</summary>
internal static partial class Sql
{
    // Lanes --------------------------------------------------------------------------------------------------------------------------------

    public const string InsertLane = """
        INSERT INTO lane (organisation, partner_id, person_id, next_seq, urgency) VALUES (@org, @partner, @person, 1, 1)
        ON CONFLICT (partner_id, person_id) DO NOTHING
        """;

    public const string FindLane = "SELECT id FROM lane WHERE partner_id = @partner AND person_id = @person";

    public const string TakeSequence = "UPDATE lane SET next_seq = next_seq + 1 WHERE id = @lane RETURNING next_seq - 1";

    /// <summary>
    /// What goes next in lane <c>l</c>: the lowest unfinished delivery, if it is not held. A withdrawal, merge, identity or location-hiding change goes past
    /// what is held and has never left, and past what waits behind that: nobody may learn late that something is untrue because something else is unclear.
    /// What was taken and is to be answered later holds up nothing.
    /// </summary>
    private const string IsNext = """
        d.lane_id = l.id AND d.finished_at IS NULL AND d.state NOT IN (5, 9) AND NOT EXISTS (
          SELECT 1 FROM delivery b WHERE b.lane_id = d.lane_id AND b.seq < d.seq AND b.finished_at IS NULL AND b.state <> 9
            AND NOT (d.stops_lane AND NOT b.stops_lane AND b.frozen_payload_id IS NULL))
        """;

    /// <summary>When lane <c>l</c> is due.</summary>
    private const string Due = """
        CASE WHEN EXISTS (SELECT 1 FROM person p WHERE p.id = l.person_id AND p.held_reason IS NOT NULL) THEN NULL
          ELSE (SELECT d.next_attempt_at FROM delivery d WHERE 
        """ + IsNext + " ORDER BY d.seq LIMIT 1) END";

    private const string Urgency = "coalesce((SELECT min(d.urgency) FROM delivery d WHERE d.lane_id = l.id AND d.finished_at IS NULL AND d.state <> 9), 1)";

    private const string Settle = "UPDATE lane AS l SET head_due_at = " + Due + ", urgency = " + Urgency;

    /// <summary>With the end of an attempt: kept for another span where more is due and nothing stops it, else given back.</summary>
    public const string SettleAndPassOn = """
        UPDATE lane SET head_due_at = s.due, urgency = s.urgency,
          leased_until = CASE WHEN @stopped OR s.due IS NULL OR s.due > @now THEN NULL ELSE @until END,
          lease_token = CASE WHEN @stopped OR s.due IS NULL OR s.due > @now THEN NULL ELSE lease_token END
        FROM (SELECT l.id, 
        """ + Due + " AS due, " + Urgency + " AS urgency FROM lane l WHERE l.id = @lane) s WHERE lane.id = s.id";

    /// <summary>Only what goes next says when a lane is due; where everything waits for a person, or the person is held, it is not due at all.</summary>
    public const string SettleLane = Settle + " WHERE l.id = @lane RETURNING head_due_at";

    public const string SettleLanesOfPartner = Settle + " WHERE l.partner_id = @partner AND EXISTS (SELECT 1 FROM delivery u WHERE u.lane_id = l.id AND u.finished_at IS NULL)";

    /// <summary>Within an episode: never left, and neither a withdrawal nor the like, which stand for themselves.</summary>
    private const string Gathers = """
        SELECT n.id FROM delivery n JOIN event ne ON ne.id = n.event_id
        WHERE n.lane_id = delivery.lane_id AND n.seq > delivery.seq AND n.finished_at IS NULL AND n.state = 0 AND n.frozen_payload_id IS NULL AND n.part = 0 AND NOT n.stops_lane
          AND ne.episode_id = (SELECT e.episode_id FROM event e WHERE e.id = delivery.event_id)
          AND NOT EXISTS (SELECT 1 FROM delivery b WHERE b.lane_id = n.lane_id AND b.seq > delivery.seq AND b.seq < n.seq AND b.finished_at IS NULL
            AND (b.stops_lane OR b.state <> 0 OR b.frozen_payload_id IS NOT NULL))
        """;

    /// <summary>Each lane of a partner to its newest, which tells the others' changes when it is bound (clinical rule 19). What is Unknown, held or begun stays, and so does what is before it.</summary>
    public const string CollapseLanesOfPartner = """
        UPDATE delivery SET state = 7, finished_at = @now, next_attempt_at = NULL, waiting_because = NULL, carried_by = (
        """ + Gathers + """
         ORDER BY n.seq DESC LIMIT 1)
        WHERE lane_id IN (SELECT id FROM lane WHERE partner_id = @partner) AND finished_at IS NULL AND state = 0 AND frozen_payload_id IS NULL AND part = 0
          AND NOT stops_lane AND EXISTS (
        """ + Gathers + ") RETURNING id";

    public const string CarriersAreAsUrgent = """
        UPDATE delivery SET urgency = 0 WHERE lane_id IN (SELECT id FROM lane WHERE partner_id = @partner) AND finished_at IS NULL AND urgency = 1
          AND EXISTS (SELECT 1 FROM delivery c WHERE c.carried_by = delivery.id AND c.urgency = 0)
        """;

    /// <summary>What was held, has never left, and is withdrawn by the delivery that comes now in the same lane and episode.</summary>
    public const string CancelWithdrawn = """
        UPDATE delivery SET state = 7, finished_at = @now, next_attempt_at = NULL, waiting_because = @because
        WHERE lane_id = @lane AND seq < @seq AND finished_at IS NULL AND state = 5 AND frozen_payload_id IS NULL AND event_id IN (
          SELECT e.id FROM event e JOIN event w ON w.id = @event WHERE e.episode_id = w.episode_id AND e.type = @type) RETURNING id
        """;

    public const string Claim = """
        UPDATE lane SET leased_until = @until, lease_token = @token WHERE id IN /*+postgres (SELECT unnest(ARRAY */ (
          SELECT l.id FROM lane l
          WHERE l.partner_id = @partner AND l.head_due_at <= @now AND l.held_reason IS NULL AND (l.leased_until IS NULL OR l.leased_until < @now)
            AND NOT EXISTS (SELECT 1 FROM partner_state s WHERE s.partner_id = l.partner_id AND s.held_reason IS NOT NULL)
          ORDER BY l.urgency, l.head_due_at LIMIT @max /*+postgres FOR UPDATE OF l SKIP LOCKED */) /*+postgres )) */
        RETURNING id, partner_id, person_id, urgency, head_due_at
        """;

    /// <summary>For the share of routine lanes while urgent ones flood.</summary>
    public const string ClaimRoutine = """
        UPDATE lane SET leased_until = @until, lease_token = @token WHERE id IN (
          SELECT l.id FROM lane l
          WHERE l.partner_id = @partner AND l.urgency = 1 AND l.head_due_at <= @now AND l.held_reason IS NULL AND (l.leased_until IS NULL OR l.leased_until < @now)
            AND NOT EXISTS (SELECT 1 FROM partner_state s WHERE s.partner_id = l.partner_id AND s.held_reason IS NOT NULL)
          ORDER BY l.head_due_at LIMIT @max /*+postgres FOR UPDATE OF l SKIP LOCKED */)
        RETURNING id, partner_id, person_id, urgency, head_due_at
        """;

    /// <summary>Steps from partner to partner in the index: a hundred thousand lanes that wait for one partner are not read to find another.</summary>
    public const string PartnersDue = """
        WITH RECURSIVE chain (id) AS (
          SELECT min(partner_id) FROM lane WHERE head_due_at IS NOT NULL
          UNION ALL SELECT (SELECT min(n.partner_id) FROM lane n WHERE n.partner_id > c.id AND n.head_due_at IS NOT NULL) FROM chain c WHERE c.id IS NOT NULL)
        SELECT c.id FROM chain c
        WHERE c.id IS NOT NULL
          AND EXISTS (SELECT 1 FROM lane l WHERE l.partner_id = c.id AND l.urgency IN (0, 1) AND l.head_due_at <= @now AND l.held_reason IS NULL
            AND (l.leased_until IS NULL OR l.leased_until < @now))
          AND NOT EXISTS (SELECT 1 FROM partner_state s WHERE s.partner_id = c.id AND s.held_reason IS NOT NULL)
        """;

    public const string NextDue = "SELECT min(head_due_at) FROM lane WHERE head_due_at > @now AND held_reason IS NULL";

    public const string Release = "UPDATE lane SET leased_until = NULL, lease_token = NULL WHERE id = @lane AND lease_token = @token";

    public const string Renew = "UPDATE lane SET leased_until = @until WHERE id = @lane AND lease_token = @token";

    public const string OwnsLane = "SELECT 1 FROM lane WHERE id = @lane AND lease_token = @token";

    public const string ReleaseHeldBecause = """
        UPDATE delivery SET state = 0, held_reason = NULL, held_by = 0, waiting_because = NULL, next_attempt_at = @now,
          compose_anew = CASE WHEN frozen_payload_id IS NULL THEN TRUE ELSE compose_anew END
        WHERE person_id = @person AND finished_at IS NULL AND state = 5 AND held_by = 1 AND held_reason = @reason
        """;

    /// <summary>Held, it goes; unknown, it goes again; and so does what was not answered in its time, where nothing newer has gone past it.</summary>
    public const string ReleaseDelivery = """
        UPDATE delivery SET state = 0, held_reason = NULL, held_by = 0, waiting_because = NULL, next_attempt_at = @now
        WHERE id = @id AND finished_at IS NULL AND ((state = 5 AND held_by = 1) OR (state = 4 AND next_attempt_at IS NULL)
          OR (state = 9 AND silence_told_at IS NOT NULL AND NOT compose_anew AND NOT EXISTS (
            SELECT 1 FROM delivery n WHERE n.lane_id = delivery.lane_id AND n.seq > delivery.seq AND n.attempts > 0))) RETURNING 1
        """;

    /// <summary>The word about a copy that is itself held says nothing of what stopped its lane: that was another one's refusal or silence.</summary>
    public const string ReleaseLaneOf = """
        UPDATE lane SET held_reason = NULL WHERE id = (SELECT lane_id FROM delivery WHERE id = @id AND state <> 5) AND held_reason IS NOT NULL RETURNING 1
        """;

    public const string CloseAttentionOfDelivery =
        "UPDATE attention SET closed_at = @now, closed_by = @by, closing_note = @note WHERE delivery_id = @id AND closed_at IS NULL";

    public const string CloseAttention = "UPDATE attention SET closed_at = @now, closed_by = @by, closing_note = @note WHERE id = @id AND closed_at IS NULL RETURNING 1";

    public const string PersonOfDelivery = "SELECT person_id FROM delivery WHERE id = @id";

    public const string HoldLane = "UPDATE lane SET held_reason = @reason WHERE id = @lane";

    public const string HoldPartner = """
        INSERT INTO partner_state (partner_id, organisation, held_reason, held_at, paused, release_per_hour) VALUES (@partner, @org, @reason, @now, @paused, NULL)
        ON CONFLICT (partner_id) DO UPDATE SET held_reason = @reason, held_at = @now, paused = @paused, release_per_hour = NULL
        """;

    public const string ReleasePartner = """
        INSERT INTO partner_state (partner_id, organisation, held_reason, held_at, paused, release_per_hour) VALUES (@partner, @org, NULL, NULL, FALSE, @rate)
        ON CONFLICT (partner_id) DO UPDATE SET held_reason = NULL, held_at = NULL, paused = FALSE, release_per_hour = @rate
        """;

    /// <summary>The rate has done its work when nothing is left that it was chosen for; what is put off for a while is left.</summary>
    public const string EndReleaseRate = """
        UPDATE partner_state SET release_per_hour = NULL WHERE partner_id = @partner AND release_per_hour IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM lane l WHERE l.partner_id = @partner AND l.urgency IN (0, 1) AND l.head_due_at IS NOT NULL AND l.held_reason IS NULL)
        """;

    /// <summary>First of all where many lanes are settled: their state is read after nobody else can change it.</summary>
    public const string LockLanesOfPartner = "SELECT id FROM lane WHERE partner_id = @partner ORDER BY id /*+postgres FOR NO KEY UPDATE */";

    public const string TouchPayload = "UPDATE payload SET last_used_at = @now WHERE id = @id AND last_used_at < @yesterday";

    public const string ReadPartner = "SELECT held_reason, held_at, paused, release_per_hour, last_asked_at FROM partner_state WHERE partner_id = @partner";

    /// <summary>Lanes with something to send, since when the oldest waits, the last time that a message was accepted, and what was taken and is to be answered.</summary>
    public const string PartnerBacklog = """
        SELECT count(DISTINCT l.id), min(d.created_at), count(*), (SELECT max(g.finished_at) FROM delivery g WHERE g.partner_id = @partner AND g.state = 2),
          (SELECT count(*) FROM delivery a WHERE a.partner_id = @partner AND a.state = 9)
        FROM lane l JOIN delivery d ON d.lane_id = l.id AND d.finished_at IS NULL AND d.state <> 9 WHERE l.partner_id = @partner
        """;

    public const string CountShadow = "SELECT count(*), count(waiting_because) FROM delivery WHERE partner_id = @partner AND state = 8";

    // Attempts -----------------------------------------------------------------------------------------------------------------------------

    public const string ReadHead = """
        SELECT d.id, d.seq, d.state, d.attempts, d.failures, d.unknowns, d.compose_anew, CASE WHEN d.compose_anew THEN NULL ELSE d.frozen_payload_id END, d.media_type, d.protocol_message_id,
          d.body_payload_id, d.audience, d.version, d.event_id, d.part, d.created_at,
          (SELECT r.trace_parent FROM event e JOIN received r ON r.id = e.received_id WHERE e.id = d.event_id)
        FROM lane l JOIN delivery d ON d.lane_id = l.id
        WHERE l.id = @lane AND l.lease_token = @token AND l.leased_until >= @now AND l.held_reason IS NULL AND l.head_due_at <= @now
          AND NOT EXISTS (SELECT 1 FROM partner_state s WHERE s.partner_id = l.partner_id AND s.held_reason IS NOT NULL) AND 
        """ + IsNext + " ORDER BY d.seq LIMIT 1";

    public const string ReadEventOfHead = """
        SELECT e.payload_id, e.event_index, e.episode_id, e.episode_version, r.received_at, r.source_id, r.message_key, r.key_date, r.id,
          e.type
        FROM event e JOIN received r ON r.id = e.received_id WHERE e.id = @event
        """;

    /// <summary>
    /// What this recipient has not accepted of what came before: refused; gathered into a message that was not accepted either; and, for a message
    /// that goes past what is held, what waits behind that in the same episode. What was told again by a message whose answer is awaited waits for that answer. What is for professionals only neither tells anything again nor is told again.
    /// </summary>
    public const string NotAccepted = """
        SELECT d.id, e.payload_id, e.id FROM delivery d JOIN event e ON e.id = d.event_id
        WHERE d.lane_id = @lane AND d.seq < @seq AND @part = 0 AND d.part = 0 AND (
          (d.state = 3 AND NOT EXISTS (SELECT 1 FROM delivery c WHERE c.id = d.carried_by AND c.state = 9))
          OR (d.state = 7 AND EXISTS (SELECT 1 FROM delivery c WHERE c.id = d.carried_by AND c.state NOT IN (2, 9)))
          OR (d.state = 0 AND d.finished_at IS NULL AND d.frozen_payload_id IS NULL
            AND e.episode_id = (SELECT h.episode_id FROM event h WHERE h.id = @event)))
        ORDER BY d.seq
        """;

    public const string Freeze = """
        UPDATE delivery SET state = 1, attempts = attempts + 1, frozen_payload_id = @payload, media_type = @mediaType, protocol_message_id = @messageId,
          compose_anew = FALSE, waiting_because = NULL WHERE id = @id
        """;

    /// <summary>What was still waiting is told by the carrier and by nothing else.</summary>
    public const string CarriedBy = """
        UPDATE delivery SET carried_by = @carrier, finished_at = coalesce(finished_at, @now), next_attempt_at = NULL, state = CASE WHEN state = 0 THEN 7 ELSE state END,
          waiting_because = CASE WHEN state = 0 THEN NULL ELSE waiting_because END WHERE id = @id
        """;

    public const string StartAgain = "UPDATE delivery SET state = 1, attempts = attempts + 1, waiting_because = NULL WHERE id = @id";

    public const string InterruptedAttempts =
        "UPDATE attempt SET outcome = 'Interrupted' WHERE delivery_id = @id AND ended_at IS NULL AND outcome IS NULL";

    public const string InsertAttempt =
        "INSERT INTO attempt (organisation, delivery_id, number, lease_token, started_at, late) VALUES (@org, @id, @number, @token, @now, FALSE)";

    public const string EndAttempt = """
        UPDATE attempt SET ended_at = @ended, outcome = @outcome, reason = @reason, late = @late
        WHERE delivery_id = @id AND number = @number AND lease_token = @token AND ended_at IS NULL
        """;

    private const string End = """
        UPDATE delivery SET state = CASE WHEN compose_anew AND @state IN (0, 4) THEN 5 ELSE @state END, attempts = attempts - CASE WHEN @uncounted THEN 1 ELSE 0 END, failures = CASE WHEN @answered THEN 0 WHEN @untried THEN failures ELSE failures + 1 END,
          unknowns = unknowns + CASE WHEN @unknown THEN 1 ELSE 0 END, next_attempt_at = @next, waiting_because = @because,
          held_reason = CASE WHEN @state = 5 THEN @because ELSE held_reason END, held_by = CASE WHEN @returned THEN 3 WHEN @state = 5 THEN 1 ELSE held_by END,
          finished_at = @finished
        WHERE id = @id
        """;

    /// <summary>Only what is under way: an answer that came by another way while the attempt ran has ended it, and stands.</summary>
    public const string EndDelivery = End + " AND state = 1 RETURNING stops_lane, event_id";

    /// <summary>Whatever the hub was about to do next: the recipient has spoken.</summary>
    public const string EndByAnswer = End + " AND finished_at IS NULL RETURNING stops_lane, event_id";

    /// <summary>What the accepted message told again needs no telling any more.</summary>
    public const string SupersedeCarried = "UPDATE delivery SET state = 7 WHERE carried_by = @id AND state = 3";

    public const string Postpone =
        "UPDATE delivery SET next_attempt_at = @next, waiting_because = @because, failures = failures + 1 WHERE id = @id AND finished_at IS NULL";

    public const string InsertAcknowledgement = """
        INSERT INTO acknowledgement (organisation, delivery_id, attempt, outcome, sent_code, answers_message_id, evidence_payload_id, late, received_at)
        VALUES (@org, @id, @attempt, @outcome, @code, @answers, @evidence, @late, @now)
        """;
}
