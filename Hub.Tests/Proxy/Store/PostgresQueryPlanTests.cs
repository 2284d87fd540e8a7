using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.HotPath;
using Hub.Proxy.Store.Postgres;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Store;

/// <summary>
/// No statement of the hot path reads a whole table on PostgreSQL either. Its planner decides by numbers, so the tables are filled as after some
/// months and counted; the plans are those that serve any value (PostgreSQL, PREPARE, plan_cache_mode).
/// </summary>
public sealed class PostgresQueryPlanTests(PostgresQueryPlanTests.FilledStore store) : IClassFixture<PostgresQueryPlanTests.FilledStore>
{
    // How many persons were merged into one is guessed as a hundred, for which a small table is rightly read.
    private static readonly string[] Obligations = ["ObligationSql"];

    public static TheoryData<string> Statements() => QueryPlanTests.Statements();

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task No_hot_statement_scans_a_table(string name)
    {
        var sql = QueryPlanTests.StatementOf(name);

        // Retention looks at a lot by its nature, and where a table is small the planner rightly reads it: there must be another way.
        var plan = await PlanAsync(PostgresStatement.Of(sql), avoidScans: !name.StartsWith("Sql.", StringComparison.Ordinal) && !name.StartsWith("AnswerSql.", StringComparison.Ordinal) && !Obligations.Contains(name.Split('.')[0] + (name.Contains("PersonHeld", StringComparison.Ordinal) ? " of a family" : "")));
        // One row a partner: dozens, however long the hub runs.
        plan = plan.Replace("Seq Scan on partner_state", "", StringComparison.Ordinal);
        plan.ShouldNotContain("Seq Scan", Case.Sensitive, plan);
    }

