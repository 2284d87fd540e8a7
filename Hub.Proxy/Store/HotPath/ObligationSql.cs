namespace Hub.Proxy.Store.HotPath;

/// <summary>Obligations: opened and closed with the events that make them owed, moved by acts, found by the clock.</summary>
internal static class ObligationSql
{
    public const string OpenOfEpisode =
        "SELECT id, kind, fingerprint, event_id FROM obligation WHERE episode_id = @episode AND closed_at IS NULL ORDER BY id /*+postgres FOR NO KEY UPDATE */";

    /// <summary>Asked for the first time, or asked anew: what was declined, cancelled or done in answer to another demand does not answer this one. What somebody waived stays waived.</summary>
    public const string Open = """
        INSERT INTO obligation (id, organisation, person_id, episode_id, episode_version, event_id, kind, subject, actor, actor_name, chaser, partner_id, task_id,
          state, starts_at, due_at, clock, urgent, never_paused, rungs_told, next_clock_at, held_since, held_clock_at, fingerprint, version, opened_at, changed_at)
        VALUES (@id, @org, @person, @episode, @episodeVersion, @event, @kind, @subject, @actor, @actorName, @chaser, @partner, @task,
          @state, @starts, @due, @clock, @urgent, @never, 0, @next, @held, @heldClock, @fingerprint, 1, @now, @now)
        ON CONFLICT (id) DO UPDATE SET episode_version = @episodeVersion, event_id = @event, actor = @actor, actor_name = @actorName, chaser = @chaser,
          partner_id = @partner, task_id = @task, state = @state, owner = NULL, owner_told_by = NULL, starts_at = @starts, due_at = @due, clock = @clock,
          urgent = @urgent, never_paused = @never, rungs_told = 0, next_clock_at = @next, held_since = @held, held_clock_at = @heldClock, fingerprint = @fingerprint, version = obligation.version + 1, changed_at = @now, closed_at = NULL
        WHERE (obligation.closed_at IS NULL OR obligation.state <> @waived) AND (obligation.fingerprint <> @fingerprint OR obligation.state IN (@rejected, @cancelled))
        RETURNING version
        """;

    public const string Close = """
        UPDATE obligation SET state = @state, closed_at = @now, changed_at = @now, next_clock_at = NULL, held_since = NULL, held_clock_at = NULL, version = version + 1
        WHERE id = @id AND closed_at IS NULL RETURNING version
        """;

    public const string OpenOfKind = "SELECT id FROM obligation WHERE episode_id = @episode AND kind = @kind AND closed_at IS NULL ORDER BY id";

    public const string OpenOfEnded = """
        SELECT e.id, count(*) FROM episode_state e JOIN obligation o ON o.episode_id = e.id AND o.closed_at IS NULL
        WHERE e.episode_organisation = @organisation AND e.local_id = @local GROUP BY e.id
        """;

    public const string AddStep = """
        INSERT INTO obligation_step (organisation, obligation_id, at, act, channel, by, role, state, note_payload_id)
        VALUES (@org, @id, @at, @act, @channel, @by, @role, @state, @note)
        """;

    /// <summary>Their system has the message that asks for it. Nothing else follows from that, save that a clock which a refusal set forward, and which nobody was told of yet, is the first one again.</summary>
    public const string Receive = """
        UPDATE obligation SET state = @received, changed_at = @now, version = version + 1,
          next_clock_at = CASE WHEN rungs_told = 0 AND next_clock_at < due_at THEN due_at ELSE next_clock_at END,
          held_clock_at = CASE WHEN rungs_told = 0 AND held_clock_at < due_at THEN due_at ELSE held_clock_at END
        WHERE event_id = @event AND partner_id = @partner AND closed_at IS NULL AND state IN (@proposed, @requested) RETURNING id
        """;

