using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Hub.Proxy.Store.HotPath;
using Hub.Proxy.Store.Sqlite;
using Hub.Tests.Support;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>The contract on a real SQLite file, and what only SQLite can get wrong.</summary>
public sealed class SqliteMessageStoreTests : MessageStoreContract
{
    private readonly string directory = Directory.CreateTempSubdirectory("hub-store-").FullName;
    private MessageStore? store;

    private StoreOptions Options => StoreOptions.InDirectory(directory, "RXX") with { BusySeconds = 1 };

    private protected override StoreOptions Where => Options;

    private protected override Timeline Timeline => new(NewContext);

    private protected override HubDbContext NewContext() => StoreStart.Context(Options);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task While_the_file_is_locked_nothing_is_acknowledged_and_afterwards_everything_goes_on()
    {
        using (var other = new SqliteConnection($"Data Source={Options.Path};Pooling=False"))
        {
            await other.OpenAsync(Token);
            Run(other, "BEGIN IMMEDIATE");
            var plans = Enumerable.Range(0, 5).Select(i => Store.CommitAsync(Plan($"K{i}", Event(NewPerson(Person($"P{i}")))), Token)).ToList();

            foreach (var plan in plans)
            {
                await Should.ThrowAsync<StorageUnavailableException>(plan);
            }

            Run(other, "ROLLBACK");
        }

        (await Store.FindEarlierAsync(Received("K0"), Token)).ShouldBeNull();
        (await Store.CommitAsync(Plan("K0", Event(NewPerson(Person("P0")))), Token)).ShouldBeOfType<Committed>();
    }

    [Fact]
    public async Task Once_what_was_in_clear_is_sealed_nothing_of_it_is_left_in_the_file_or_in_its_log()
    {
        await CommitCanaryAsync("K1");
        await BeforeKeys.MakeAsync(Options, Token);
        await StoreStart.ReadyAsync(Options, Token);
        await ReopenAsync();
        Found().ShouldNotBeEmpty("a search that finds what stands there");

        (await Sealer().SealAllAsync(Token)).ShouldBeTrue();

        Found().ShouldBeEmpty();
        IEnumerable<string> Found() => Directory.EnumerateFiles(directory, "hub.db*").Select(RawStore.Bytes).SelectMany(raw => Canaries.Where(c => raw.Contains(c, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_commit_is_synced_before_it_is_acknowledged()
    {
        using var session = StoreDatabase.Of(Options, Clock).Open();

        session.Scalar("PRAGMA journal_mode").ShouldBe("wal");
        session.Scalar("PRAGMA synchronous").ShouldBe(2L); // FULL
        session.Scalar("PRAGMA foreign_keys").ShouldBe(1L);
    }

    [Fact]
    public async Task Migrating_a_store_that_is_up_to_date_changes_nothing()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")))), Token);

        await StoreStart.MigrateAsync(Options, Token);

        (await Store.FindEarlierAsync(Received("K1"), Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task No_identifier_can_be_read_from_the_file_of_identifiers()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1", "9912003888")))), Token);
        using var session = StoreDatabase.Of(Options, Clock).Open();

        var rows = session.All("SELECT hash FROM person_identifier", row => row.Bytes(0));

        rows.Count.ShouldBe(2);
        rows.ShouldAllBe(hash => hash.Length == 32);
    }

    [Fact]
    public void A_lost_key_stops_the_start_instead_of_making_every_person_a_second_one()
    {
        _ = Options;
        File.Delete(Path.Combine(directory, "identifier.key"));

        Should.Throw<InvalidOperationException>(() => Options).Message.ShouldContain("identifier.key");
    }

    protected override async Task<IMessageStore> OpenAsync()
    {
        await StoreStart.MigrateAsync(Options, Token);
        return store = StoreStart.Open(Options, Clock);
    }

    protected override Task CloseAsync()
    {
        store?.Dispose();
        return Task.CompletedTask;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
