namespace Hub.Proxy.Store.Sqlite;

/// <summary>
/// Every statement of the hot path on SQLite. States are the numbers of <see cref="DeliveryState"/>; a delivery is unfinished while
/// <c>finished_at</c> is null. A test explains each of these and fails where one scans a table.
/// </summary>
internal static class Sql
{
    // Intake ---------------------------------------------------------------------------------------------------------------------------

    /// <summary>Same content first: the answer to a resend comes before the answer to a conflict.</summary>
    public const string FindEarlier = """
        SELECT id, outcome, content_hash, problems FROM received
        WHERE source_id = @source AND message_key = @key AND outcome IN ('Accepted', 'SetAside', 'Conflict')
          AND ((content_hash = @hash AND (key_date IS @date OR key_date BETWEEN @from AND @to)) OR (key_date IS @date AND outcome <> 'Conflict'))
        ORDER BY (content_hash = @hash) DESC, received_at LIMIT 1
        """;

    public const string EventIdsOfMessage = "SELECT id FROM event WHERE received_id = @received ORDER BY event_index";

    public const string InsertReceived = """
        INSERT INTO received (id, organisation, source_id, protocol, message_key, key_date, content_hash, dedupe_key, payload_id, media_type,
          received_at, kind, outcome, set_aside_because, problems, repeats)
        VALUES (@id, @org, @source, @protocol, @key, @date, @hash, @dedupe, @payload, @mediaType, @now, @kind, @outcome, @aside, @problems, 0)
        ON CONFLICT (dedupe_key) DO NOTHING RETURNING 1
        """;

    public const string NoteRepeat = "UPDATE received SET repeats = repeats + 1, last_repeated_at = @now WHERE id = @id";

    public const string InsertPayload = """
        INSERT INTO payload (organisation, hash, encoding, key_id, length, content, created_at)
        VALUES (@org, @hash, @encoding, NULL, @length, @content, @now) ON CONFLICT (hash) DO NOTHING RETURNING id
        """;

    public const string FindPayload = "SELECT id FROM payload WHERE hash = @hash";

    public const string ReadPayload = "SELECT encoding, content, length FROM payload WHERE id = @id";

    public const string InsertEvent = """
        INSERT INTO event (id, organisation, received_id, event_index, type, person_id, episode_id, episode_version, payload_id, occurred_at, received_at)
        VALUES (@id, @org, @received, @index, @type, @person, @episode, @version, @payload, @occurred, @now)
        """;

    public const string InsertDelivery = """
        INSERT INTO delivery (id, organisation, event_id, lane_id, seq, partner_id, person_id, original_person_id, recipient_name, audience, state,
          body_payload_id, part, version, attempts, failures, unknowns, next_attempt_at, waiting_because, held_reason, held_by, urgency, title,
          partner_file_hash, stops_lane, compose_anew, created_at)
        VALUES (@id, @org, @event, @lane, @seq, @partner, @person, @person, @recipient, @audience, @state,
          @body, @part, 1, 0, 0, 0, @next, @waiting, @held, @heldBy, @urgency, @title, @fileHash, @stops, 0, @now)
        """;

    public const string InsertAttention = """
        INSERT INTO attention (id, organisation, kind, reason, owner, next_step, urgency, due_at, received_id, event_id, delivery_id, person_id,
          partner_id, dedupe_key, count, created_at, last_at)
        VALUES (@id, @org, @kind, @reason, @owner, @next, @urgency, @due, @received, @event, @delivery, @person, @partner, @dedupe, 1, @now, @now)
        ON CONFLICT (dedupe_key) WHERE closed_at IS NULL DO UPDATE SET count = count + 1, last_at = @now, urgency = min(urgency, @urgency)
        RETURNING count
        """;

    public const string InsertNotice =
        "INSERT INTO notice_outbox (organisation, attention_id, created_at, next_attempt_at, attempts) VALUES (@org, @attention, @now, @now, 0)";

    // Persons and episodes -----------------------------------------------------------------------------------------------------------------

    /// <summary>Who holds an identifier, followed through merges to the person who stands for them now. UNION ends a circle.</summary>
    public const string FindPersonsByHash = """
        WITH RECURSIVE chain (first, id, next) AS (
          SELECT p.id, p.id, p.merged_into FROM person_identifier i JOIN person p ON p.id = i.person_id WHERE i.hash = @hash
          UNION SELECT c.first, p.id, p.merged_into FROM chain c JOIN person p ON p.id = c.next)
        SELECT DISTINCT first, id FROM chain WHERE next IS NULL
        """;

