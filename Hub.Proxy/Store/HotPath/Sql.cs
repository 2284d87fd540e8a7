namespace Hub.Proxy.Store.HotPath;

/// <summary>
/// Every statement of the hot path, in words that SQLite and PostgreSQL both read; what stands in <c>/*+postgres ... */</c> is a comment to the one
/// and a clause to the other, which has other writers to reckon with. States are the numbers of <see cref="DeliveryState"/>; a delivery is unfinished while
/// <c>finished_at</c> is null. A test explains each of these and fails where one scans a table.
/// </summary>
internal static partial class Sql
{
    // Intake ---------------------------------------------------------------------------------------------------------------------------

    /// <summary>Same content first: the answer to a resend comes before the answer to a conflict.</summary>
    public const string FindEarlier = """
        SELECT id, outcome, content_hash, problems FROM received
        WHERE source_id = @source AND message_key = @key AND outcome IN ('Accepted', 'SetAside', 'Conflict')
          AND ((content_hash = @hash AND (key_date IS NOT DISTINCT FROM @date OR key_date BETWEEN @from AND @to)) OR (key_date IS NOT DISTINCT FROM @date AND outcome <> 'Conflict'))
        ORDER BY (content_hash = @hash) DESC, received_at LIMIT 1
        """;

    public const string EventIdsOfMessage = "SELECT id FROM event WHERE received_id = @received ORDER BY event_index";

    public const string InsertReceived = """
        INSERT INTO received (id, organisation, source_id, protocol, message_key, key_date, content_hash, dedupe_key, payload_id, media_type,
          received_at, kind, outcome, set_aside_because, problems, partner_file_hash, mapping_version, trace_parent, repeats)
        VALUES (@id, @org, @source, @protocol, @key, @date, @hash, @dedupe, @payload, @mediaType, @now, @kind, @outcome, @aside, @problems, @fileHash, @mapping, @trace, 0)
        ON CONFLICT (dedupe_key) DO NOTHING RETURNING 1
        """;

    public const string NoteRepeat = "UPDATE received SET repeats = repeats + 1, last_repeated_at = @now WHERE id = @id";

    /// <summary>Content that was there before is used again; emptied by retention, it is put back. When it was last used is right to a day.</summary>
    public const string InsertPayload = """
        INSERT INTO payload (organisation, hash, encoding, key_id, length, content, base_id, tail, created_at, last_used_at)
        VALUES (@org, @hash, @encoding, @key, @length, @content, @base, @tail, @now, @now)
        ON CONFLICT (hash) DO UPDATE SET last_used_at = @now, encoding = CASE WHEN payload.encoding = 'gone' THEN @encoding ELSE payload.encoding END,
          content = CASE WHEN payload.encoding = 'gone' THEN @content ELSE payload.content END, key_id = CASE WHEN payload.encoding = 'gone' THEN @key ELSE payload.key_id END,
          base_id = CASE WHEN payload.encoding = 'gone' THEN @base ELSE payload.base_id END, tail = CASE WHEN payload.encoding = 'gone' THEN @tail ELSE payload.tail END
          WHERE payload.encoding = 'gone' OR payload.last_used_at < @yesterday
        RETURNING id
        """;

    public const string FindPayload = "SELECT id FROM payload WHERE hash = @hash";

    public const string ReadPayload = """
        SELECT p.encoding, p.content, p.key_id, p.length, p.hash, p.base_id, p.tail, b.encoding, b.content, b.key_id, b.length, b.hash FROM payload p LEFT JOIN payload b ON b.id = p.base_id WHERE p.id = @id
        """;

    public const string InsertEvent = """
        INSERT INTO event (id, organisation, received_id, event_index, type, person_id, episode_id, episode_version, payload_id, occurred_at, received_at)
        VALUES (@id, @org, @received, @index, @type, @person, @episode, @version, @payload, @occurred, @now)
        """;

    public const string InsertDelivery = """
        INSERT INTO delivery (id, organisation, event_id, lane_id, seq, partner_id, person_id, original_person_id, recipient_name, audience, state,
          body_payload_id, part, version, attempts, failures, unknowns, next_attempt_at, waiting_because, held_reason, held_by, urgency, title,
          partner_file_hash, stops_lane, compose_anew, created_at, finished_at)
        VALUES (@id, @org, @event, @lane, @seq, @partner, @person, @person, @recipient, @audience, @state,
          @body, @part, 1, 0, 0, 0, @next, @waiting, @held, @heldBy, @urgency, @title, @fileHash, @stops, FALSE, @now, @finished)
        """;

