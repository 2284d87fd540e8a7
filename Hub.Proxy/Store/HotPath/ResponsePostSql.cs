namespace Hub.Proxy.Store.HotPath;

/// <summary>Answers that are posted to their senders: asked for, leased, taken or given up.</summary>
internal static class ResponsePostSql
{
    public const string Ask = """
        INSERT INTO response_post (organisation, received_id, source_id, url, created_at, next_attempt_at, attempts) VALUES (@org, @received, @source, @url, @now, @now, 0)
        ON CONFLICT (received_id, url) DO UPDATE SET created_at = @now, next_attempt_at = @now, taken_at = NULL, last_fault = NULL, attempts = 0
        """;

    /// <summary>The sender of the message that asked is to be told how what was asked stands: whatever it is when it is told, so that several changes may be one.</summary>
    public const string AskStatus = """
        INSERT INTO response_post (organisation, received_id, source_id, url, created_at, next_attempt_at, attempts)
        SELECT r.organisation, r.id, r.source_id, @url, @now, @now, 0 FROM obligation o JOIN event e ON e.id = o.event_id JOIN received r ON r.id = e.received_id WHERE o.id = @id
        ON CONFLICT (received_id, url) DO UPDATE SET created_at = @now, next_attempt_at = @now, taken_at = NULL, last_fault = NULL, attempts = 0
        """;

    /// <summary>Two nodes never get the same one. The count of attempts, and when it was asked for, is the fence: what is asked for again while it is posted is posted again.</summary>
    public const string Claim = """
        UPDATE response_post SET attempts = attempts + 1, next_attempt_at = @until WHERE id IN /*+postgres (SELECT unnest(ARRAY */ (
          SELECT id FROM response_post WHERE next_attempt_at <= @now AND next_attempt_at IS NOT NULL ORDER BY next_attempt_at LIMIT @max /*+postgres FOR UPDATE SKIP LOCKED */) /*+postgres )) */
        RETURNING id, received_id, source_id, url, created_at, attempts
        """;

    public const string Complete = """
        UPDATE response_post SET next_attempt_at = @next, last_fault = @fault, taken_at = @taken WHERE id = @id AND attempts = @attempt AND created_at = @asked AND next_attempt_at IS NOT NULL RETURNING id
        """;

    public const string Next = "SELECT min(next_attempt_at) FROM response_post WHERE next_attempt_at IS NOT NULL";

    public const string DeleteOfMessage = "DELETE FROM response_post WHERE received_id = @id";
}