    public const string ReadPerson = "SELECT version, encoding, identity, held_reason FROM person WHERE id = @id";

    public const string FindPersonState = "SELECT version, held_reason, merged_into, identity FROM person WHERE id = @id";

    public const string InsertPerson = """
        INSERT INTO person (id, organisation, version, identity, encoding, held_reason, created_at, updated_at)
        VALUES (@id, @org, 1, @identity, @encoding, @held, @now, @now) ON CONFLICT (id) DO NOTHING RETURNING 1
        """;

    public const string UpdatePerson = """
        UPDATE person SET version = version + 1, identity = coalesce(@identity, identity), encoding = coalesce(@encoding, encoding),
          held_reason = @held, updated_at = @now WHERE id = @id
        """;

    public const string InsertIdentifier = """
        INSERT INTO person_identifier (organisation, person_id, hash, key_id, shared, created_at)
        VALUES (@org, @person, @hash, @keyId, CASE WHEN EXISTS (SELECT 1 FROM person_identifier WHERE hash = @hash AND shared = 0) THEN 1 ELSE 0 END, @now)
        ON CONFLICT (hash, person_id) DO NOTHING
        """;

    /// <summary>The person and everyone merged into them, however far down.</summary>
    private const string Family = """
        WITH RECURSIVE family (id) AS (SELECT @person UNION SELECT p.id FROM family f JOIN person p ON p.merged_into = f.id)
        """;

    public const string FindEpisodes = Family + """
         SELECT e.episode_organisation, e.local_id, e.version, v.encoding, v.content, @person
        FROM family f CROSS JOIN episode_state e ON e.person_id = f.id JOIN episode_version v ON v.episode_id = e.id AND v.version = e.version
        ORDER BY e.id DESC
        """;

    public const string FindEpisode = """
        WITH RECURSIVE chain (id, next) AS (
          SELECT p.id, p.merged_into FROM episode_state e JOIN person p ON p.id = e.person_id WHERE e.episode_organisation = @org AND e.local_id = @local
          UNION SELECT p.id, p.merged_into FROM chain c JOIN person p ON p.id = c.next)
        SELECT e.episode_organisation, e.local_id, e.version, v.encoding, v.content, (SELECT id FROM chain WHERE next IS NULL)
        FROM episode_state e JOIN episode_version v ON v.episode_id = e.id AND v.version = e.version
        WHERE e.episode_organisation = @org AND e.local_id = @local
        """;

    public const string InsertEpisode = """
        INSERT INTO episode_state (organisation, episode_organisation, local_id, person_id, version, status, created_at, updated_at)
        VALUES (@org, @episodeOrg, @local, @person, 1, @status, @now, @now)
        ON CONFLICT (episode_organisation, local_id) DO NOTHING RETURNING id, version
        """;

    public const string UpdateEpisode = """
        UPDATE episode_state SET version = version + 1, status = @status, updated_at = @now
        WHERE episode_organisation = @episodeOrg AND local_id = @local AND (@expected IS NULL OR version = @expected) RETURNING id, version
        """;

    public const string InsertEpisodeVersion =
        "INSERT INTO episode_version (episode_id, version, organisation, encoding, content) VALUES (@episode, @version, @org, @encoding, @content)";

    public const string ReadEpisodeVersion = "SELECT encoding, content FROM episode_version WHERE episode_id = @episode AND version = @version";

    // Holds and merges ---------------------------------------------------------------------------------------------------------------------

    public const string HoldDeliveriesOfPerson = """
        UPDATE delivery SET state = 5, held_reason = @reason, held_by = 2, waiting_because = @reason
        WHERE person_id = @person AND finished_at IS NULL AND (state = 0 OR (state = 5 AND held_by = 2))
        """;

    public const string ReleaseDeliveriesOfPerson = """
        UPDATE delivery SET state = 0, held_reason = NULL, held_by = 0, waiting_because = NULL, next_attempt_at = @now,
          compose_anew = CASE WHEN frozen_payload_id IS NULL THEN 1 ELSE compose_anew END
        WHERE person_id = @person AND finished_at IS NULL AND state = 5 AND held_by = 2
        """;

    public const string LanesOfPerson = "SELECT id FROM lane WHERE person_id = @person ORDER BY id";

    public const string SetMergedInto = "UPDATE person SET merged_into = @survivor, version = version + 1, updated_at = @now WHERE id = @retired";

