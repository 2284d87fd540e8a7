namespace Hub.Proxy.Store.HotPath;

/// <summary>The keys of contents, and what is sealed anew under the newest.</summary>
internal static class KeySql
{
    public const string All = "SELECT id, created_at, takes_clear, wrapped, wrapped_by, swept_at FROM content_key WHERE id > 0 ORDER BY id";

    public const string Insert = """
        INSERT INTO content_key (id, organisation, created_at, takes_clear, wrapped, wrapped_by) VALUES (@id, @org, @now, @clear, @wrapped, @by)
        ON CONFLICT (id) DO NOTHING RETURNING id
        """;

    public const string Rewrap =
        "UPDATE content_key SET takes_clear = @clear, wrapped = @wrapped, wrapped_by = @by WHERE id = @id AND wrapped = @before RETURNING id";

    public const string NoteSwept = "UPDATE content_key SET swept_at = @now WHERE id = @id RETURNING id";

    public const string Delete = "DELETE FROM content_key WHERE id = @id RETURNING id";

    public const string AnyPayload = "SELECT id FROM payload WHERE id = (SELECT max(id) FROM payload)";

    public const string AnyPerson = "SELECT id FROM person WHERE updated_at = (SELECT max(updated_at) FROM person) LIMIT 1";

    public const string NewestOfPayload = "SELECT key_id FROM payload WHERE id = (SELECT max(id) FROM payload)";

    public const string NewestOfPerson = "SELECT key_id FROM person WHERE updated_at = (SELECT max(updated_at) FROM person) AND key_id IS NOT NULL LIMIT 1";

    public const string LastPayload = "SELECT max(id) FROM payload";

    public const string LastEpisode = "SELECT max(id) FROM episode_state";

    /// <summary>Contents between two row numbers that are not under the newest key.</summary>
    public const string PayloadsToSeal = """
        SELECT id, encoding, content, key_id, hash, base_id, tail FROM payload
        WHERE id > @after AND id <= @to AND encoding <> 'gone' AND (key_id IS NULL OR key_id <> @key) ORDER BY id
        """;

    public const string VersionsToSeal = """
        SELECT episode_id, version, encoding, content, key_id FROM episode_version
        WHERE episode_id > @after AND episode_id <= @to AND (key_id IS NULL OR key_id <> @key) ORDER BY episode_id, version
        """;

    /// <summary>Reasons of attempts between two row numbers that do not lie under the newest key.</summary>
    public const string ReasonsToSeal = """
        SELECT id, delivery_id, number, reason FROM attempt WHERE id > @after AND id <= @to AND reason IS NOT NULL AND reason NOT LIKE @under ORDER BY id
        """;

    public const string LastAttempt = "SELECT max(id) FROM attempt";

    public const string SealReason = "UPDATE attempt SET reason = @reason WHERE id = @id AND reason = @before";

    /// <summary>Persons in the order of their ids, a page at a time; one that is under the newest key is read past.</summary>
    public const string Persons = "SELECT id, encoding, identity, key_id FROM person WHERE id > @after ORDER BY id LIMIT @max";

    /// <summary>What was changed meanwhile is left alone: it was sealed by whoever changed it.</summary>
    public const string SealPayload =
        "UPDATE payload SET content = @content, key_id = @key, hash = @hash WHERE id = @id AND content = @before AND encoding = @encoding";

    public const string SealVersion =
        "UPDATE episode_version SET content = @content, key_id = @key WHERE episode_id = @episode AND version = @version AND content = @before";

    public const string SealPerson = "UPDATE person SET identity = @content, key_id = @key WHERE id = @id AND identity = @before";
}
