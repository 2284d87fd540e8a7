using Hub.Adapters.Contract;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Tests.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Two hubs on one PostgreSQL: both look for clocks that have run out, all the time, and each clock is heard by one of them, once.</summary>
public sealed class TwoNodesOneClockTests(TestServers servers)
{
    private static readonly int Persons = TestBudget.Of(6, full: 60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_clock_that_has_run_out_tells_one_person_once_whichever_node_hears_it()
    {
        var database = await servers.NewDatabaseAsync();
        await using var one = await TestHub.StartAsync(TestPartners.Patience, ServerSettings.Of(database, null));
        await using var two = await TestHub.StartAsync(TestPartners.Patience, ServerSettings.Of(database, null));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sweeping = Task.WhenAll(new[] { one, two, one, two }.Select(hub => Task.Run(() => SweepAsync(hub, enough.Token), Token)));

        for (var i = 0; i < Persons; i++)
        {
            var person = HandoverStage.Person("Ama", "Mensah", null, $"L{i}");
            var discharge = Cases.Discharge() with { Patient = person, Episode = new(Cases.Trust, $"E{i}"), SourceMessageId = new($"D{i}") };
            await (i % 2 == 0 ? one : two).Host.Services.GetRequiredService<IEventIntake>().AcceptAsync(Plans.Received($"D{i}") with { SourceId = "north-epr" }, [discharge], Token);
        }

        await using var context = StoreStart.Context(one.Host.Services.GetRequiredService<StoreOptions>());
        await Eventually.HoldsAsync(async () => !await context.Obligations.AnyAsync(o => o.ClosedAt == null && o.DueAt != null && o.RungsTold == 0, Token));
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token); // both go on looking
        await enough.CancelAsync();
        await sweeping;

        var due = await context.Obligations.AsNoTracking().Where(o => o.ClosedAt == null && o.DueAt != null).Select(o => new { o.Id, o.RungsTold }).ToListAsync(Token);
        due.Count.ShouldBeGreaterThan(5 * Persons);
        due.ShouldAllBe(o => o.RungsTold == 1);
        var told = await context.Attention.AsNoTracking().Where(a => a.Kind.StartsWith("overdue-")).ToListAsync(Token);
        told.Select(t => t.ObligationId).ShouldBe(due.Select(d => (Guid?)d.Id), ignoreOrder: true);
        told.ShouldAllBe(t => t.Count == 1);
        (await context.ObligationSteps.AsNoTracking().CountAsync(s => s.Act == "Told", Token)).ShouldBe(due.Count);
    }

    private static async Task SweepAsync(TestHub hub, CancellationToken enough)
    {
        var sweeper = hub.Host.Services.GetServices<IHostedService>().OfType<ObligationSweeper>().Single();
        while (!enough.IsCancellationRequested)
        {
            await sweeper.SweepAsync(CancellationToken.None);
        }
    }
}
