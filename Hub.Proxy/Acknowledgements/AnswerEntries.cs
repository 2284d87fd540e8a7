using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Acknowledgements;

/// <summary>What people are told about answers that come later: that none came, that one belongs to nothing, that two disagree.</summary>
internal static class AnswerEntries
{
    private const string Operator = "Hub operator";
    private static readonly TimeSpan DueWithin = TimeSpan.FromHours(1);

    public static PlannedAttention Silence(PartnerFile partner, SilentDelivery silent, DateTimeOffset now) => new()
    {
        AttentionId = Guid.CreateVersion7(now),
        Kind = SilentDelivery.EntryKind,
        Reason = $"No answer from {partner.Name} since {silent.AwaitedSince:yyyy-MM-dd HH:mm} UTC{Handovers.RecipientWords.Stage(silent.Stage)}. Nobody can tell whether anybody there has it.",
        Owner = Operator,
        NextStep = $"Ring {Whom(partner)} and ask for message {silent.ProtocolMessageId ?? silent.CarrierId}; tell by phone what cannot wait. "
            + "If they do not have it, hub delivery release sends it again, or hub message replay where something newer has gone.",
        Urgency = Urgency.Urgent,
        DueAt = now + DueWithin,
        DeliveryId = silent.DeliveryId,
        PartnerId = partner.Id,
    };

    public static PlannedAttention Stray(PartnerFile partner, DateTimeOffset now) => new()
    {
        AttentionId = Guid.CreateVersion7(now),
        Kind = "answers-nothing",
        Reason = $"{partner.Name} answered a message that it was never sent, or that had been answered at once. Its answer is kept and has changed nothing.",
        Owner = Operator,
        NextStep = $"Read the answer (hub message show) and ask {Whom(partner)} which message it is about: one that waits for its answer may go without.",
        Urgency = Urgency.Urgent,
        DueAt = now + DueWithin,
        PartnerId = partner.Id,
    };

    public static PlannedAttention Contradiction(PartnerFile partner, Guid deliveryId, DateTimeOffset now) => new()
    {
        AttentionId = Guid.CreateVersion7(now),
        Kind = "answers-disagree",
        Reason = $"{partner.Name} answered a message once more, and otherwise than before. The answer that was written down first stands; both are kept.",
        Owner = Operator,
        NextStep = $"Read both answers at the delivery (hub message show) and ask {Whom(partner)} which one holds; tell the sending team if it was not taken.",
        Urgency = Urgency.Urgent,
        DueAt = now + DueWithin,
        DeliveryId = deliveryId,
        PartnerId = partner.Id,
    };

    private static string Whom(PartnerFile partner) => partner.SupportContact ?? partner.Name;
}