    public const string InsertAttention = """
        INSERT INTO attention (id, organisation, kind, reason, owner, next_step, urgency, due_at, received_id, event_id, delivery_id, person_id,
          partner_id, obligation_id, dedupe_key, count, created_at, last_at)
        VALUES (@id, @org, @kind, @reason, @owner, @next, @urgency, @due, @received, @event, @delivery, @person, @partner, @obligation, @dedupe, 1, @now, @now)
        ON CONFLICT (dedupe_key) WHERE closed_at IS NULL DO UPDATE SET count = attention.count + 1, last_at = @now,
          urgency = CASE WHEN attention.urgency < @urgency THEN attention.urgency ELSE @urgency END
        RETURNING count
        """;

    public const string InsertNotice =
        "INSERT INTO notice_outbox (organisation, attention_id, obligation_id, rung, created_at, next_attempt_at, attempts) VALUES (@org, @attention, @obligation, 0, @now, @now, 0)";

    // Persons and episodes -----------------------------------------------------------------------------------------------------------------

    /// <summary>Who holds an identifier, followed through merges to the person who stands for them now. UNION ends a circle.</summary>
    public const string FindPersonsByHash = """
        WITH RECURSIVE chain (first, id, next) AS (
          SELECT p.id, p.id, p.merged_into FROM person_identifier i JOIN person p ON p.id = i.person_id WHERE i.hash = @hash
          UNION SELECT c.first, p.id, p.merged_into FROM chain c JOIN person p ON p.id = c.next)
        SELECT DISTINCT first, id FROM chain WHERE next IS NULL
        """;

    public const string ReadPerson = "SELECT version, encoding, identity, key_id, held_reason, id FROM person WHERE id = @id";

    /// <summary>Some of the first identifiers with whom they belong to: proof that the key is the one they were hashed with.</summary>
    public const string SampleIdentities = """
        SELECT p.encoding, p.identity, p.key_id, p.id, i.hash FROM person_identifier i JOIN person p ON p.id = i.person_id
        WHERE i.id <= (SELECT min(id) + 100 FROM person_identifier) AND i.key_id = @keyId ORDER BY i.id LIMIT 50
        """;

    public const string FindPersonState = "SELECT version, held_reason, merged_into, encoding, identity, key_id FROM person WHERE id = @id /*+postgres FOR NO KEY UPDATE */";

    public const string InsertPerson = """
        INSERT INTO person (id, organisation, version, identity, encoding, key_id, held_reason, created_at, updated_at)
        VALUES (@id, @org, 1, @identity, @encoding, @key, @held, @now, @now) ON CONFLICT (id) DO NOTHING RETURNING 1
        """;

    public const string UpdatePerson = """
        UPDATE person SET version = version + 1, identity = coalesce(@identity, identity), encoding = coalesce(@encoding, encoding),
          key_id = coalesce(@key, key_id), held_reason = @held, updated_at = @now WHERE id = @id
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
         SELECT e.episode_organisation, e.local_id, e.version, v.encoding, v.content, v.key_id, e.id, @person
        FROM episode_state e JOIN episode_version v ON v.episode_id = e.id AND v.version = e.version
        WHERE e.person_id IN (SELECT id FROM family) ORDER BY e.id DESC
        """;

    public const string FindEpisode = """
        WITH RECURSIVE chain (id, next) AS (
          SELECT p.id, p.merged_into FROM episode_state e JOIN person p ON p.id = e.person_id WHERE e.episode_organisation = @org AND e.local_id = @local
          UNION SELECT p.id, p.merged_into FROM chain c JOIN person p ON p.id = c.next)
        SELECT e.episode_organisation, e.local_id, e.version, v.encoding, v.content, v.key_id, e.id, (SELECT id FROM chain WHERE next IS NULL)
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
        WHERE episode_organisation = @episodeOrg AND local_id = @local AND (version = @expected OR @expected < 0) RETURNING id, version
        """;

    public const string InsertEpisodeVersion =
        "INSERT INTO episode_version (episode_id, version, organisation, encoding, content, key_id) VALUES (@episode, @version, @org, @encoding, @content, @key)";