    /// <summary>What can still be said anew: waiting, held, or refused and told again by nobody. Fixed bytes stay where they are.</summary>
    public const string MovableOfPerson = """
        SELECT d.id, d.partner_id FROM delivery d
        WHERE d.person_id = @person AND d.lane_id IS NOT NULL AND ((d.state IN (0, 5) AND d.frozen_payload_id IS NULL) OR (d.state = 3 AND d.carried_by IS NULL)) ORDER BY d.created_at, d.seq
        """;

    public const string MovableBack = Family + """
         SELECT d.id, d.partner_id FROM family f JOIN delivery d ON d.original_person_id = f.id
        WHERE d.person_id = @survivor AND d.lane_id IS NOT NULL AND ((d.state IN (0, 5) AND d.frozen_payload_id IS NULL) OR (d.state = 3 AND d.carried_by IS NULL))
        ORDER BY d.created_at, d.seq
        """;

    public const string MoveDelivery = "UPDATE delivery SET lane_id = @lane, seq = @seq, person_id = @person, compose_anew = 1 WHERE id = @id";

    public const string ComposePersonAnew =
        "UPDATE delivery SET compose_anew = 1 WHERE person_id = @person AND finished_at IS NULL AND state IN (0, 5) AND frozen_payload_id IS NULL";

    // Lanes --------------------------------------------------------------------------------------------------------------------------------

    public const string InsertLane = """
        INSERT INTO lane (organisation, partner_id, person_id, next_seq, urgency) VALUES (@org, @partner, @person, 1, 1)
        ON CONFLICT (partner_id, person_id) DO NOTHING
        """;

    public const string FindLane = "SELECT id FROM lane WHERE partner_id = @partner AND person_id = @person";

    public const string TakeSequence = "UPDATE lane SET next_seq = next_seq + 1 WHERE id = @lane RETURNING next_seq - 1";

    /// <summary>Only the lowest unfinished delivery says when a lane is due; held, or of a held person, it is not due at all.</summary>
    public const string SettleLane = """
        UPDATE lane SET
          head_due_at = CASE WHEN EXISTS (SELECT 1 FROM person p WHERE p.id = lane.person_id AND p.held_reason IS NOT NULL) THEN NULL
            ELSE (SELECT CASE WHEN d.state = 5 THEN NULL ELSE d.next_attempt_at END FROM delivery d
                  WHERE d.lane_id = lane.id AND d.finished_at IS NULL ORDER BY d.seq LIMIT 1) END,
          urgency = coalesce((SELECT min(d.urgency) FROM delivery d WHERE d.lane_id = lane.id AND d.finished_at IS NULL), 1)
        WHERE id = @lane RETURNING head_due_at
        """;

    public const string Claim = """
        UPDATE lane SET leased_until = @until, lease_token = @token WHERE id IN (
          SELECT l.id FROM lane l
          WHERE l.partner_id = @partner AND l.head_due_at <= @now AND l.held_reason IS NULL AND (l.leased_until IS NULL OR l.leased_until < @now)
            AND NOT EXISTS (SELECT 1 FROM partner_state s WHERE s.partner_id = l.partner_id AND s.held_reason IS NOT NULL)
          ORDER BY l.urgency, l.head_due_at LIMIT @max)
        RETURNING id, partner_id, person_id, urgency, head_due_at
        """;

    public const string ClaimAnywhere = """
        UPDATE lane SET leased_until = @until, lease_token = @token WHERE id IN (
          SELECT l.id FROM lane l
          WHERE l.head_due_at <= @now AND l.held_reason IS NULL AND (l.leased_until IS NULL OR l.leased_until < @now)
            AND NOT EXISTS (SELECT 1 FROM partner_state s WHERE s.partner_id = l.partner_id AND s.held_reason IS NOT NULL)
          ORDER BY l.urgency, l.head_due_at LIMIT @max)
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
          compose_anew = CASE WHEN frozen_payload_id IS NULL THEN 1 ELSE compose_anew END
        WHERE person_id = @person AND finished_at IS NULL AND state = 5 AND held_by = 1 AND held_reason = @reason
        """;

    public const string ReleaseDelivery = """
        UPDATE delivery SET state = 0, held_reason = NULL, held_by = 0, waiting_because = NULL, next_attempt_at = @now
        WHERE id = @id AND finished_at IS NULL AND ((state = 5 AND held_by = 1) OR (state = 4 AND next_attempt_at IS NULL)) RETURNING 1
        """;

    public const string ReleaseLaneOf = "UPDATE lane SET held_reason = NULL WHERE id = (SELECT lane_id FROM delivery WHERE id = @id) AND held_reason IS NOT NULL RETURNING 1";

