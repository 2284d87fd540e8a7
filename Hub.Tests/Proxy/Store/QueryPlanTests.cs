using System.Reflection;
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
    private static readonly Type[] Homes = [typeof(Sql), typeof(RetentionSql), typeof(ObligationSql), typeof(AnswerSql), typeof(NoticeSql), typeof(ResponsePostSql)];

    /// <summary>The statement of a name such as <c>Sql.Claim</c>.</summary>
    public static string StatementOf(string name) =>
        (string)Homes.Single(t => t.Name == name.Split('.')[0]).GetField(name.Split('.')[1])!.GetRawConstantValue()!;

    [Theory]
    [MemberData(nameof(Statements))]
    public void No_hot_statement_scans_a_table(string name)
    {
        Scans(StatementOf(name)).ShouldBeEmpty();
    }

    [Fact]
    public void The_worklist_reads_what_is_due_first_from_an_index_whole_or_for_one_partner()
    {
        using var context = StoreStart.Context(store.Options);
        var open = context.Obligations.Where(o => o.ClosedAt == null && o.DueAt != null);

        foreach (var list in new[] { open, open.Where(o => o.PartnerId == "cmht-south") })
        {
            Scans(list.OrderBy(o => o.DueAt).ThenBy(o => o.Id).Take(50).ToQueryString().Split('\n').SkipWhile(l => !l.StartsWith("SELECT", StringComparison.Ordinal)).Aggregate("", (a, l) => $"{a} {l}"))
                .ShouldBeEmpty();
        }
    }

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
