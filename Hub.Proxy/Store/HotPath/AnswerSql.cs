namespace Hub.Proxy.Store.HotPath;

/// <summary>Answers that come later, by another way than the attempt's own connection.</summary>
internal static class AnswerSql
{
    /// <summary>What the carrier's word left behind, after the attempt has ended.</summary>
    public const string Await = """
        UPDATE delivery SET carrier_id = coalesce(@carrier, carrier_id), awaited_since = @now, awaited_until = @until, silence_told_at = NULL WHERE id = @id
        """;

    private const string Found = """
         AND attempts > 0 AND lane_id IS NOT NULL ORDER BY CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END, created_at DESC LIMIT 1
        """;

    /// <summary>
    /// Of this partner and nobody else, and only what was sent: whatever is open, because an answer may come before anybody wrote down that it is awaited; what
    /// was awaited once; and what once had no clear answer.
    /// </summary>
    public const string FindByMessage = """
        SELECT id, lane_id FROM delivery WHERE partner_id = @partner AND protocol_message_id = @message AND protocol_message_id IS NOT NULL
          AND (finished_at IS NULL OR awaited_since IS NOT NULL OR unknowns > 0)
        """ + Found;

    public const string FindByCarrier =
        "SELECT id, lane_id FROM delivery WHERE partner_id = @partner AND carrier_id = @carrier AND carrier_id IS NOT NULL" + Found;

    public const string Read = """
        SELECT state, attempts, failures, unknowns, protocol_message_id, media_type, finished_at FROM delivery WHERE id = @id /*+postgres FOR NO KEY UPDATE */
        """;

    public const string StateOf = "SELECT state FROM delivery WHERE id = @id";

    /// <summary>What came later before, with the content's hash, by which the same bytes are known.</summary>
    public const string Earlier = """
        SELECT k.stage, k.outcome, k.sent_code, p.hash FROM acknowledgement k LEFT JOIN payload p ON p.id = k.evidence_payload_id
        WHERE k.delivery_id = @id AND k.stage IS NOT NULL
        """;

    public const string Keep = """
        INSERT INTO acknowledgement (organisation, delivery_id, attempt, outcome, sent_code, answers_message_id, evidence_payload_id, late, stage, received_at)
        VALUES (@org, @id, @attempt, @outcome, @code, @answers, @evidence, @late, @stage, @now)
        """;

    /// <summary>A later stage is never taken back by an earlier one.</summary>
    public const string NoteStage =
        "UPDATE delivery SET answer_stage = CASE WHEN answer_stage IS NULL OR answer_stage < @stage THEN @stage ELSE answer_stage END WHERE id = @id";

    public const string CloseSilence =
        "UPDATE attention SET closed_at = @now, closed_by = 'hub', closing_note = @note WHERE delivery_id = @id AND kind = @kind AND closed_at IS NULL AND delivery_id IS NOT NULL";

    /// <summary>What was not answered in its time and nobody was told of. Two nodes never get the same one.</summary>
    public const string TellSilence = """
        UPDATE delivery SET silence_told_at = @now WHERE id IN /*+postgres (SELECT unnest(ARRAY */ (
          SELECT id FROM delivery WHERE state = 9 AND silence_told_at IS NULL AND awaited_until <= @now
          ORDER BY awaited_until LIMIT @max /*+postgres FOR NO KEY UPDATE SKIP LOCKED */) /*+postgres )) */
          AND state = 9 AND silence_told_at IS NULL
        RETURNING id, partner_id, awaited_since, answer_stage, protocol_message_id, carrier_id, event_id
        """;

    public const string NextSilence = "SELECT min(awaited_until) FROM delivery WHERE state = 9 AND silence_told_at IS NULL";
}
