namespace Hub.Proxy.Store.HotPath;

/// <summary>What a person has sent again.</summary>
internal static partial class Sql
{
    public const string ReadOriginal = """
        SELECT state, body_payload_id, frozen_payload_id, media_type, protocol_message_id, compose_anew, organisation FROM delivery WHERE id = @id
        """;

    public const string InsertReplay = """
        INSERT INTO delivery (id, organisation, event_id, lane_id, seq, partner_id, person_id, original_person_id, recipient_name, audience, state,
          body_payload_id, frozen_payload_id, media_type, protocol_message_id, part, version, attempts, failures, unknowns, next_attempt_at, waiting_because,
          held_reason, held_by, urgency, title, partner_file_hash, stops_lane, compose_anew, replay_of, replay_form, replayed_by, replay_note, created_at)
        VALUES (@id, @org, @event, @lane, @seq, @partner, @person, @person, @recipient, @audience, @state,
          @body, @frozen, @mediaType, @messageId, @part, @version, 0, 0, 0, @next, @waiting,
          @held, @heldBy, @urgency, @title, @fileHash, @stops, FALSE, @original, @form, @by, @note, @now)
        """;

    /// <summary>When the replay is accepted, the refused original has been told again (<see cref="SupersedeCarried"/>).</summary>
    public const string CarryByReplay = "UPDATE delivery SET carried_by = @replay WHERE id = @id AND state = 3 AND carried_by IS NULL";

    /// <summary>It waited behind what was returned, and goes to the new practice in its place.</summary>
    public const string ReplaceReaddressed = """
        UPDATE delivery SET state = 7, held_by = 3, finished_at = @now, carried_by = @replay, next_attempt_at = NULL, waiting_because = NULL
        WHERE id = @id AND finished_at IS NULL AND state IN (0, 5) AND frozen_payload_id IS NULL
        """;

    /// <summary>A person has said that one practice's copies go to another, and the first one's lane still stands still.</summary>
    public const string WasReaddressed = """
        SELECT 1 FROM lane f JOIN lane t ON t.person_id = f.person_id JOIN delivery d ON d.lane_id = t.id
        WHERE f.partner_id = @from AND f.person_id = @person AND f.held_reason IS NOT NULL AND t.partner_id = @to AND d.replay_form = 'Readdress' LIMIT 1
        """;

    /// <summary>Nobody could be reached by it; the replay goes in its place.</summary>
    public const string ReplaceUnroutable = """
        UPDATE delivery SET state = 7, finished_at = @now, carried_by = @replay, next_attempt_at = NULL, waiting_because = NULL WHERE id = @id AND state = 6
        """;
}
