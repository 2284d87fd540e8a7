using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hub.Proxy.Dispatch;

/// <summary>
/// Rings over the bus; where the bus is away, at this node's own door. One ring a partner is on its way at a time: what is rung for meanwhile is
/// rung once more when it has arrived. This file and <see cref="DeliveryDueConsumer"/> are all that knows MassTransit.
/// </summary>
internal sealed partial class Doorbell(IBus bus, DispatchPump pump, TimeProvider time, ILogger<Doorbell> logger) : IDoorbell
{
    private const string Queue = "hub-delivery-due";

    // A bell that takes longer than this is of no use: the sweeper has been there before.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The number of rings asked for since the one on its way set out; absent while none is.
    private readonly ConcurrentDictionary<string, int> onTheWay = new(StringComparer.Ordinal);
    private int away;

    public void Ring(IReadOnlyCollection<string> partnerIds)
    {
        foreach (var partnerId in partnerIds)
        {
            if (onTheWay.AddOrUpdate(partnerId, 0, (_, rings) => rings + 1) == 0)
            {
                _ = RingAsync(partnerId);
            }
        }
    }

    public static void AddTo(IServiceCollection services, BusSettings settings)
    {
        services.AddSingleton<IDoorbell, Doorbell>();
        services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = false; // a broker that is down holds up nothing
            host.StopTimeout = TimeSpan.FromSeconds(5);
        });
        services.AddMassTransit(bus =>
        {
            bus.AddConsumer<DeliveryDueConsumer>();

            // Without a broker the hub accepts and delivers: it stays ready, and somebody should look.
            bus.ConfigureHealthCheckOptions(check => check.MinimalFailureStatus = HealthStatus.Degraded);
            if (settings.Provider == BusProvider.Memory)
            {
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            }
            else
            {
                bus.UsingRabbitMq((context, rabbit) => Configure(context, rabbit, settings));
            }
        });
    }

    private static void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, BusSettings settings)
    {
        rabbit.Host(settings.Address(out var why) ?? throw new InvalidOperationException($"Hub:Bus:Connection: {why}."));
        rabbit.ReceiveEndpoint(Queue, endpoint =>
        {
            endpoint.SetQuorumQueue(); // every node listens at the one queue, and each bell is heard by one of them
            endpoint.ConfigureConsumer<DeliveryDueConsumer>(context);
        });
    }

    private async Task RingAsync(string partnerId)
    {
        await Task.Yield(); // whoever rings is on the way to an acknowledgement
        int heard;
        do
        {
            heard = onTheWay[partnerId];
            if (!await TryPublishAsync(partnerId))
            {
                pump.Ring(partnerId);
            }
        }
        while (!onTheWay.TryRemove(new KeyValuePair<string, int>(partnerId, heard)));
    }

    private async Task<bool> TryPublishAsync(string partnerId)
    {
        try
        {
            using var hurry = new CancellationTokenSource(Patience, time);
            await bus.Publish(new DeliveryDue(partnerId), hurry.Token).WaitAsync(hurry.Token);
            if (Interlocked.Exchange(ref away, 0) == 1)
            {
                LogBack();
            }

            return true;
        }
#pragma warning disable CA1031 // A bell may be lost without harm, whatever the bus throws.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (Interlocked.Exchange(ref away, 1) == 0)
            {
                LogAway(fault);
            }

            return false;
        }
    }

    [LoggerMessage(3004, LogLevel.Warning, "The bus does not take bells now; this node delivers what it accepts, others find their work by sweeping")]
    private partial void LogAway(Exception fault);

    [LoggerMessage(3027, LogLevel.Information, "The bus takes bells again")]
    private partial void LogBack();
}
