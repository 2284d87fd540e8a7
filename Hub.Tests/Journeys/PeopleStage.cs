using Hub.Fhir.Events;
using Hub.Proxy.Audit;
using Hub.Proxy.Handovers;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>
/// One hub at which people sign in, and their provider. Ama is discharged by the North crisis team to the South community team, which has been told. Ben is with the
/// North crisis team too, and the South team's system refused what it was told of him: it knows nothing of him.
/// </summary>
public sealed class PeopleStage : IAsyncLifetime
{
    internal static readonly Messages Ama = new() { Start = DateTimeOffset.UtcNowForMessages() };
    internal static readonly Messages Ben = Ama with { NhsNumber = "9000000009", LocalId = "T2000", Visit = "E2000", Family = "BARLOW", Given = "BEN" };

    private TestHub? hub;
    private ScriptedProvider? provider;

    internal TestHub Hub => hub!;

    internal ScriptedProvider Provider => provider!;

    internal ShiftedTime Clock { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        provider = await ScriptedProvider.StartAsync();
        hub = await TestHub.StartAsync(
            TestPartners.Patience, provider.Settings(("Hub:People:Acr:0", "AAL3_ANY"), ("Hub:People:Longest", "01:00:00")), services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
        await using var epr = hub.Epr();
        await epr.SendAsync(Ama.Admission("A1"), Token);
        await epr.SendAsync(Ama.Discharge("A2", Ama.Start.AddDays(1)), Token);
        await hub.SettleAsync();
        for (var i = 0; i < 2; i++)
        {
            hub.Cmht.Script.Then("refuse:POSTCODE@Patient.address[0].postalCode");
        }

        await epr.SendAsync(Ben.Admission("B1"), Token);
        await epr.SendAsync(Ben.Discharge("B2", Ben.Start.AddDays(1)), Token);
        await hub.SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (hub?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (provider?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    internal PersonBrowser Browser() => new(Hub.Host.Http);

    /// <summary>A browser in which somebody has signed in.</summary>
    internal async Task<PersonBrowser> SignedInAsync(string name, string role, params string[] workgroups)
    {
        var browser = Browser();
        Provider.Who = ScriptedProvider.Person(name, role, workgroups);
        (await browser.FollowAsync("/console")).Status.ShouldBe(200);
        return browser;
    }

    internal async Task<T> ReadAsync<T>(Func<HubDbContext, Task<T>> read)
    {
        await using var context = StoreStart.Context(Hub.Host.Services.GetRequiredService<StoreOptions>());
        return await read(context);
    }

    /// <summary>An episode's own number here, its person, an obligation of theirs, and the message that began it.</summary>
    internal async Task<(long Episode, Guid Person, Guid Obligation, Guid Message)> OfAsync(Messages person) => await ReadAsync(async context =>
    {
        var episode = await context.EpisodeStates.SingleAsync(e => e.LocalId == person.Visit, Token);
        return (episode.Id, episode.PersonId, (await context.Obligations.FirstAsync(o => o.EpisodeId == episode.Id && o.Kind == ObligationKind.CmhtAccepts, Token)).Id,
            (await context.Events.OrderBy(e => e.ReceivedAt).FirstAsync(e => e.EpisodeId == episode.Id, Token)).ReceivedId);
    });

    /// <summary>The whole audit trail.</summary>
    internal async Task<IReadOnlyList<AuditEntry>> TrailAsync()
    {
        var entries = new List<AuditEntry>();
        await foreach (var row in new AuditTrail(StoreOptions.ForReading(Hub.DataFolder)).ReadAsync(null, Token))
        {
            entries.AddRange(AuditRecord.Read(row.Content));
        }

        return entries;
    }
}
