using Hub.Proxy.Access;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;

namespace Hub.Proxy;

/// <summary><c>GET /events/{id}</c>: what became of an event, recipient by recipient, for the system that sent it. Never patient data.</summary>
internal static class EventStatus
{
    public static IEndpointConventionBuilder MapEventStatus(this IEndpointRouteBuilder routes) => routes
        .MapGet("/events/{id:guid}", async (Guid id, HttpRequest request, Callers callers, Timeline timeline, CancellationToken cancellationToken) =>
            await timeline.OfEventAsync(id, cancellationToken) is { } received && callers.MaySee(request, received.Received.SourceId)
                ? Results.Ok(View(received, received.Events.Single(e => e.Event.Id == id), await timeline.AttentionOfEventAsync(id, cancellationToken)))
                : Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such event", detail: "The hub has no event of this id."))
        .WithName("EventStatus")
        .WithSummary("What became of an event, recipient by recipient")
        .Produces<EventStatusView>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static EventStatusView View(ReceivedView received, EventView view, IReadOnlyList<AttentionRow> waiting) => new(
        view.Event.Id, view.Event.Type, received.Received.ReceivedAt, [.. view.Deliveries.Select(d => new DeliveryStatusView(
            d.Delivery.Id, d.Delivery.RecipientName, d.Delivery.Stands.ToLowerInvariant(), d.Delivery.WaitingBecause ?? d.Delivery.HeldReason,
            d.Attempts.Count, d.Attempts.Count > 0 ? d.Attempts[^1].Outcome : null, d.Delivery.FinishedAt))],
        [.. waiting.Select(a => new WaitingForView(a.Kind, a.Reason, a.Owner, a.NextStep, a.DueAt))]);
}

/// <summary>An event and where its copies stand.</summary>
public sealed record EventStatusView(Guid EventId, string Type, DateTimeOffset ReceivedAt, IReadOnlyList<DeliveryStatusView> Deliveries, IReadOnlyList<WaitingForView> WaitingFor);

/// <summary>What a person must do before it goes on; empty where nothing waits for one.</summary>
public sealed record WaitingForView(string Kind, string Reason, string Owner, string NextStep, DateTimeOffset? DueAt);

/// <summary>One recipient's copy: delivered, waiting, unknown, refused, held, unroutable or superseded, and why it waits.</summary>
public sealed record DeliveryStatusView(
    Guid DeliveryId, string Recipient, string State, string? WaitingBecause, int Attempts, string? LastOutcome, DateTimeOffset? FinishedAt);