    public const string ReadEpisodeVersion = "SELECT encoding, content, key_id FROM episode_version WHERE episode_id = @episode AND version = @version";

    // Holds and merges ---------------------------------------------------------------------------------------------------------------------

    public const string HoldDeliveriesOfPerson = """
        UPDATE delivery SET state = 5, held_reason = @reason, held_by = 2, waiting_because = @reason
        WHERE person_id = @person AND finished_at IS NULL AND (state = 0 OR (state = 5 AND held_by = 2))
        """;

    public const string ReleaseDeliveriesOfPerson = """
        UPDATE delivery SET state = 0, held_reason = NULL, held_by = 0, waiting_because = NULL, next_attempt_at = @now,
          compose_anew = CASE WHEN frozen_payload_id IS NULL THEN TRUE ELSE compose_anew END
        WHERE person_id = @person AND finished_at IS NULL AND state = 5 AND held_by = 2
        """;

    public const string LanesOfPerson = "SELECT id FROM lane WHERE person_id = @person ORDER BY id /*+postgres FOR NO KEY UPDATE */";

    public const string SetMergedInto = "UPDATE person SET merged_into = @survivor, version = version + 1, updated_at = @now WHERE id = @retired";

    /// <summary>Not sent yet, or not accepted and told again by nothing that has left.</summary>
    private const string Movable = """
        ((d.state IN (0, 5) AND d.frozen_payload_id IS NULL) OR (d.state = 3 AND d.carried_by IS NULL)
          OR (d.state IN (3, 7) AND EXISTS (SELECT 1 FROM delivery c WHERE c.id = d.carried_by AND (c.state = 3 OR (c.state IN (0, 5, 7) AND c.frozen_payload_id IS NULL)))))
        """;

    /// <summary>What can still be said anew: waiting, held, or refused and told again by nobody. Fixed bytes stay where they are.</summary>
    public const string MovableOfPerson =
        "SELECT d.id, d.partner_id FROM delivery d WHERE d.person_id = @person AND d.lane_id IS NOT NULL AND " + Movable + " ORDER BY d.created_at, d.seq";

    public const string MovableBack = Family + """
         SELECT d.id, d.partner_id FROM family f JOIN delivery d ON d.original_person_id = f.id
        WHERE d.person_id = @survivor AND d.lane_id IS NOT NULL AND 
        """ + Movable + " ORDER BY d.created_at, d.seq";

    public const string MoveDelivery = "UPDATE delivery SET lane_id = @lane, seq = @seq, person_id = @person, compose_anew = TRUE WHERE id = @id";

    public const string ComposePersonAnew =
        "UPDATE delivery SET compose_anew = TRUE WHERE person_id = @person AND finished_at IS NULL AND state IN (0, 5) AND frozen_payload_id IS NULL";

    /// <summary>
    /// Everything unfinished waits for a person and is composed anew, even where an attempt has fixed its bytes: those hold the places, and what
    /// replaces them is another message. What is being sent this moment can only be held when its attempt ends, and what was taken to be answered later
    /// only where it must go again.
    /// </summary>
    public const string HidePlacesOfPerson = """
        UPDATE delivery SET compose_anew = TRUE, version = CASE WHEN frozen_payload_id IS NULL THEN version ELSE version + 1 END,
          state = CASE WHEN state IN (0, 4) THEN 5 ELSE state END, held_by = CASE WHEN state IN (6, 9) THEN held_by ELSE 1 END,
          held_reason = CASE WHEN state IN (6, 9) THEN held_reason WHEN state = 5 AND held_by = 1 THEN @reason || ' ' || held_reason ELSE @reason END,
          waiting_because = CASE WHEN state IN (6, 9) THEN waiting_because WHEN state = 5 AND held_by = 1 THEN @reason || ' ' || held_reason ELSE @reason END
        WHERE person_id = @person AND finished_at IS NULL RETURNING id, recipient_name, state
        """;

    /// <summary>What may have reached somebody, newest first.</summary>
    public const string LeftOfPerson = Family + """
         SELECT d.title, d.recipient_name, d.state, coalesce(d.finished_at, (SELECT max(a.started_at) FROM attempt a WHERE a.delivery_id = d.id), d.created_at)
        FROM delivery d WHERE d.person_id IN (SELECT id FROM family) AND d.attempts > 0 ORDER BY d.created_at DESC, d.seq DESC
        """;
}
