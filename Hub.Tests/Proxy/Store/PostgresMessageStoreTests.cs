using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Hub.Proxy.Store.AtRest;
using Hub.Proxy.Store.HotPath;
using Hub.Proxy.Store.Postgres;
using Hub.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;
using static Hub.Tests.Proxy.Store.Plans;

namespace Hub.Tests.Proxy.Store;

/// <summary>The contract on a real PostgreSQL, and what only a server with several nodes at it can get wrong.</summary>
public sealed class PostgresMessageStoreTests(TestServers servers) : MessageStoreContract
{
    private readonly List<MessageStore> others = [];
    private StoreOptions? options;
    private MessageStore? store;

    private StoreOptions Options => options!;

    private protected override StoreOptions Where => Options;

    private protected override Timeline Timeline => new(NewContext);

    private protected override HubDbContext NewContext() => StoreStart.Context(Options);

    public override async ValueTask DisposeAsync()
    {
        others.ForEach(node => node.Dispose());
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_silence_is_told_by_one_of_two_nodes_and_an_answer_posted_to_both_is_taken_by_one()
    {
        var (one, two) = (Store, AnotherNode());
        for (var i = 0; i < 20; i++)
        {
            await Store.CommitAsync(Plan($"K{i}", Event(NewPerson(Person($"P{i}")), To("gp-elm"))), Token);
            await AwaitAsync("gp-elm", $"C{i}");
        }

        Clock.Advance(TimeSpan.FromHours(2));
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => TellSilenceAsync(i % 2 == 0 ? one : two), Token)));
        told.Sum().ShouldBe(20);
        (await Timeline.AttentionAsync(50, Token)).Select(a => (a.Kind, a.Count)).Distinct().ShouldBe([("no-answer", 1)]);

        var takings = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            () => AnswerAsync(Later(Accepted("x")) with { CarrierId = $"C{i / 2}" }, i % 2 == 0 ? one : two), Token)));
        takings.Count(t => t == Hub.Adapters.Contract.AnswerTaking.Taken).ShouldBe(20);
        takings.Count(t => t == Hub.Adapters.Contract.AnswerTaking.Repeated).ShouldBe(20);
        (await Timeline.AttentionAsync(50, Token)).ShouldBeEmpty();
        (await Timeline.CountOpenAsync(Token)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task The_trail_of_several_nodes_is_one_without_a_gap()
    {
        var nodes = new[] { Store, AnotherNode(), AnotherNode() };
        await Task.WhenAll(nodes.Select((node, n) => Task.Run(
            async () =>
            {
                for (var i = 0; i < 50; i++) // one after another, so that each is a commit of its own
                {
                    // No content alike: nodes that keep the same content wait for one another, and would hide what the trail must do itself.
                    var plan = Plan($"K{n}-{i}", Event(NewPerson(Person($"P{n}-{i}")), To("gp-elm", $"{n}-{i}")));
                    await node.CommitAsync(plan with { Received = Received($"K{n}-{i}", $"{n}-{i}") }, Token);
                }
            },
            Token)));

        var found = await new Hub.Proxy.Audit.AuditTrail(Options).VerifyAsync(known: null, Token);

        found.Faults.ShouldBeEmpty();
        found.Entries.ShouldBe(150);
        found.Records.ShouldBe(150);
        found.Head!.Seq.ShouldBe(150);
    }

    [Fact]
    public async Task Of_copies_sent_to_two_nodes_at_once_one_is_taken_and_the_others_get_its_answer()
    {
        var (one, two) = (Store, AnotherNode());
        for (var round = 0; round < 10; round++)
        {
            var key = "K" + round;
            var copies = Enumerable.Range(0, 8).Select(i => (Node: i % 2 == 0 ? one : two, Plan: Plan(key, Event(NewPerson(Person(key)), To("gp-elm"))))).ToList();

            var results = await Task.WhenAll(copies.Select(copy => Task.Run(() => copy.Node.CommitAsync(copy.Plan, Token), Token)));

            var winner = results.OfType<Committed>().ShouldHaveSingleItem().Receipt;
            results.OfType<LostRace>().Count().ShouldBe(7);
            results.OfType<LostRace>().ShouldAllBe(lost => lost.Winner.Receipt.ReceivedId == winner.ReceivedId);
        }

        (await Timeline.CountOpenAsync(Token)).Waiting.ShouldBe(10);
    }

    [Fact]
    public async Task Two_nodes_that_meet_a_person_for_the_first_time_at_once_do_not_make_two_persons_of_one()
    {
        var (one, two) = (Store, AnotherNode());
        for (var round = 0; round < 10; round++)
        {
            var person = Person("P" + round);
            var plans = new[] { one, two }.Select((node, i) => (Node: node, Plan: Plan($"K{round}-{i}", Event(NewPerson(person), To("gp-elm")))
                with { Received = Received($"K{round}-{i}", $"content {round}-{i}") })).ToList(); // equal bytes would make one wait for the other before they meet

            var results = await AtOnceAsync("person_identifier", [.. plans.Select<(IMessageStore Node, IntakePlan Plan), Func<Task<CommitResult>>>(p => () => p.Node.CommitAsync(p.Plan, Token))]);

            results.OfType<Committed>().Count().ShouldBe(1);
            results.OfType<StateMoved>().Count().ShouldBe(1);
            (await one.FindPersonsAsync(person, Token)).Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Numbers_in_a_lane_are_given_in_the_order_of_the_commits_whichever_node_gives_them()
    {
        var (one, two) = (Store, AnotherNode());
        var person = NewPerson(Person("P1"));
        await one.CommitAsync(Plan("K", Event(person, To("gp-elm", "first"))), Token);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Task.Run(() => (i % 2 == 0 ? one : two).CommitAsync(Plan($"K{i}", Event(Known(person.PersonId), To("gp-elm"), To("cmht"))), Token), Token)));

        await using var context = StoreStart.Context(Options);
        context.Deliveries.Where(d => d.PartnerId == "gp-elm").Select(d => d.Seq).ToList().Order().ShouldBe(Enumerable.Range(1, 41).Select(n => (long?)n));
        context.Deliveries.Where(d => d.PartnerId == "cmht").Select(d => d.Seq).ToList().Order().ShouldBe(Enumerable.Range(1, 40).Select(n => (long?)n));
    }

    [Fact]
    public async Task Nodes_that_write_about_the_same_people_crosswise_all_get_through()
    {
        var (one, two) = (Store, AnotherNode());
        var people = Enumerable.Range(0, 6).Select(i => NewPerson(Person($"P{i}"))).ToList();
        foreach (var person in people)
        {
            await one.CommitAsync(Plan("new-" + person.PersonId, Event(person)), Token);
        }

        // Each node locks in its own order, message by message inside one commit: now and then they must deadlock.
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(
            () => (i % 2 == 0 ? one : two).CommitAsync(
                Plan($"K{i}", [.. (i % 2 == 0 ? people : Enumerable.Reverse(people)).Select(p => Event(Known(p.PersonId), To("gp-elm")))]), Token),
            Token)));

        results.ShouldAllBe(result => result is Committed);
        (await Timeline.CountOpenAsync(Token)).Waiting.ShouldBe(1200);
    }

    [Fact]
    public async Task Of_workers_on_two_nodes_one_gets_each_lane()
    {
        var (one, two) = (Store, AnotherNode());
        for (var round = 0; round < 5; round++)
        {
            var partner = "gp-" + round;
            await Task.WhenAll(Enumerable.Range(0, 40).Select(i => one.CommitAsync(Plan($"K{round}-{i}", Event(NewPerson(Person($"P{round}-{i}")), To(partner))), Token)));
            Task<IReadOnlyList<LaneLease>> Claim(IMessageStore node) => node.ClaimAsync(new ClaimRequest(partner, 25, TimeSpan.FromMinutes(1)), Token);

            var claims = await AtOnceAsync("lane", () => Claim(one), () => Claim(two));

            claims.SelectMany(c => c).Select(l => l.LaneId).Distinct().Count().ShouldBe(claims.Sum(c => c.Count));
            (claims.Sum(c => c.Count) + (await Claim(two)).Count).ShouldBe(40);
        }
    }

    [Fact]
    public async Task Whose_lease_stands_is_decided_by_the_databases_clock_and_not_by_a_nodes()
    {
        using var real = StoreStart.Open(Options, TimeProvider.System);
        var ahead = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1));
        using var wrong = StoreStart.Open(Options, ahead);
        await real.CommitAsync(Plan("K1", Event(NewPerson(Person("P1")), To("gp-elm"))), Token);
        var lease = (await real.ClaimAsync(new ClaimRequest("gp-elm", 1, TimeSpan.FromMinutes(1)), Token)).ShouldHaveSingleItem();

        (await wrong.ClaimAsync(new ClaimRequest("gp-elm", 1, TimeSpan.FromMinutes(1)), Token)).ShouldBeEmpty();
        await wrong.PostponeAsync(lease, ahead.GetUtcNow().AddSeconds(30), "later", null, Token);

        var due = (await real.NextDueAsync(Token)).ShouldNotBeNull();
        (due - TimeProvider.System.GetUtcNow()).ShouldBeInRange(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(31));
    }

    [Fact]
    public async Task A_connection_that_is_cut_stores_all_of_a_message_or_nothing_and_the_resend_gets_the_first_answer()
    {
        var sent = Enumerable.Range(0, 60).Select(i => (Key: $"K{i}", Plan: Plan($"K{i}", Event(NewPerson(Person($"P{i}")), To("gp-elm"))))).ToList();
        using var done = new CancellationTokenSource();
        var failures = 0; // of the message being sent: the more, the longer a connection lives, so that a slow machine gets through too
        var cutting = CutConnectionsAsync(() => TimeSpan.FromMilliseconds(20 * (1 + Volatile.Read(ref failures))), done.Token);

        foreach (var (key, plan) in sent)
        {
            for (Volatile.Write(ref failures, 0); ; Interlocked.Increment(ref failures))
            {
                failures.ShouldBeLessThan(100, "as a sender does that was not answered, it was sent again and again");
                try
                {
                    (await Store.CommitAsync(plan with { ReceivedId = NewId() }, Token)).ShouldNotBeOfType<StateMoved>();
                    break;
                }
                catch (StorageUnavailableException)
                {
                    // not acknowledged: sent again
                }
            }
        }

        await done.CancelAsync();
        (await cutting).ShouldBeGreaterThan(0);
        (await Timeline.CountOpenAsync(Token)).Waiting.ShouldBe(60);
        (await Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 100, Token)).Count.ShouldBe(60);
    }

    [Fact]
    public void Every_commit_is_on_the_disk_before_it_is_acknowledged_even_where_the_server_was_told_not_to_wait()
    {
        using var session = new PostgresDatabase(Options).Open(); // the test server runs with synchronous_commit=off

        session.Scalar("SELECT current_setting('synchronous_commit')").ShouldBe("on");
        session.Scalar("SELECT current_setting('transaction_isolation')").ShouldBe("read committed");
    }

    [Fact]
    public async Task A_database_that_is_not_migrated_stops_the_start_and_says_what_to_do()
    {
        var empty = Options with { ConnectionString = await servers.NewEmptyDatabaseAsync() };

        (await Should.ThrowAsync<InvalidOperationException>(() => StoreStart.ReadyAsync(empty, Token))).Message.ShouldContain("hub migrate");

        await StoreStart.MigrateAsync(empty, Token);
        await StoreStart.ReadyAsync(empty, Token);
        (await StoreStart.PendingAsync(empty, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_with_another_identifier_key_does_not_start()
    {
        await Store.CommitAsync(Plan("K1", Event(NewPerson(Person("P1", "9912003888")))), Token);

        await StoreStart.ReadyAsync(Options, Token);
        var other = Options with { IdentifierKey = Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()) };
        (await Should.ThrowAsync<InvalidOperationException>(() => StoreStart.ReadyAsync(other, Token))).Message.ShouldContain("identifier key");
    }

    [Fact]
    public void Neither_options_nor_faults_show_the_password()
    {
        Options.ToString().ShouldNotContain("only-for-tests");
        var nobody = new NpgsqlConnectionStringBuilder(Options.ConnectionString) { Port = HubProcess.FreePort() }.ToString();
        var gone = Options with { ConnectionString = nobody, BusySeconds = 1 };

        Should.Throw<InvalidOperationException>(() => StoreStart.ReadyAsync(gone, Token)).ToString().ShouldNotContain("only-for-tests");
    }

    protected override async Task<IMessageStore> OpenAsync()
    {
        options ??= StoreOptions.OnPostgres(await servers.NewDatabaseAsync(), "RXX", StoreOptions.NoKey);
        ContentKeys.Of(options).Prepare(); // as a hub does that starts
        return store = new MessageStore(new PostgresDatabase(options, Clock), options, Clock);
    }

    protected override Task CloseAsync()
    {
        store?.Dispose();
        return Task.CompletedTask;
    }

    private MessageStore AnotherNode()
    {
        var node = new MessageStore(new PostgresDatabase(Options, Clock), Options, Clock);
        others.Add(node);
        return node;
    }

    /// <summary>Holds back all writing to a table until every node stands before it, then lets them go together.</summary>
    private async Task<T[]> AtOnceAsync<T>(string table, params Func<Task<T>>[] nodes)
    {
        await using var gate = new NpgsqlConnection(Options.ConnectionString);
        await gate.OpenAsync(Token);
        await RunAsync(gate, $"BEGIN; LOCK TABLE {table} IN SHARE MODE");
        var running = nodes.Select(node => Task.Run(node, Token)).ToList();
        await Eventually.HoldsAsync(async () => await RunAsync(
            gate, $"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass") is long waiting && waiting == nodes.Length);
        await RunAsync(gate, "COMMIT");
        return await Task.WhenAll(running);
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Names of ours.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Token);
    }

    /// <summary>Ends the hub's connections from the server's side, again and again; returns how many were cut.</summary>
    private async Task<long> CutConnectionsAsync(Func<TimeSpan> pause, CancellationToken until)
    {
        await using var connection = new NpgsqlConnection(Options.ConnectionString);
        await connection.OpenAsync(Token);
        var cut = 0L;
        while (!until.IsCancellationRequested)
        {
            cut += (long)(await RunAsync(
                connection, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'hub'"))!;
            await Task.Delay(pause(), TimeProvider.System, Token);
        }

        return cut;
    }
}
