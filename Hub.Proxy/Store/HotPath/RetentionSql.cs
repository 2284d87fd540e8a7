namespace Hub.Proxy.Store.HotPath;

/// <summary>
/// What is forgotten, and when. Each statement says itself what it must not touch: unfinished work, what a recipient refused and nobody told again, open
/// entries of the operator's list, open episodes. Content is emptied first and its row stays as proof of what was there (hash, length); rows go later.
/// </summary>
internal static class RetentionSql
{
    /// <summary>Deliveries made before a time that are not done with: unfinished, not accepted, or gathered into what was not accepted. Their bytes and their events are needed still.</summary>
    private const string Needed = """
        needed (id, event_id, body, frozen) AS (
          SELECT id, event_id, body_payload_id, frozen_payload_id FROM delivery WHERE finished_at IS NULL AND created_at < @before
          UNION ALL SELECT id, event_id, body_payload_id, frozen_payload_id FROM delivery WHERE state = 3 AND created_at < @before
          UNION ALL SELECT d.id, d.event_id, d.body_payload_id, d.frozen_payload_id FROM delivery d
            WHERE d.state = 7 AND d.created_at < @before AND EXISTS (SELECT 1 FROM delivery c WHERE c.id = d.carried_by AND c.state <> 2))
        """;

    /// <summary>
    /// A payload's last use is not before any row that names it, so the age of the payload is enough to find it. The age is asked twice: of a row
    /// that another node was just using again, PostgreSQL looks once more only at what the outer WHERE says.
    /// </summary>
    public const string EmptyContent = "WITH " + Needed + """
        , kept (id) AS (
          SELECT body FROM needed UNION SELECT frozen FROM needed WHERE frozen IS NOT NULL
          UNION SELECT e.payload_id FROM needed n JOIN event e ON e.id = n.event_id
          UNION SELECT r.payload_id FROM needed n JOIN event e ON e.id = n.event_id JOIN received r ON r.id = e.received_id WHERE r.payload_id IS NOT NULL
          UNION SELECT k.evidence_payload_id FROM needed n JOIN acknowledgement k ON k.delivery_id = n.id WHERE k.evidence_payload_id IS NOT NULL
          UNION SELECT s.note_payload_id FROM obligation o JOIN obligation_step s ON s.obligation_id = o.id
            WHERE o.closed_at IS NULL AND o.due_at IS NOT NULL AND s.note_payload_id IS NOT NULL
          UNION SELECT r.payload_id FROM attention a JOIN received r ON r.id = a.received_id
            WHERE a.closed_at IS NULL AND a.urgency IN (0, 1) AND r.payload_id IS NOT NULL)
        UPDATE payload SET encoding = 'gone', content = @nothing, key_id = NULL WHERE id IN /*+postgres (SELECT unnest(ARRAY */ (
          SELECT p.id FROM payload p WHERE p.encoding <> 'gone' AND p.last_used_at < @before AND p.id NOT IN (SELECT id FROM kept)
          ORDER BY p.last_used_at LIMIT @max) /*+postgres )) */
          AND last_used_at < @before
        RETURNING length
        """;

    public const string FinishedMessages = "WITH " + Needed + """
        SELECT r.id, r.payload_id FROM received r
        WHERE r.received_at < @before
          AND NOT EXISTS (SELECT 1 FROM event e JOIN needed n ON n.event_id = e.id WHERE e.received_id = r.id)
          AND NOT EXISTS (SELECT 1 FROM event e JOIN episode_state s ON s.id = e.episode_id
            WHERE e.received_id = r.id AND (s.status = @open OR s.updated_at >= @before))
          AND NOT EXISTS (SELECT 1 FROM attention a WHERE a.closed_at IS NULL AND a.urgency IN (0, 1) AND a.received_id = r.id)
          AND NOT EXISTS (SELECT 1 FROM event e JOIN obligation o ON o.event_id = e.id WHERE e.received_id = r.id AND o.closed_at IS NULL)
          AND NOT EXISTS (SELECT 1 FROM event e JOIN attention a ON a.event_id = e.id WHERE e.received_id = r.id AND a.closed_at IS NULL AND a.event_id IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM event e JOIN delivery d ON d.event_id = e.id JOIN attention a ON a.delivery_id = d.id
            WHERE e.received_id = r.id AND a.closed_at IS NULL AND a.delivery_id IS NOT NULL)
        ORDER BY r.received_at LIMIT @max
        """;

