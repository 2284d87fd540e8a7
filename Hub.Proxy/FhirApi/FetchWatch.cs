using Hub.Adapters.Contract;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Store;

namespace Hub.Proxy.FhirApi;

/// <summary>Sees that a partner has left its messages lying: nothing fails where nothing is sent, so only a clock can tell.</summary>
internal sealed partial class FetchWatch(IPartnerDirectory partners, RecipientAdapters adapters, IMessageStore store, TimeProvider time, ILogger<FetchWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Longest;
            try
            {
                wait = await LookAsync(stoppingToken);
            }
            catch (StorageUnavailableException away)
            {
                LogFault(away);
            }

            await Task.Delay(wait, time, stoppingToken);
        }
    }

    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        var wait = Longest;
        foreach (var partner in partners.All.Where(p => p.Role == PartnerRole.Recipient))
        {
            await using var rented = adapters.Rent(partner.Id);
            if (rented?.Adapter is not IFetchedRecipient { AlarmAfter: var patience })
            {
                continue;
            }

            wait = patience < wait ? patience : wait;
            var (backlog, now) = (await store.FindBacklogAsync(partner.Id, cancellationToken), time.GetUtcNow());
            if (backlog.OldestWaitingSince is { } since && now - since > patience)
            {
                await store.AttendAsync(Entry(partner, patience, now), cancellationToken);
            }
        }

        return wait > Shortest ? wait : Shortest;
    }

    private static PlannedAttention Entry(PartnerFile partner, TimeSpan patience, DateTimeOffset now) => new()
    {
        AttentionId = Guid.CreateVersion7(now),
        Kind = "not-fetched",
        Reason = $"{partner.Name} fetches its messages itself, and one has waited unacknowledged for more than {patience:c}.",
        Owner = "Hub operator",
        NextStep = $"Ring {partner.SupportContact ?? partner.Name}; tell urgent content by phone meanwhile. `hub partner status` says when it last asked.",
        Urgency = Urgency.Urgent,
        DueAt = now.AddHours(1),
        PartnerId = partner.Id,
    };

    [LoggerMessage(3012, LogLevel.Error, "What waits to be fetched could not be looked at; it is tried again")]
    private partial void LogFault(Exception away);
}
