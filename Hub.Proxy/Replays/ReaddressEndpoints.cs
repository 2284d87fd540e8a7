using Hub.Proxy.Access.People;
using Hub.Proxy.Dispatch;
using Hub.Proxy.Handovers;

namespace Hub.Proxy.Replays;

/// <summary>Who confirms a practice, over HTTP.</summary>
/// <param name="Practice">Its ODS code.</param>
/// <param name="By">By name.</param>
/// <param name="Traced">How it was traced anew.</param>
/// <param name="Note">What else is to be known.</param>
public sealed record ReaddressRequest(string? Practice, string? By, string? Traced, string? Note);

/// <summary>What a practice returned is proposed for another, and sent there when a named person has confirmed it.</summary>
internal static class ReaddressEndpoints
{
    public static void MapReaddress(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/deliveries/{id:guid}/readdress").WithTags("Deliveries").ForPeople(PersonRight.Deliver, About.Message);
        group.MapGet("", async (Guid id, ReaddressDesk desk, CancellationToken cancellationToken, string practice = "") => Results.Json(await desk.ProposeAsync(id, practice, cancellationToken), HandoverJson.Options))
            .WithName("ProposeReaddress").WithSummary("What sending a returned message to another practice would be; changes nothing").WithDescription("practice: its ODS code. refused says why it may not be.")
            .Produces<ReaddressProposal>();
        group.MapPost("", async (Guid id, ReaddressRequest body, ReaddressDesk desk, IDoorbell doorbell, HttpContext context, CancellationToken cancellationToken) =>
        {
            body = body with { By = SignedInPerson.ActorOf(context, body.By) };
            if (new[] { body.Practice, body.By, body.Traced, body.Note }.Any(string.IsNullOrWhiteSpace))
            {
                return Results.Problem(statusCode: 400, title: "Who has confirmed it, and how?", detail: "practice: the ODS code. by: a name. traced: how the practice was traced anew. note: why.");
            }

            var done = await desk.ConfirmAsync(id, body.Practice!, new ReaddressWord(body.By!, body.Traced!, body.Note!), cancellationToken);
            if (done.Refused is { } why)
            {
                return Results.Problem(statusCode: 409, title: "It may not go there", detail: why);
            }

            doorbell.Ring([.. desk.PartnersOf(body.Practice!)]);
            return Results.Json(done, HandoverJson.Options);
        }).WithName("Readdress").WithSummary("Send a returned message, and what waits behind it, to the practice that a named person has confirmed")
            .Accepts<ReaddressRequest>("application/json").Produces<ReaddressProposal>().ProducesProblem(400).ProducesProblem(409);
    }
}
