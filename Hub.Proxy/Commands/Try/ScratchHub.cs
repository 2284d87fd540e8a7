using Hub.Adapters.Contract;
using Hub.Proxy.Intake;
using Hub.Proxy.Routing;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands.Try;

/// <summary>
/// The hub's own services over an empty store in a folder that is deleted afterwards: messages are read, planned and remembered as in a real one, and
/// nothing listens or sends.
/// </summary>
internal sealed class ScratchHub : IAsyncDisposable
{
    private readonly ServiceProvider provider;
    private readonly string folder;
    private readonly TimeProvider time;

    private ScratchHub(ServiceProvider provider, string folder, TimeProvider time) => (this.provider, this.folder, this.time) = (provider, folder, time);

    public IServiceProvider Services => provider;

    public PartnerFiles Partners => provider.GetRequiredService<PartnerFiles>();

    /// <param name="partners">The partners as they were loaded once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="store">A folder with an empty store to begin from, so that its schema need not be made again.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    public static async Task<ScratchHub> OpenAsync(PartnerFiles partners, TimeProvider time, string? store, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hub-try-").FullName;
        foreach (var file in store is null ? [] : Directory.GetFiles(store))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var settings = new Dictionary<string, string?> { ["Hub:PartnersDirectory"] = folder, ["Hub:DataDirectory"] = folder, ["Hub:Organisation"] = "TRY" };
        var services = new ServiceCollection().AddLogging().AddHub(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        var hub = new ScratchHub(services.AddSingleton(time).AddSingleton(_ => partners).BuildServiceProvider(), folder, time);
        if (store is null)
        {
            await StoreStart.MigrateAsync(hub.Services, cancellationToken);
        }

        return hub;
    }

    /// <summary>What a message would lead to, as things stand.</summary>
    public Task<IntakePlan> PlanAsync(TriedMessage message, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        return message.Refusal is { } refusal
            ? Task.FromResult(IntakePlanner.PlanRefusal(id, message.Received, refusal, time))
            : provider.GetRequiredService<IntakePlanner>().PlanAsync(id, message.Received, message.Events, cancellationToken);
    }

    /// <summary>Plans it and remembers it, so that the next message meets what this one left.</summary>
    public async Task<IntakePlan> TakeAsync(TriedMessage message, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(message, cancellationToken);
        await provider.GetRequiredService<IMessageStore>().CommitAsync(plan, cancellationToken);
        return plan;
    }

    /// <summary>Copies the store as it stands, for <see cref="OpenAsync"/> to begin from.</summary>
    public void CopyStoreTo(string target)
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools(); // so that all of it is in its file
        foreach (var file in Directory.GetFiles(folder))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
