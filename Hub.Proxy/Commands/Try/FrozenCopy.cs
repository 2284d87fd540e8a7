using Hub.Adapters.Contract;
using Hub.Fhir.Events;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Store;

namespace Hub.Proxy.Commands.Try;

/// <summary>One planned copy in the form its partner would get it: the bytes of a first attempt, under the id that they would have.</summary>
internal sealed record FrozenCopy(PlannedDelivery Delivery, FrozenMessage Message)
{
    /// <summary>The copies of a plan that go to one partner, bound as <see cref="DispatchWorker"/> binds them.</summary>
    public static IReadOnlyList<FrozenCopy> Of(IntakePlan plan, PartnerFile partner, IRecipientAdapter adapter)
    {
        var copies = new List<FrozenCopy>();
        for (var index = 0; index < plan.Events.Count; index++)
        {
            foreach (var delivery in plan.Events[index].Deliveries.Where(d => d.PartnerId == partner.Id))
            {
                copies.Add(new FrozenCopy(delivery, EnvelopeBinder.Bind(Head(plan, index, delivery), partner, adapter, [])));
            }
        }

        return copies;
    }

    private static LaneHead Head(IntakePlan plan, int index, PlannedDelivery delivery) => new()
    {
        DeliveryId = delivery.DeliveryId,
        Body = delivery.Body,
        Audience = delivery.Audience,
        ReceivedAt = plan.Received.ReceivedAt,
        SourceKey = $"{plan.Received.SourceId}|{plan.Received.MessageKey}|{plan.Received.KeyDate}", // as the store puts it together
        Version = 1,
        EventType = CareEventJson.TypeName(plan.Events[index].Event),
        Part = delivery.Part,
        EventIndex = index,
    };
}
