using Hub.Proxy.Store.Rows;

namespace Hub.Proxy.Store;

/// <summary>One thing that happened to a message.</summary>
internal sealed record StoryLine(DateTimeOffset At, string Step, string What)
{
    public string? Recipient { get; init; }
    public Guid? DeliveryId { get; init; }
}

/// <summary>The story of one message in the order of its times: taken, planned, held, tried, answered, decided. No patient data.</summary>
internal static class MessageStory
{
    public static IReadOnlyList<StoryLine> Of(ReceivedView message, IReadOnlyList<AttentionRow> attention) =>
    [
        .. OfIntake(message).Concat(message.Events.SelectMany(e => e.Deliveries.SelectMany(OfDelivery))).Concat(attention.SelectMany(OfAttention))
            .Select((line, index) => (line, index)).OrderBy(l => l.line.At).ThenBy(l => l.index).Select(l => l.line),
    ];

    private static IEnumerable<StoryLine> OfIntake(ReceivedView message)
    {
        var received = message.Received;
        yield return new StoryLine(received.ReceivedAt, "received", $"{received.Kind ?? "a message"} from {received.SourceId}, answered {received.Outcome}{(received.SetAsideBecause is { } why ? ": " + why : "")}");
        foreach (var of in message.Events)
        {
            yield return new StoryLine(of.Event.ReceivedAt, "event", $"{of.Event.Type}, occurred {of.Event.OccurredAt:yyyy-MM-dd HH:mm:ss} UTC");
        }

        if (received.LastRepeatedAt is { } repeated)
        {
            yield return new StoryLine(repeated, "repeated", $"the same message came again, {received.Repeats} time(s) in all; answered as before");
        }
    }

    private static IEnumerable<StoryLine> OfDelivery(DeliveryView view)
    {
        var delivery = view.Delivery;
        StoryLine Line(DateTimeOffset at, string step, string what) => new(at, step, what) { Recipient = delivery.RecipientName, DeliveryId = delivery.Id };

        yield return Line(delivery.CreatedAt, delivery.ReplayOf is null ? "composed" : "replay", delivery.ReplayOf is { } original
            ? $"of delivery {original} ({(delivery.ReplayForm switch { ReplayForm.AsSent => "exactly as sent", ReplayForm.Readdress => "to another practice", _ => "mapped anew" })}), asked for by {delivery.ReplayedBy}: {delivery.ReplayNote}"
            : $"\"{delivery.Title}\" for {delivery.Audience}");
        foreach (var attempt in view.Attempts)
        {
            yield return Line(attempt.StartedAt, "attempt", $"number {attempt.Number} begun");
            if (attempt.EndedAt is { } ended)
            {
                yield return Line(ended, "outcome", $"attempt {attempt.Number}: {attempt.Outcome}{(attempt.Reason is { } reason ? ", " + reason : "")}{(attempt.Late ? " (late: evidence only)" : "")}");
            }
        }

        foreach (var answer in view.Answers)
        {
            yield return Line(answer.ReceivedAt, "answer", $"{answer.Outcome} {answer.SentCode} to message {answer.AnswersMessageId ?? "not named"}{HowItCame(answer)}");
        }

        if (delivery.FinishedAt is { } finished)
        {
            yield return Line(finished, "finished", StateOf(delivery));
        }
    }

    private static IEnumerable<StoryLine> OfAttention(AttentionRow entry)
    {
        yield return new StoryLine(entry.CreatedAt, "attention", $"{entry.Kind}: {entry.Reason} ({entry.Owner})") { DeliveryId = entry.DeliveryId };
        if (entry.ClosedAt is { } closed)
        {
            yield return new StoryLine(closed, "decided", $"{entry.Kind} closed by {entry.ClosedBy}: {entry.ClosingNote}") { DeliveryId = entry.DeliveryId };
        }
    }

    /// <summary>That an answer came by another way than its attempt, and where it changed nothing; empty for any other.</summary>
    public static string HowItCame(AcknowledgementRow answer) =>
        (answer.Stage is { } stage ? $", later, {stage.ToString().ToLowerInvariant()}" : "") + (answer.Late ? ", too late" : "");

    /// <summary>Where a delivery stands and why it waits, in one line.</summary>
    public static string StateOf(DeliveryRow delivery) =>
        delivery.Stands.ToLowerInvariant() + (delivery.State == DeliveryState.Awaited ? Handovers.RecipientWords.Stage(delivery.AnswerStage) : "") + ((delivery.HeldReason ?? delivery.WaitingBecause) is { Length: > 0 } why ? ": " + why : "");
}