    public const string CloseAttentionOfDelivery =
        "UPDATE attention SET closed_at = @now, closed_by = @by, closing_note = @note WHERE delivery_id = @id AND closed_at IS NULL";

    public const string CloseAttention = "UPDATE attention SET closed_at = @now, closed_by = @by, closing_note = @note WHERE id = @id AND closed_at IS NULL RETURNING 1";

    public const string PersonOfDelivery = "SELECT person_id FROM delivery WHERE id = @id";

    public const string HoldLane = "UPDATE lane SET held_reason = @reason WHERE id = @lane";

    public const string HoldPartner = """
        INSERT INTO partner_state (partner_id, organisation, held_reason, held_at, paused) VALUES (@partner, @org, @reason, @now, @paused)
        ON CONFLICT (partner_id) DO UPDATE SET held_reason = @reason, held_at = @now, paused = @paused
        """;

    // Attempts -----------------------------------------------------------------------------------------------------------------------------

    public const string ReadHead = """
        SELECT d.id, d.seq, d.state, d.attempts, d.failures, d.unknowns, d.compose_anew, d.frozen_payload_id, d.media_type, d.protocol_message_id,
          d.body_payload_id, d.audience, d.version, d.event_id, d.part
        FROM lane l JOIN delivery d ON d.lane_id = l.id AND d.finished_at IS NULL
        WHERE l.id = @lane AND l.lease_token = @token AND l.leased_until >= @now AND l.held_reason IS NULL AND l.head_due_at <= @now
          AND NOT EXISTS (SELECT 1 FROM partner_state s WHERE s.partner_id = l.partner_id AND s.held_reason IS NOT NULL)
        ORDER BY d.seq LIMIT 1
        """;

    public const string ReadEventOfHead = """
        SELECT e.payload_id, e.event_index, e.episode_id, e.episode_version, r.received_at, r.source_id, r.message_key, r.key_date, r.id,
          p.encoding, p.identity
        FROM event e JOIN received r ON r.id = e.received_id JOIN person p ON p.id = @person WHERE e.id = @event
        """;

    public const string NotAccepted = """
        SELECT d.id, e.payload_id FROM delivery d JOIN event e ON e.id = d.event_id
        WHERE d.lane_id = @lane AND d.state = 3 AND d.seq < @seq ORDER BY d.seq
        """;

    public const string Freeze = """
        UPDATE delivery SET state = 1, attempts = 1, frozen_payload_id = @payload, media_type = @mediaType, protocol_message_id = @messageId,
          waiting_because = NULL WHERE id = @id
        """;

    public const string CarriedBy = "UPDATE delivery SET carried_by = @carrier WHERE id = @id";

    public const string StartAgain = "UPDATE delivery SET state = 1, attempts = attempts + 1, waiting_because = NULL WHERE id = @id";

    public const string InterruptedAttempts =
        "UPDATE attempt SET outcome = 'Interrupted' WHERE delivery_id = @id AND ended_at IS NULL AND outcome IS NULL";

    public const string InsertAttempt =
        "INSERT INTO attempt (organisation, delivery_id, number, lease_token, started_at, late) VALUES (@org, @id, @number, @token, @now, 0)";

    public const string EndAttempt = """
        UPDATE attempt SET ended_at = @ended, outcome = @outcome, reason = @reason, late = @late
        WHERE delivery_id = @id AND number = @number AND lease_token = @token AND ended_at IS NULL
        """;

    public const string EndDelivery = """
        UPDATE delivery SET state = @state, attempts = attempts - @uncounted, failures = CASE WHEN @answered THEN 0 ELSE failures + 1 END,
          unknowns = unknowns + @unknown, next_attempt_at = @next, waiting_because = @because,
          held_reason = CASE WHEN @state = 5 THEN @because ELSE held_reason END, held_by = CASE WHEN @state = 5 THEN 1 ELSE held_by END,
          finished_at = @finished
        WHERE id = @id AND state = 1 RETURNING stops_lane
        """;

    /// <summary>What the accepted message told again needs no telling any more.</summary>
    public const string SupersedeCarried = "UPDATE delivery SET state = 7 WHERE carried_by = @id AND state = 3";

    public const string Postpone =
        "UPDATE delivery SET next_attempt_at = @next, waiting_because = @because, failures = failures + 1 WHERE id = @id AND finished_at IS NULL";

    public const string InsertAcknowledgement = """
        INSERT INTO acknowledgement (organisation, delivery_id, attempt, outcome, sent_code, answers_message_id, evidence_payload_id, late, received_at)
        VALUES (@org, @id, @attempt, @outcome, @code, @answers, @evidence, @late, @now)
        """;
}
