using System.Reflection;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Proxy.Store.HotPath;
using Hub.Proxy.Store.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Store;

/// <summary>No statement of the hot path reads a whole table: what is quick on the first day is quick after a year (SQLite, EXPLAIN QUERY PLAN).</summary>
public sealed class QueryPlanTests(QueryPlanTests.EmptyStore store) : IClassFixture<QueryPlanTests.EmptyStore>
{
    // Chains and families are built row by row from an index; to read the built rows is no table scan.
    private static readonly string[] NotTables = ["chain", "family", "c", "f", "needed", "n", "kept", "CONSTANT"];

    public static TheoryData<string> Statements() =>
        [.. Homes.SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => $"{t.Name}.{field.Name}"))];

    /// <summary>Where the statements stand.</summary>
    private static readonly Type[] Homes = [typeof(Sql), typeof(RetentionSql), typeof(ObligationSql), typeof(AnswerSql), typeof(NoticeSql), typeof(ResponsePostSql), typeof(AccessSql), typeof(AuditSql), typeof(KeySql)];

    /// <summary>The statement of a name such as <c>Sql.Claim</c>.</summary>
    public static string StatementOf(string name) =>
        (string)Homes.Single(t => t.Name == name.Split('.')[0]).GetField(name.Split('.')[1])!.GetRawConstantValue()!;

    [Theory]
    [MemberData(nameof(Statements))]
    public void No_hot_statement_scans_a_table(string name)
    {
        Scans(StatementOf(name)).ShouldBeEmpty();
    }

    public static TheoryData<string> Worklists() => ["all", "one partner", "overdue", "overdue of one partner", "a later page", "one episode"];

    /// <summary>What the worklist is asked under a name of <see cref="Worklists"/>.</summary>
    internal static WorklistRequest WorklistOf(string name)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(10_000);
        return name switch
        {
            "one partner" => new("partner7", null, null, null, 50),
            "overdue" => new(null, null, at, null, 50),
            "overdue of one partner" => new("partner7", null, at, null, 50),
            "a later page" => new(null, null, null, (at, Guid.Empty), 50),
            "one episode" => new(null, 7, null, null, 50),
            _ => new(null, null, null, null, 50),
        };
    }

    [Theory]
    [MemberData(nameof(Worklists))]
    public async Task A_page_of_the_worklist_is_read_along_an_index_whatever_the_tables_statistics_say(string name)
    {
        var folder = Directory.CreateTempSubdirectory("hub-worklist-").FullName;
        var options = StoreOptions.InDirectory(folder, "RXX");
        await StoreStart.MigrateAsync(options, TestContext.Current.CancellationToken);
        using var context = StoreStart.Context(options);
        await context.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await context.Database.ExecuteSqlRawAsync(Fill, TestContext.Current.CancellationToken);
        using var command = HandoverBook.Worklist(context, WorklistOf(name)).CreateDbCommand();
#pragma warning disable CA2100 // A statement of ours.
        command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
#pragma warning restore CA2100
        var steps = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                steps.Add(reader.GetString(3));
            }
        }

        // A walk along an index in its own order ends when the page is full; a sort would have to read everything first.
        steps[0].ShouldContain("USING INDEX ix_obligation_");
        if (name != "one episode")
        {
            steps.ShouldNotContain(s => s.Contains("TEMP B-TREE", StringComparison.Ordinal));
        }
    }

    // Open and closed, of many episodes and partners, and counted, so that the planner decides as it would with a million.
    private const string Fill = """
        PRAGMA foreign_keys = OFF;
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
        INSERT INTO obligation (id, organisation, person_id, episode_id, episode_version, event_id, kind, subject, actor, chaser, partner_id, state, starts_at, due_at, clock, urgent, never_paused,
            rungs_told, next_clock_at, fingerprint, version, opened_at, changed_at, closed_at)
        SELECT printf('%08X-0000-0000-0000-000000000000', n), 'RXX', printf('%08X-0000-0000-0000-000000000000', n / 5), n / 5, 1, printf('%08X-0000-0000-0000-000000000000', n / 5), n % 20, 's', 0, 'c',
            'partner' || (n % 50), CASE WHEN n % 4 = 0 THEN 2 ELSE 5 END, n, n, 'c', 0, 0, 0, CASE WHEN n % 4 = 0 THEN n END, n, 1, n, n, CASE WHEN n % 4 > 0 THEN n END FROM n;
        ANALYZE;
        """;

    [Fact]
    public void A_statement_without_an_index_is_seen_to_scan() =>
        Scans("SELECT id FROM delivery WHERE title = 'x'").ShouldHaveSingleItem();

    private List<string> Scans(string sql)
    {
        using var connection = new SqliteConnection(SqliteDatabase.ConnectionString(store.Options));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (var parameter in System.Text.RegularExpressions.Regex.Matches(sql, "@[A-Za-z]+").Select(m => m.Value).Distinct())
        {
            command.Parameters.AddWithValue(parameter, 1);
        }

        using var reader = command.ExecuteReader();
        var scans = new List<string>();
        while (reader.Read())
        {
            var step = reader.GetString(3);
            if (step.StartsWith("SCAN ", StringComparison.Ordinal) && !NotTables.Any(t => step.StartsWith("SCAN " + t, StringComparison.Ordinal) && (step.Length == 5 + t.Length || !char.IsAsciiLetterOrDigit(step[5 + t.Length]))))
            {
                scans.Add(step);
            }
        }

        return scans;
    }

    /// <summary>The schema, for all statements; none of them is run.</summary>
    public sealed class EmptyStore : IAsyncLifetime
    {
        private readonly string folder = Directory.CreateTempSubdirectory("hub-plans-").FullName;

        public EmptyStore() => Options = StoreOptions.InDirectory(folder, "RXX");

        public StoreOptions Options { get; }

        public async ValueTask InitializeAsync() => await StoreStart.MigrateAsync(Options, TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
