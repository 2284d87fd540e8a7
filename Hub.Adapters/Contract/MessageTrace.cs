using System.Diagnostics;

namespace Hub.Adapters.Contract;

/// <summary>
/// The one trace of a message, from its source's frame to the last recipient's answer. Its context is stored with the message (W3C Trace Context,
/// <c>traceparent</c>), so that an attempt made tomorrow by another node is a part of it still. Names and numbers of nobody are in it.
/// </summary>
public static class MessageTrace
{
    public const string SourceName = "Hub.Messages";
    public const string Receive = "receive";
    public const string Attempt = "attempt";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A frame has come in over a wire that carries no context of the sender's; null where nobody listens.</summary>
    public static Activity? StartReceive() => Source.StartActivity(Receive, ActivityKind.Server, default(ActivityContext));

    /// <summary>One attempt at one recipient, under the context stored with the message. HTTP carries it on to the recipient as <c>traceparent</c>.</summary>
    public static Activity? StartAttempt(string? traceParent, string partnerId, int number)
    {
        var attempt = Source.StartActivity(Attempt, ActivityKind.Producer, ContextOf(traceParent));
        attempt?.SetTag("hub.partner", partnerId).SetTag("hub.attempt", number);
        return attempt;
    }

    /// <summary>What a stored context says; that of no trace where there is none, or it cannot be read.</summary>
    public static ActivityContext ContextOf(string? traceParent) => ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : default;
}