    [Theory]
    [MemberData(nameof(QueryPlanTests.Worklists), MemberType = typeof(QueryPlanTests))]
    public async Task A_page_of_the_worklist_is_read_along_an_index_and_neither_sorted_nor_searched_for(string name)
    {
        using var context = StoreStart.Context(StoreOptions.OnPostgres(await store.FillAsync(), "RXX", StoreOptions.NoKey));
        using var command = HandoverBook.Worklist(context, QueryPlanTests.WorklistOf(name)).CreateDbCommand();
        await command.Connection!.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // A statement of ours.
        command.CommandText = "EXPLAIN " + command.CommandText;
#pragma warning restore CA2100
        var lines = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                lines.Add(reader.GetString(0));
            }
        }

        var plan = string.Join('\n', lines);
        plan.ShouldNotContain("Seq Scan", Case.Sensitive, plan);
        plan.ShouldNotContain("Bitmap", Case.Sensitive, plan);
        plan.ShouldContain(name == "one episode" ? "IX_obligation_episode_id" : "ix_obligation_", Case.Sensitive, plan);
        if (name != "one episode")
        {
            plan.ShouldNotContain("Sort", Case.Sensitive, plan);
        }
    }

    [Fact]
    public async Task A_statement_without_an_index_is_seen_to_scan() =>
        (await PlanAsync(PostgresStatement.Of("SELECT id FROM delivery WHERE title = @title"))).ShouldContain("Seq Scan on delivery");

    private async Task<string> PlanAsync(PostgresStatement statement, bool avoidScans = false)
    {
        using var connection = new NpgsqlConnection(await store.FillAsync());
        connection.Open();
        Run(connection, "SET plan_cache_mode = force_generic_plan");
        Run(connection, avoidScans ? "SET enable_seqscan = off" : "SET enable_seqscan = on");
        Run(connection, $"PREPARE q{Places(statement, TypeOf)} AS {statement.Text}");
        using var explain = Command(connection, "EXPLAIN EXECUTE q" + Places(statement, _ => "NULL"));
        using var reader = explain.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read())
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    // What the hub gives the server beside each value; left out, the server deduces it, and deduces text where nothing else says.
    private static string TypeOf(string name) => name switch
    {
        "@person" => "uuid",
        "@now" or "@until" or "@accepted" or "@proposed" or "@requested" => "bigint",
        _ => "unknown",
    };

    private static string Places(PostgresStatement statement, Func<string, string> of) =>
        statement.Names.Count == 0 ? "" : $"({string.Join(',', statement.Names.Select(of))})";

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Statements of ours.
        return new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
    }

    /// <summary>Some months of a small trust, in numbers only.</summary>
    public sealed class FilledStore(TestServers servers)
    {
        private const string Fill = """
            SET session_replication_role = replica;
            INSERT INTO payload (organisation, hash, encoding, length, content, created_at, last_used_at) SELECT 'RXX', sha256(n::text::bytea), 'identity', 1, '\x00', n, n FROM generate_series(1, 20000) n;
            INSERT INTO person (id, organisation, version, identity, encoding, merged_into, created_at, updated_at)
              SELECT md5(n::text)::uuid, 'RXX', 1, '\x00', 'identity', CASE WHEN n % 100 = 0 THEN md5((n + 1)::text)::uuid END, n, n FROM generate_series(1, 20000) n;
            INSERT INTO person_identifier (organisation, person_id, hash, key_id, shared, created_at) SELECT 'RXX', md5(n::text)::uuid, sha256(n::text::bytea), 'k1', 0, n FROM generate_series(1, 20000) n;
            INSERT INTO received (id, organisation, source_id, protocol, message_key, key_date, content_hash, dedupe_key, payload_id, media_type, received_at, outcome, repeats)
              SELECT md5(n::text)::uuid, 'RXX', 'epr', 'hl7v2', 'K' || n, '2026-05-04', sha256(n::text::bytea), 'D' || n, n, 't', n, 'Accepted', 0 FROM generate_series(1, 20000) n;
            INSERT INTO episode_state (organisation, episode_organisation, local_id, person_id, version, status, created_at, updated_at)
              SELECT 'RXX', 'RXX', 'E' || n, md5((n % 20000)::text)::uuid, 2, 1, n, n FROM generate_series(1, 100000) n;
            INSERT INTO episode_version (episode_id, version, organisation, encoding, content) SELECT id, v, 'RXX', 'identity', '\x00' FROM episode_state, generate_series(1, 2) v;
            INSERT INTO event (id, organisation, received_id, event_index, type, person_id, episode_id, episode_version, payload_id, occurred_at, received_at)
              SELECT md5(n::text)::uuid, 'RXX', md5(n::text)::uuid, 0, 't', md5(n::text)::uuid, n, 1, n, n, n FROM generate_series(1, 20000) n;
            INSERT INTO lane (organisation, partner_id, person_id, next_seq, head_due_at, urgency)
              SELECT 'RXX', 'partner' || n % 50, md5(n::text)::uuid, 3, CASE WHEN n % 20 = 0 THEN n END, n % 2 FROM generate_series(1, 20000) n;
            INSERT INTO delivery (id, organisation, event_id, lane_id, seq, partner_id, person_id, original_person_id, recipient_name, audience, part, state, body_payload_id, version,
                attempts, failures, unknowns, held_by, urgency, title, stops_lane, compose_anew, carried_by, created_at, finished_at, protocol_message_id, carrier_id, awaited_since, awaited_until)
              SELECT md5(n || '-' || s)::uuid, 'RXX', md5(n::text)::uuid, n, s, 'partner' || n % 50, md5(n::text)::uuid, md5(n::text)::uuid, 'r', 'Gp', 0,
                CASE WHEN n % 20 = 0 AND s = 2 THEN 0 WHEN n % 200 = 7 AND s = 2 THEN 9 WHEN n % 50 = 1 THEN 3 ELSE 2 END, n, 1, 1, 0, 0, 0, 1, 't', FALSE, FALSE, NULL, n, CASE WHEN (n % 20 = 0 OR n % 200 = 7) AND s = 2 THEN NULL ELSE n END,
                'm' || n || '-' || s, CASE WHEN n % 4 = 3 THEN 'c' || n || '-' || s END, CASE WHEN n % 4 = 3 THEN n END, CASE WHEN n % 4 = 3 THEN n END
              FROM generate_series(1, 20000) n, generate_series(1, 2) s;
            INSERT INTO attempt (organisation, delivery_id, number, lease_token, started_at, ended_at, outcome, late) SELECT 'RXX', id, 1, id, 1, 2, 'Delivered', FALSE FROM delivery;
            INSERT INTO acknowledgement (organisation, delivery_id, attempt, outcome, late, received_at) SELECT 'RXX', id, 1, 'Delivered', FALSE, 2 FROM delivery;
            INSERT INTO attention (id, organisation, kind, reason, owner, next_step, urgency, delivery_id, event_id, dedupe_key, count, created_at, last_at, closed_at)
              SELECT md5(n::text)::uuid, 'RXX', 'k', 'r', 'o', 's', 1, md5(n || '-1')::uuid, md5(n::text)::uuid, 'D' || n, 1, n, n, CASE WHEN n % 10 > 0 THEN n END FROM generate_series(1, 20000) n;
            INSERT INTO obligation (id, organisation, person_id, episode_id, episode_version, event_id, kind, subject, actor, chaser, partner_id, task_id, state, starts_at, due_at, clock, urgent, never_paused,
                rungs_told, next_clock_at, fingerprint, version, opened_at, changed_at, closed_at)
              SELECT md5(n || '-' || k)::uuid, 'RXX', md5(n::text)::uuid, n, 1, md5(n::text)::uuid, k, 's', k % 5, 'c', 'partner' || n % 50, md5('t' || n || '-' || k)::uuid, CASE WHEN n % 4 = 0 THEN 2 ELSE 5 END, n,
                n + k, 'c', FALSE, FALSE, 0, CASE WHEN n % 4 = 0 THEN n + k END, n, 1, n, n, CASE WHEN n % 4 > 0 THEN n END
              FROM generate_series(1, 20000) n, generate_series(0, 4) k;
            INSERT INTO obligation_step (organisation, obligation_id, at, act, channel, by, state) SELECT 'RXX', id, 1, 'Open', 4, 'epr', 1 FROM obligation;
            INSERT INTO partner_state (partner_id, organisation, held_reason, paused) SELECT 'partner' || n, 'RXX', CASE WHEN n % 20 = 0 THEN 'r' END, FALSE FROM generate_series(0, 49) n;
            ANALYZE;
            """;

        private readonly Lazy<Task<string>> filled = new(() => FillAsync(servers));

        /// <summary>How to reach it. Asked for by each test, because only a test can be skipped.</summary>
        public Task<string> FillAsync() => filled.Value;

        private static async Task<string> FillAsync(TestServers servers)
        {
            var connectionString = await servers.NewDatabaseAsync();
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var fill = Command(connection, Fill);
            await fill.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return connectionString;
        }
    }
}