    /// <summary>What is open at the practice before is the new practice's, which nobody has asked yet: the old one can no longer act on it.</summary>
    public const string MoveGp = """
        UPDATE obligation SET actor_name = @name, partner_id = NULL, state = @proposed, owner = NULL, owner_told_by = NULL, urgent = @yes, rungs_told = 0,
          next_clock_at = CASE WHEN held_since IS NULL THEN due_at END, held_clock_at = CASE WHEN held_since IS NULL THEN NULL ELSE due_at END,
          changed_at = @now, version = version + 1
        WHERE episode_id = @episode AND actor = @gp AND closed_at IS NULL AND event_id <> @event RETURNING id
        """;

    /// <summary>What asks for it was refused: it stays open and goes to the front (clinical rule 2).</summary>
    public const string MakeUrgent = """
        UPDATE obligation SET urgent = @yes, changed_at = @now, version = version + 1,
          next_clock_at = CASE WHEN held_since IS NULL THEN @now END, held_clock_at = CASE WHEN held_since IS NULL THEN NULL ELSE @now END
        WHERE event_id = @event AND partner_id = @partner AND closed_at IS NULL RETURNING id
        """;

    /// <summary>Whether the delivered message asks anything of its reader, in its own words or in what it tells again.</summary>
    public const string AsksMore = """
        SELECT 1 FROM delivery d WHERE d.id = @id AND (d.title LIKE '%ACTION %'
          OR EXISTS (SELECT 1 FROM obligation o WHERE o.event_id = @event AND o.partner_id = @partner AND o.closed_at IS NULL AND o.kind <> @informed)
          OR EXISTS (SELECT 1 FROM delivery c WHERE c.carried_by = @id AND (c.title LIKE '%ACTION %'
            OR EXISTS (SELECT 1 FROM obligation o WHERE o.event_id = c.event_id AND o.partner_id = @partner AND o.closed_at IS NULL AND o.kind <> @informed))))
        """;

    public const string OpenAsked = "SELECT id FROM obligation WHERE event_id = @event AND partner_id = @partner AND closed_at IS NULL AND kind = @kind ORDER BY id";

    /// <summary>Asked of another practice now, which has not got it yet.</summary>
    public const string Readdress = """
        UPDATE obligation SET partner_id = @to, actor_name = @name, state = CASE WHEN state = @received THEN @requested ELSE state END, changed_at = @now, version = version + 1
        WHERE event_id = @event AND partner_id = @from AND closed_at IS NULL RETURNING id, state
        """;

    private const string Columns = """
        id, kind, subject, actor, actor_name, chaser, state, owner, owner_told_by, starts_at, due_at, clock, urgent, rungs_told, next_clock_at, version,
        person_id, event_id, episode_id, episode_version, partner_id, held_since, held_clock_at, never_paused
        """;

    public const string Find = $"SELECT {Columns} FROM obligation WHERE id = @id /*+postgres FOR NO KEY UPDATE */";

    public const string FindByTask = $"SELECT {Columns} FROM obligation WHERE task_id = @task AND task_id IS NOT NULL";

    public const string Update = """
        UPDATE obligation SET state = @state, owner = @owner, owner_told_by = @toldBy, actor_name = @actorName, urgent = @urgent,
          partner_id = CASE WHEN @elsewhere THEN NULL ELSE partner_id END, rungs_told = @rungs,
          next_clock_at = @clock, held_since = @held, held_clock_at = @heldClock, version = @version, changed_at = @now, closed_at = @closed
        WHERE id = @id
        """;

    /// <summary>Another community team that has taken the person on in the same episode.</summary>
    public const string OtherAcceptance =
        "SELECT id FROM obligation WHERE episode_id = @episode AND kind = @kind AND id <> @id AND owner IS NOT NULL AND state IN (@accepted, @inProgress, @done) LIMIT 1";

