using Hub.Adapters.Contract;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Handovers;

/// <summary>One plain line a recipient: what is known of a copy, and never more (clinical rule 13).</summary>
internal static class RecipientWords
{
    /// <param name="copy">The copy.</param>
    /// <param name="matched">True where the recipient answered that it knows the person (ITK 30001).</param>
    public static string Of(DeliveryRow copy, bool matched) => copy.State switch
    {
        DeliveryState.Delivered when matched =>
            $"{copy.RecipientName}'s system has it ({Words.London(copy.FinishedAt ?? copy.CreatedAt)}) and says the patient is registered there. We are not told when someone reads it.",
        DeliveryState.Delivered => $"{copy.RecipientName}'s system has it ({Words.London(copy.FinishedAt ?? copy.CreatedAt)}). We are not told when someone reads it.",
        DeliveryState.Refused when copy.IsReturned => $"{copy.RecipientName} says that the person is not registered with it. It has not been told this, and nothing more goes there.",
        DeliveryState.Refused => $"{copy.RecipientName}'s system refused it. It has not been told this.",
        DeliveryState.Unknown => $"It was sent to {copy.RecipientName}, and nobody can tell whether it arrived.",
        DeliveryState.Held => $"Not sent to {copy.RecipientName}: {copy.HeldReason ?? "a person must decide first"}",
        DeliveryState.Unroutable => $"Not sent to {copy.RecipientName}: no way to reach it is set up.",
        DeliveryState.Awaited => $"{copy.RecipientName} has been sent it and has not answered yet{Stage(copy.AnswerStage)}.",
        DeliveryState.Superseded => $"{copy.RecipientName}: a later message says all that this one said.",
        _ => $"On its way to {copy.RecipientName}: {copy.WaitingBecause ?? "being sent"}",
    };

    /// <summary>How far it is known to have come; the carrier's word and the reader's software are nobody's answer.</summary>
    public static string Stage(AnswerStage? stage) => stage switch
    {
        AnswerStage.Collected => " (it was collected from the mailbox)",
        AnswerStage.Technical => " (its system could read it)",
        _ => "",
    };
}
