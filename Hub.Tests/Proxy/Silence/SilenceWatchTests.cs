using Hub.Adapters.Contract;
using Hub.Proxy.Silence;
using Hub.Proxy.Store;
using Hub.Proxy.Store.HotPath;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Silence;

/// <summary>A dead feed looks green: the watch says otherwise, over a real store.</summary>
public sealed class SilenceWatchTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-silence-").FullName;
    private readonly FakeTimeProvider clock = new(Monday);
    private StoreOptions options = null!;
    private MessageStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        options = StoreOptions.InDirectory(folder, "RXX");
        await StoreStart.MigrateAsync(options, Token);
        store = StoreStart.Open(options, clock);
    }

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_silent_source_is_an_urgent_entry_once_and_its_next_message_closes_it()
    {
        using var watch = Watch(new SilenceSettings { AfterMinutes = 30 });
        await ReceiveAsync("K1");
        await watch.LookAsync(Token);
        clock.Advance(TimeSpan.FromMinutes(29));
        await watch.LookAsync(Token);
        (await ListAsync()).ShouldBeEmpty();

        clock.Advance(TimeSpan.FromMinutes(1));
        await watch.LookAsync(Token);
        await watch.LookAsync(Token);
        var entry = (await ListAsync()).ShouldHaveSingleItem();
        (entry.Kind, entry.PartnerId, entry.Urgency, entry.Count).ShouldBe(("source-silent", "northside-epr", Urgency.Urgent, 1));
        entry.Reason.ShouldContain("2026-05-04 09:00 UTC");
        watch.Silent.Keys.ShouldBe(["northside-epr"]);

        await ReceiveAsync("K2");
        await watch.LookAsync(Token);
        (await ListAsync()).ShouldBeEmpty();
        watch.Silent.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hub_that_was_away_itself_accuses_nobody_at_its_start_and_finds_the_silence_after_that()
    {
        await ReceiveAsync("K1");
        clock.Advance(TimeSpan.FromHours(6));
        using var watch = Watch(new SilenceSettings { AfterMinutes = 30 });

        await watch.LookAsync(Token);
        watch.Silent.ShouldBeEmpty();
        clock.Advance(SilenceWatch.Grace);
        await watch.LookAsync(Token);

        watch.Silent.Values.ShouldHaveSingleItem().Since.ShouldBe(Monday);
    }

    private async Task ReceiveAsync(string key) =>
        (await store.CommitAsync(Plan(key) with { Received = Received(key, content: key) with { ReceivedAt = clock.GetUtcNow() } }, Token)).ShouldBeOfType<Committed>();

    private Task<IReadOnlyList<Hub.Proxy.Store.Rows.AttentionRow>> ListAsync() => new Timeline(() => StoreStart.Context(options)).AttentionAsync(10, Token);

    private SilenceWatch Watch(SilenceSettings silence) =>
        new(new Sources(silence), store, new ReceivedCounts(() => StoreStart.Context(options)), clock, NullLogger<SilenceWatch>.Instance);

    private sealed class Sources(SilenceSettings silence) : IPartnerDirectory
    {
        public IReadOnlyList<PartnerFile> All { get; } = [new() { Id = "northside-epr", Name = "Northside EPR", Role = PartnerRole.Source, Protocol = "hl7v2", Silence = silence }];

        public PartnerFile? Find(string partnerId) => All.FirstOrDefault(p => p.Id == partnerId);
    }
}