    /// <summary>Whose clock has run out. Two nodes never get the same one: the row is locked, and what was told has moved on.</summary>
    public const string Overdue =
        $"SELECT {Columns} FROM obligation WHERE next_clock_at <= @now AND next_clock_at IS NOT NULL ORDER BY next_clock_at LIMIT @max /*+postgres FOR NO KEY UPDATE SKIP LOCKED */";

    public const string Told = "UPDATE obligation SET rungs_told = @rungs, next_clock_at = @next, version = version + 1, changed_at = @now WHERE id = @id";

    public const string NextClock = "SELECT min(next_clock_at) FROM obligation WHERE next_clock_at IS NOT NULL";

    // A reported death (clinical rule 18) ------------------------------------------------------------------------------------------------------

    /// <summary>The person and everyone merged into them.</summary>
    private const string Family = "WITH RECURSIVE family (id) AS (SELECT @person UNION SELECT p.id FROM family f JOIN person p ON p.merged_into = f.id) ";

    public const string SetPersonHeld = Family + "UPDATE person SET clocks_held_since = @since WHERE id IN (SELECT id FROM family)";

    public const string PersonHeld = Family + "SELECT min(clocks_held_since) FROM person WHERE id IN (SELECT id FROM family)";

    public const string HoldClocks = Family + """
        UPDATE obligation SET held_since = @now, held_clock_at = next_clock_at, next_clock_at = NULL, changed_at = @now, version = version + 1
        WHERE person_id IN (SELECT id FROM family) AND closed_at IS NULL AND held_since IS NULL AND kind <> @confirm RETURNING id, state
        """;

    /// <summary>The clocks go on where they stood: one that ran out meanwhile speaks at once, and once.</summary>
    public const string ReleaseClocks = Family + """
        UPDATE obligation SET held_since = NULL, next_clock_at = held_clock_at, held_clock_at = NULL, changed_at = @now, version = version + 1
        WHERE person_id IN (SELECT id FROM family) AND closed_at IS NULL AND held_since IS NOT NULL RETURNING id, state
        """;

    /// <summary>Ended because a named person confirmed the death: kept so that a removal of the notice can open it again.</summary>
    public const string EndFollowUps = Family + """
        UPDATE obligation SET state = @waived, closed_at = @now, changed_at = @now, version = version + 1
        WHERE person_id IN (SELECT id FROM family) AND closed_at IS NULL AND held_since IS NOT NULL
          AND kind NOT IN (@gpInformed, @gpAction, @teamAction, @wardInformed, @alert, @referrer, @carer, @confirm) RETURNING id, state
        """;

    /// <summary>Owed again, with the owner it had, because the person lives.</summary>
    public const string ReopenFollowUps = Family + """
        UPDATE obligation SET state = CASE WHEN owner IS NOT NULL THEN @accepted WHEN partner_id IS NULL THEN @proposed ELSE @requested END,
          closed_at = NULL, held_since = NULL, next_clock_at = held_clock_at, held_clock_at = NULL, changed_at = @now, version = version + 1
        WHERE person_id IN (SELECT id FROM family) AND closed_at IS NOT NULL AND held_since IS NOT NULL RETURNING id, state
        """;

    public const string OpenConfirmations =
        Family + "SELECT id FROM obligation WHERE person_id IN (SELECT id FROM family) AND closed_at IS NULL AND kind = @confirm";

    public const string CloseAttention =
        "UPDATE attention SET closed_at = @now, closed_by = @by, closing_note = @note WHERE obligation_id = @id AND closed_at IS NULL AND obligation_id IS NOT NULL";

    public const string NotesOfEvent =
        "SELECT s.note_payload_id FROM obligation o JOIN obligation_step s ON s.obligation_id = o.id WHERE o.event_id = @event AND s.note_payload_id IS NOT NULL";

    public const string DeleteSteps = "DELETE FROM obligation_step WHERE obligation_id IN (SELECT id FROM obligation WHERE event_id = @event)";

    public const string Delete = "DELETE FROM obligation WHERE event_id = @event AND closed_at IS NOT NULL";
}