    public const string DeliveriesOfMessage = """
        SELECT d.id, d.body_payload_id, d.frozen_payload_id FROM event e JOIN delivery d ON d.event_id = e.id WHERE e.received_id = @received
        """;

    public const string EventsOfMessage = "SELECT id, payload_id, episode_id FROM event WHERE received_id = @received";

    public const string EvidenceOfDelivery = "SELECT evidence_payload_id FROM acknowledgement WHERE delivery_id = @id AND evidence_payload_id IS NOT NULL";

    public const string DeleteAcknowledgements = "DELETE FROM acknowledgement WHERE delivery_id = @id";

    public const string DeleteAttempts = "DELETE FROM attempt WHERE delivery_id = @id";

    public const string DeleteDelivery = "DELETE FROM delivery WHERE id = @id AND finished_at IS NOT NULL";

    public const string DeleteEvent = "DELETE FROM event WHERE id = @id";

    public const string DeleteMessage = "DELETE FROM received WHERE id = @id";

    public const string DeletePayload = """
        DELETE FROM payload WHERE id = @id AND encoding = 'gone'
          AND NOT EXISTS (SELECT 1 FROM event WHERE payload_id = @id) AND NOT EXISTS (SELECT 1 FROM received WHERE payload_id = @id)
          AND NOT EXISTS (SELECT 1 FROM acknowledgement WHERE evidence_payload_id = @id)
          AND NOT EXISTS (SELECT 1 FROM obligation_step WHERE note_payload_id = @id)
        """;

    /// <summary>Earlier states of an episode of which no event is left.</summary>
    public const string DeleteEpisodeVersions = """
        DELETE FROM episode_version WHERE episode_id = @episode AND version < (SELECT s.version FROM episode_state s WHERE s.id = @episode)
          AND NOT EXISTS (SELECT 1 FROM event e WHERE e.episode_id = @episode)
        """;

    public const string ClosedAttention =
        "SELECT id FROM attention WHERE closed_at < @before ORDER BY closed_at LIMIT @max";

    public const string DeleteNotices = "DELETE FROM notice_outbox WHERE attention_id = @id";

    public const string DeleteAttention = "DELETE FROM attention WHERE id = @id AND closed_at IS NOT NULL";

    public const string DeleteGatewayCalls = """
        DELETE FROM gateway_call WHERE id IN /*+postgres (SELECT unnest(ARRAY */ (
          SELECT id FROM gateway_call WHERE at < @before ORDER BY at LIMIT @max) /*+postgres )) */ RETURNING id
        """;

    /// <summary>Persons of whom nothing is left: no event, no open episode, nobody merged into them.</summary>
    public const string ForgottenPersons = """
        SELECT p.id FROM person p
        WHERE p.updated_at < @before AND p.held_reason IS NULL
          AND NOT EXISTS (SELECT 1 FROM event e WHERE e.person_id = p.id)
          AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.person_id = p.id)
          AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.original_person_id = p.id)
          AND NOT EXISTS (SELECT 1 FROM episode_state s WHERE s.person_id = p.id AND s.status = @open)
          AND NOT EXISTS (SELECT 1 FROM person m WHERE m.merged_into = p.id AND m.merged_into IS NOT NULL)
        ORDER BY p.updated_at LIMIT @max
        """;

    public const string DeleteVersionsOfPerson = "DELETE FROM episode_version WHERE episode_id IN (SELECT id FROM episode_state WHERE person_id = @id)";

    public const string DeleteEpisodesOfPerson = "DELETE FROM episode_state WHERE person_id = @id";

    public const string DeleteIdentifiers = "DELETE FROM person_identifier WHERE person_id = @id";

    public const string DeleteLanes = "DELETE FROM lane WHERE person_id = @id AND head_due_at IS NULL AND leased_until IS NULL";

    public const string DeletePerson = "DELETE FROM person WHERE id = @id";
}
