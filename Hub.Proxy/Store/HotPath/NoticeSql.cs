namespace Hub.Proxy.Store.HotPath;

/// <summary>Notices to people: leased, sent, raised to the next rung, had.</summary>
internal static class NoticeSql
{
    /// <summary>What is to be sent now, with how its entry and its obligation stand. Two nodes never get the same one.</summary>
    public const string Due = """
        SELECT n.id, n.attempts, n.rung, coalesce(n.role, a.owner), a.due_at, n.taken_by, n.obligation_id, a.closed_at, o.held_since, a.kind
        FROM notice_outbox n JOIN attention a ON a.id = n.attention_id LEFT JOIN obligation o ON o.id = n.obligation_id
        WHERE n.next_attempt_at <= @now AND n.next_attempt_at IS NOT NULL ORDER BY n.next_attempt_at LIMIT @max /*+postgres FOR NO KEY UPDATE OF n SKIP LOCKED */
        """;

    public const string Lease = """
        UPDATE notice_outbox SET attempts = attempts + 1, next_attempt_at = @until, next_rung_at = coalesce(next_rung_at, @rungAt) WHERE id = @id
        """;

    public const string PutOff = "UPDATE notice_outbox SET next_attempt_at = @until WHERE id = @id";

    public const string End = "UPDATE notice_outbox SET ended_at = @now, next_attempt_at = NULL, next_rung_at = NULL WHERE id = @id";

    /// <summary>What came of an attempt; a lease that was lost meanwhile, or a notice that somebody has, is not moved by it.</summary>
    public const string Complete = """
        UPDATE notice_outbox SET taken_by = @taken, last_fault = @fault, sent_at = @sent, next_attempt_at = @next
        WHERE id = @id AND attempts = @attempt AND ended_at IS NULL AND had_at IS NULL RETURNING id
        """;

    public const string ToRaise = """
        SELECT n.id, n.rung, n.attention_id, n.had_at, a.closed_at FROM notice_outbox n JOIN attention a ON a.id = n.attention_id
        WHERE n.next_rung_at <= @now AND n.next_rung_at IS NOT NULL ORDER BY n.next_rung_at LIMIT @max /*+postgres FOR NO KEY UPDATE OF n SKIP LOCKED */
        """;

    public const string Raised = "UPDATE notice_outbox SET next_rung_at = NULL WHERE id = @id";

    public const string InsertRung = """
        INSERT INTO notice_outbox (organisation, attention_id, rung, role, created_at, next_attempt_at, attempts) VALUES (@org, @attention, @rung, @role, @now, @now, 0)
        """;

    public const string FindOpen = """
        SELECT n.attention_id, n.obligation_id FROM notice_outbox n JOIN attention a ON a.id = n.attention_id
        WHERE n.id = @id AND n.ended_at IS NULL AND a.closed_at IS NULL /*+postgres FOR NO KEY UPDATE OF n */
        """;

    /// <summary>Every rung of the entry: who has it has it for all. Only one of them goes on, when the silence ends.</summary>
    public const string Have = """
        UPDATE notice_outbox SET had_at = @now, had_by = @by, next_attempt_at = NULL, next_rung_at = CASE WHEN id = @id AND obligation_id IS NULL THEN @until END
        WHERE attention_id = @attention AND ended_at IS NULL
        """;
}
