using Hub.Proxy.Access.People;
using Hub.Proxy.Handovers;

namespace Hub.Proxy.Notices;

/// <summary>Who says "I have it".</summary>
/// <param name="By">By name.</param>
/// <param name="Minutes">For how long nobody else is told, 1 to 1440; 240 where it is left out.</param>
public sealed record HaveRequest(string? By, int? Minutes);

/// <summary>The notices whose entries are open, and "I have it".</summary>
internal static class NoticeEndpoints
{
    private const int Most = 200;

    public static void MapNotices(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/notices").WithTags("Notices").ForPeople(PersonRight.Lists);
        group.MapGet("", async (NoticeBook book, CancellationToken cancellationToken, int max = 50) => max is < 1 or > Most
            ? Results.Problem(statusCode: 400, title: "max is out of range", detail: $"max: from 1 to {Most}.")
            : Results.Json(new { notices = await book.OpenAsync(max, cancellationToken) }, HandoverJson.Options))
            .WithName("Notices").WithSummary("What people were told, or are to be, and who has it");
        group.MapGet("{id:long}", async (long id, NoticeBook book, CancellationToken cancellationToken) =>
            await book.FindAsync(id, cancellationToken) is { } view ? Results.Json(view, HandoverJson.Options) : NotFound())
            .WithName("Notice").WithSummary("One notice").Produces<NoticeView>().ProducesProblem(404);
        group.MapPost("{id:long}/have", async (long id, HaveRequest body, NoticeDesk desk, HttpContext context, CancellationToken cancellationToken) =>
            SignedInPerson.ActorOf(context, body.By) is not { } by || string.IsNullOrWhiteSpace(by) || body.Minutes is < 1 or > NoticeDesk.MostMinutes
                ? Results.Problem(statusCode: 400, title: "Who has it?", detail: $"by: a name. minutes: from 1 to {NoticeDesk.MostMinutes}.")
                : await desk.HaveAsync(id, by, body.Minutes ?? NoticeDesk.UsualMinutes, cancellationToken) is { } said ? Results.Json(new { said }, HandoverJson.Options) : NotFound())
            .ForPeople(PersonRight.Answer).WithName("HaveNotice").WithSummary("\"I have it\": the next rung is silent for a while").ProducesProblem(400).ProducesProblem(404);
    }

    private static IResult NotFound() => Results.Problem(statusCode: 404, title: "No such notice", detail: "The hub has no open notice of this number.");
}
