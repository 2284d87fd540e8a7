using MassTransit;

namespace Hub.Proxy.Dispatch;

/// <summary>Work is due at a partner: a partner's id, and nothing about a patient.</summary>
public sealed record DeliveryDue(string PartnerId);

/// <summary>Hears the bell.</summary>
internal sealed class DeliveryDueConsumer(DispatchPump pump) : IConsumer<DeliveryDue>
{
    public Task Consume(ConsumeContext<DeliveryDue> context)
    {
        pump.Ring(context.Message.PartnerId);
        return Task.CompletedTask;
    }
}
