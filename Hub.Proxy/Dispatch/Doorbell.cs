using MassTransit;

namespace Hub.Proxy.Dispatch;

/// <summary>Rings over the bus. This file and <see cref="DeliveryDueConsumer"/> are all that knows MassTransit.</summary>
internal sealed partial class Doorbell(IBus bus, ILogger<Doorbell> logger) : IDoorbell
{
    public void Ring(IReadOnlyCollection<string> partnerIds)
    {
        foreach (var partnerId in partnerIds)
        {
            _ = RingAsync(partnerId);
        }
    }

    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<IDoorbell, Doorbell>();
        services.AddMassTransit(bus =>
        {
            bus.AddConsumer<DeliveryDueConsumer>();
            bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
        });
    }

    private async Task RingAsync(string partnerId)
    {
        try
        {
            await bus.Publish(new DeliveryDue(partnerId));
        }
#pragma warning disable CA1031 // A bell may be lost without harm, whatever the bus throws: the sweeper finds the work.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogLost(fault, partnerId);
        }
    }

    [LoggerMessage(3004, LogLevel.Warning, "A bell for {PartnerId} was lost; the sweeper will find the work")]
    private partial void LogLost(Exception fault, string partnerId);
}
