using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Sqlite;
using Hub.Tests.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Dispatch;

/// <summary>Delivery through the real store, bus, pump and a partner on a real socket.</summary>
public sealed class DispatchTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-dispatch-").FullName;
    private readonly FixedPartners partners = new(DeliveryScheduleTests.Partner());
    private IHost? host;

    private StoreOptions Options => field ??= StoreOptions.InDirectory(folder, "RXX");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IMessageStore Store => host!.Services.GetRequiredService<IMessageStore>();

    private Timeline Timeline => host!.Services.GetRequiredService<Timeline>();

    [Fact]
    public async Task A_message_is_delivered_when_the_bell_rings_long_before_the_sweeper_would_come()
    {
        await using var partner = new LinePartner(_ => Task.FromResult<string?>("ok"));
        await StartAsync(partner, sweep: TimeSpan.FromMinutes(5));
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);

        host!.Services.GetRequiredService<IDoorbell>().Ring(["gp-elm"]);

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);
        partner.Received.ShouldHaveSingleItem().ShouldEndWith(" 1");
    }

    [Fact]
    public async Task With_no_bell_at_all_the_sweeper_delivers_everything_in_order()
    {
        await using var partner = new LinePartner(_ => Task.FromResult<string?>("ok"));
        await StartAsync(partner, TimeSpan.FromMilliseconds(100));
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1")), Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "3"))), Token);

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);

        partner.Received.Select(line => line.Split(' ')[1]).ShouldBe(["1", "2", "3"]);
        partner.Received.Select(line => line.Split(' ')[0]).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_message_that_the_hub_fails_at_is_put_off_and_said_so_while_others_go()
    {
        await using var partner = new LinePartner(_ => Task.FromResult<string?>("ok"));
        await StartAsync(partner, TimeSpan.FromMilliseconds(100));
        await using (var connection = new SqliteConnection(SqliteDatabase.ConnectionString(Options)))
        {
            await host!.Services.GetRequiredService<IMessageStore>().HoldPartnerAsync("gp-elm", "until the test has broken it", "T. Ester", Token);
            await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "broken"))), Token);
            await connection.OpenAsync(Token);
            await using var damage = connection.CreateCommand();
            damage.CommandText = "UPDATE payload SET encoding = 'damaged' WHERE id IN (SELECT body_payload_id FROM delivery)";
            (await damage.ExecuteNonQueryAsync(Token)).ShouldBe(1);
        }

        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);
        await Eventually.HoldsAsync(async () => (await Timeline.AttentionAsync(10, Token)).Any(a => a.Kind == "hub-fault"));
        await Store.CommitAsync(Plan("K2", Event(NewPerson(Person("P2")), To("gp-elm", "whole"))), Token);

        await Eventually.HoldsAsync(() => partner.Received.Count == 1);
        await Eventually.HoldsAsync(async () => (await Store.PartnersWithWorkDueAsync(Token)).Count == 0);
        var waiting = (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 10, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries)
            .Single(d => d.Delivery.State == DeliveryState.Waiting).Delivery;
        waiting.WaitingBecause.ShouldNotBeNull().ShouldStartWith("The hub failed at it");
        (await Timeline.AttentionAsync(10, Token)).Single(a => a.Kind == "hub-fault").Count.ShouldBe(1);
    }

    [Fact]
    public async Task After_a_cut_line_the_same_message_goes_again_under_the_same_id()
    {
        var times = 0;
        await using var partner = new LinePartner(_ => Task.FromResult(Interlocked.Increment(ref times) < 3 ? null : "ok"));
        await StartAsync(partner, TimeSpan.FromMilliseconds(100));
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);

        partner.Received.Count.ShouldBe(3);
        partner.Received.Distinct().ShouldHaveSingleItem();
        var delivery = (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token))[0].Events[0].Deliveries[0];
        delivery.Attempts.Select(a => a.Outcome).ShouldBe(["Unknown", "Unknown", "Delivered"]);
    }

    [Fact]
    public async Task A_rejected_message_goes_to_the_operator_and_is_never_sent_again()
    {
        await using var partner = new LinePartner(_ => Task.FromResult<string?>("no"));
        await StartAsync(partner, TimeSpan.FromMilliseconds(50));
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Refused == 1);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);

        partner.Received.Count.ShouldBe(1);
        (await Timeline.AttentionAsync(9, Token)).ShouldHaveSingleItem().Kind.ShouldBe("refused");
    }

    [Fact]
    public async Task Stopping_the_hub_gives_the_lease_back_and_counts_no_failed_attempt()
    {
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<string?>();
        await using var partner = new LinePartner(_ =>
        {
            asked.TrySetResult();
            return never.Task;
        });
        await StartAsync(partner, TimeSpan.FromMilliseconds(50));
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token);

        await host!.StopAsync(Token);

        var delivery = (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token))[0].Events[0].Deliveries[0];
        (delivery.Delivery.State, delivery.Delivery.Failures, delivery.Attempts.Single().Outcome).ShouldBe((DeliveryState.Sending, 0, null));
        (await Store.ClaimAsync(new ClaimRequest("gp-elm", 1, TimeSpan.FromMinutes(1)), Token)).ShouldHaveSingleItem();
        never.SetResult(null);
    }

    [Fact]
    public async Task Stopping_the_hub_while_it_claims_gives_back_what_the_claim_then_gets()
    {
        await using var partner = new LinePartner(_ => Task.FromResult<string?>("ok"));
        await StartAsync(partner, TimeSpan.FromMinutes(1));
        var pump = host!.Services.GetRequiredService<DispatchPump>();
        await using var other = new SqliteConnection(SqliteDatabase.ConnectionString(Options));
        await other.OpenAsync(Token);
        await using var locked = other.BeginTransaction(deferred: false); // what is written now waits for this lock, in the order it came

        var committed = Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);
        pump.Ring("gp-elm");
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        var stopped = pump.StopAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        await locked.RollbackAsync(Token);
        await committed;
        await stopped;

        partner.Received.ShouldBeEmpty();
        (await Store.ClaimAsync(new ClaimRequest("gp-elm", 1, TimeSpan.FromMinutes(1)), Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Work_for_a_partner_without_a_file_is_on_the_operators_list_and_goes_out_when_the_file_is_back()
    {
        await using var partner = new LinePartner(_ => Task.FromResult<string?>("ok"));
        partners.All = [];
        await StartAsync(partner, TimeSpan.FromMilliseconds(50));
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm", "1"))), Token);
        await Eventually.HoldsAsync(async () => (await Timeline.AttentionAsync(9, Token)).Any(a => a.Kind == "partner-missing"));

        partners.All = [DeliveryScheduleTests.Partner()];

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);
    }

    [Fact]
    public async Task No_more_lanes_are_under_way_at_a_partner_than_its_file_allows()
    {
        var now = 0;
        var most = 0;
        await using var partner = new LinePartner(async _ =>
        {
            var here = Interlocked.Increment(ref now);
            lock (partners)
            {
                most = Math.Max(most, here);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System);
            Interlocked.Decrement(ref now);
            return "ok";
        });
        partners.All = [DeliveryScheduleTests.Partner() with { AtOnce = 2 }];
        await StartAsync(partner, TimeSpan.FromMilliseconds(50));

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Store.CommitAsync(Plan($"K{i}", Event(NewPerson(Person($"P{i}")), To("gp-elm", "1"))), Token)));

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);
        most.ShouldBe(2);
    }

    [Fact]
    public async Task Over_all_partners_no_more_are_under_way_than_the_hub_has_places_and_each_partner_gets_its_turn()
    {
        var (now, most) = (0, 0);
        await using var partner = new LinePartner(async _ =>
        {
            var here = Interlocked.Increment(ref now);
            lock (partners)
            {
                most = Math.Max(most, here);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            Interlocked.Decrement(ref now);
            return "ok";
        });
        partners.All = [.. Enumerable.Range(0, 4).Select(i => DeliveryScheduleTests.Partner() with { Id = $"gp-{i}" })];
        await StartAsync(partner, TimeSpan.FromSeconds(30), mostAtOnce: 2); // no sweeper's help: places that are given back are passed on
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Store.CommitAsync(Plan($"K{i}", Event(NewPerson(Person($"P{i}")), To($"gp-{i % 4}", "1"))), Token)));

        host!.Services.GetRequiredService<IDoorbell>().Ring(["gp-0", "gp-1", "gp-2", "gp-3"]);

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);
        most.ShouldBe(2);
    }

    [Fact]
    public async Task After_a_hold_the_backlog_goes_at_the_chosen_rate_and_what_comes_later_as_it_comes()
    {
        var arrivals = new List<long>();
        await using var partner = new LinePartner(_ =>
        {
            lock (arrivals)
            {
                arrivals.Add(TimeProvider.System.GetTimestamp());
            }

            return Task.FromResult<string?>("ok");
        });
        await StartAsync(partner, TimeSpan.FromMilliseconds(50));
        await Store.HoldPartnerAsync("gp-elm", "their maintenance", "T. Ester", Token);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Store.CommitAsync(Plan($"K{i}", Event(NewPerson(Person($"P{i}")), To("gp-elm", "1"))), Token)));
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        partner.Received.ShouldBeEmpty();

        await Store.ReleasePartnerAsync("gp-elm", 5, "T. Ester", Token);

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);

        // Five a second: a machine that is late for one may be early for the next, and never for all of them.
        TimeProvider.System.GetElapsedTime(arrivals[0], arrivals[^1]).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(900));
        arrivals.Zip(arrivals.Skip(1), TimeProvider.System.GetElapsedTime).ShouldAllBe(apart => apart > TimeSpan.FromMilliseconds(50));
        await Eventually.HoldsAsync(async () => (await Store.FindPartnerAsync("gp-elm", Token)).PerSecond is null, why: () => "The rate never ended.");
    }

    [Fact]
    public async Task A_clock_set_back_by_an_hour_delays_nothing_and_keeps_the_order()
    {
        var times = 0;
        await using var partner = new LinePartner(_ => Task.FromResult<string?>(Interlocked.Increment(ref times) == 1 ? "busy" : "ok"));
        var clock = new ShiftedTime();
        await StartAsync(partner, TimeSpan.FromMilliseconds(100), clock);
        var person = NewPerson(Person("P1"));
        await Store.HoldPartnerAsync("gp-elm", "until both are in", "T. Ester", Token);
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1")), Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        await Store.ReleasePartnerAsync("gp-elm", null, "T. Ester", Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref times) > 0);

        clock.Set(TimeSpan.FromHours(-1));
        await Store.CommitAsync(Plan("K2", Event(Known(person.PersonId), To("gp-elm", "3"))), Token);

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);
        partner.Received.Select(line => line.Split(' ')[1]).ShouldBe(["1", "1", "2", "3"]);
    }

    [Fact]
    public async Task A_clock_set_ahead_during_an_attempt_costs_at_most_a_repeat_under_the_same_id()
    {
        var answer = new TaskCompletionSource();
        var times = 0;
        await using var partner = new LinePartner(async _ =>
        {
            if (Interlocked.Increment(ref times) == 1)
            {
                await answer.Task;
            }

            return "ok";
        });
        var clock = new ShiftedTime();
        await StartAsync(partner, TimeSpan.FromMilliseconds(50), clock);
        var person = NewPerson(Person("P1"));
        await Store.CommitAsync(Plan("K1", Event(person, To("gp-elm", "1")), Event(Known(person.PersonId), To("gp-elm", "2"))), Token);
        await Eventually.HoldsAsync(() => Volatile.Read(ref times) == 1);

        clock.Set(TimeSpan.FromHours(1));

        await Eventually.HoldsAsync(async () => (await Timeline.CountOpenAsync(Token)).Total == 0);
        answer.SetResult();
        partner.Received.Select(line => line.Split(' ')[1]).ShouldBe(["1", "1", "2"]);
        partner.Received.Select(line => line.Split(' ')[0]).Distinct().Count().ShouldBe(2);
        await Eventually.HoldsAsync(async () => (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 9, Token))[0].Events[0].Deliveries[0].Answers.Count(a => a.Late) == 1,
            why: () => "The late answer was not kept as evidence.");
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAsync(LinePartner partner, TimeSpan sweep, TimeProvider? time = null, int mostAtOnce = 128)
    {
        await StoreStart.MigrateAsync(Options, Token);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Hub:Dispatch:SweepInterval", sweep.ToString()), new("Hub:Dispatch:BackOffBase", "00:00:00.020"), new("Hub:Dispatch:MostAtOnce", mostAtOnce.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        builder.Services.AddLogging();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<IPartnerDirectory>(partners);
        builder.Services.AddSingleton<IRecipientProtocol>(new LineProtocol(partner.Address));
        builder.Services.AddMessageStore(_ => Options);
        builder.Services.AddSingleton(Hub.Proxy.Intake.MonitoringRuleBook.Open(null, TimeProvider.System));
        builder.Services.AddDispatch();
        host = builder.Build();
        await host.StartAsync(Token);
    }
}
