using System.Text;
using Hub.Proxy.Store;
using Hub.Proxy.Store.HotPath;
using Hub.Proxy.Store.Sqlite;
using Hub.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>A hub that is upgraded finds its work where the older one left it: each earlier schema, with queued work in it, is migrated and drained.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-migration-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> EarlierSchemas()
    {
        using var context = StoreStart.Context(StoreOptions.ForReading("nowhere"));
        return [.. context.Database.GetMigrations().SkipLast(1)];
    }

    [Theory]
    [MemberData(nameof(EarlierSchemas))]
    public async Task Work_queued_under_an_earlier_schema_is_delivered_and_nothing_of_it_forgotten(string schema)
    {
        var options = StoreOptions.InDirectory(folder, "RXX");
        var clock = new FakeTimeProvider(Monday);
        var plan = Plan("K1", Event(NewPerson(Person("P1", "9912003888")), To("gp-elm", "queued under the old schema")));
        await MakeAsync(options, schema, plan, clock);

        await StoreStart.MigrateAsync(options, Token);
        using var store = new MessageStore(new SqliteDatabase(options, clock), options, clock);

        (await store.EmptyContentAsync(TimeSpan.FromDays(8), 100, Token)).Nothing.ShouldBeTrue();
        var lease = (await store.ClaimAsync(new ClaimRequest("gp-elm", 10, TimeSpan.FromMinutes(1)), Token)).ShouldHaveSingleItem();
        var attempt = (await store.FreezeHeadAsync(lease, Freeze, Token)).ShouldNotBeNull();
        Encoding.UTF8.GetString(attempt.Message.Bytes.Span).ShouldBe("queued under the old schema");
        (await store.CompleteAsync(
            lease, attempt.Message, Result(Accepted(attempt.Message.ProtocolMessageId), DeliveryState.Delivered, clock.GetUtcNow()), Token)).ShouldBeTrue();
        (await store.FindEarlierAsync(Received("K1"), Token)).ShouldNotBeNull().Receipt.ReceivedId.ShouldBe(plan.ReceivedId);
        (await store.FindPersonsAsync(Person("P1"), Token)).ShouldHaveSingleItem();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A store of the earlier schema with the plan in it: what today's store writes, in the columns that there were then.</summary>
    private async Task MakeAsync(StoreOptions options, string schema, IntakePlan plan, FakeTimeProvider clock)
    {
        // With the same key, so that identifiers are found again.
        var today = options with { Path = Path.Combine(folder, "today.db") };
        await StoreStart.MigrateAsync(today, Token);
        using (var store = new MessageStore(new SqliteDatabase(today, clock), today, clock))
        {
            await store.CommitAsync(plan, Token);
        }

        await BeforeKeys.MakeAsync(today, Token);

        await using (var context = StoreStart.Context(options))
        {
            await context.GetService<IMigrator>().MigrateAsync(schema, Token);
        }

        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = options.Path, Pooling = false, ForeignKeys = false }.ConnectionString);
        await connection.OpenAsync(Token);
        await ExecuteAsync(connection, $"ATTACH '{today.Path}' AS today");
        foreach (var table in await NamesAsync(connection, "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'"))
        {
            var columns = string.Join(", ", await NamesAsync(connection, $"SELECT name FROM pragma_table_info('{table}', 'main')"));
            await ExecuteAsync(connection, $"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}");
        }
    }

    private static async Task<List<string>> NamesAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(Token);
        var names = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Token);
    }
}
