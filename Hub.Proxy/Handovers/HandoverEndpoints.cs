using Hub.Proxy.Access.People;
using Hub.Proxy.OperatorConsole;
using Microsoft.Net.Http.Headers;

namespace Hub.Proxy.Handovers;

/// <summary>How handovers stand, for the systems that sent them, and the acts of who is asked. Addresses hold the hub's own ids and nothing of a person.</summary>
internal static class HandoverEndpoints
{
    private const int MostOnAPage = 200;

    public static void MapHandovers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Handovers").AddEndpointFilter<RouteGroupBuilder, RecordsReading>();
        group.MapGet("/handovers", ListAsync).WithName("Handovers").WithSummary("Open obligations, what is due first first")
            .WithDescription("partner, overdue=true, max (1 to 200); after is the cursor of the page before.").ForPeople(PersonRight.Messages);
        group.MapGet("/handovers/{episode:long}", async (long episode, HandoverBook book, CancellationToken cancellationToken) =>
            await book.HandoverAsync(episode, cancellationToken) is { } view ? Results.Json(view, HandoverJson.Options) : NotFound("episode"))
            .ForPeople(PersonRight.Handovers, About.Episode, Sight.Who, "episode").WithName("Handover").WithSummary("One handover: who holds the person, what is owed, each recipient in one plain line").Produces<HandoverView>().ProducesProblem(404);
        group.MapGet("/handovers/{episode:long}/readiness", async (long episode, HandoverBook book, CancellationToken cancellationToken) =>
            await book.EpisodeAsync(episode, cancellationToken) is { } state ? Results.Json(Readiness.Of(state), HandoverJson.Options) : NotFound("episode"))
            .ForPeople(PersonRight.Handovers, About.Episode, Sight.Who, "episode").WithName("Readiness").WithSummary("What would be open if the person were discharged now").Produces<IReadOnlyList<HandoverCheck>>().ProducesProblem(404);
        group.MapGet("/obligations/{id:guid}", async (Guid id, HandoverBook book, HttpResponse response, CancellationToken cancellationToken) =>
        {
            if (await book.ObligationAsync(id, cancellationToken) is not { } view)
            {
                return NotFound("obligation");
            }

            response.Headers.ETag = Tag(view.Entry.Obligation.Version);
            return Results.Json(view, HandoverJson.Options);
        }).ForPeople(PersonRight.Handovers, About.Obligation, Sight.Who).WithName("Obligation").WithSummary("One obligation with its words and its evidence").Produces<ObligationView>().ProducesProblem(404);
        group.MapPost("/obligations/{id:guid}/{act}", ActAsync).ForPeople(PersonRight.Answer, About.Obligation, Sight.Who).WithName("Act").WithSummary("What somebody decided about an obligation")
            .WithDescription("act: accept, assess-only, ask, decline, reassign, start, done, waive, quieten. If-Match holds the version that was seen.")
            .Accepts<ActRequest>("application/json").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
    }

    private static async Task<IResult> ListAsync(
        HandoverBook book, PersonSight sight, HttpContext context, TimeProvider time, CancellationToken cancellationToken, string? partner = null, bool overdue = false, int max = 50, string? after = null)
    {
        if (max is < 1 or > MostOnAPage)
        {
            return Results.Problem(statusCode: 400, title: "max is out of range", detail: $"max: from 1 to {MostOnAPage}.");
        }

        (DateTimeOffset, Guid)? seen = null;
        if (after is not null)
        {
            if (after.Split('-', 2) is not [var ms, var id] || !long.TryParse(ms, out var at) || !Guid.TryParse(id, out var last))
            {
                return Results.Problem(statusCode: 400, title: "after is no cursor", detail: "Use the value of next from the page before.");
            }

            seen = (DateTimeOffset.FromUnixTimeMilliseconds(at), last);
        }

        var page = await book.WorklistAsync(new WorklistRequest(partner, null, overdue ? time.GetUtcNow() : null, seen, max), cancellationToken);
        var next = page.Count == max ? $"{page[^1].Obligation.DueAt!.Value.ToUnixTimeMilliseconds()}-{page[^1].Obligation.Id}" : null;
        var theirs = await sight.OfEpisodesAsync(SignedInPerson.Of(context), page.Select(e => e.EpisodeId), cancellationToken);
        return Results.Json(new { entries = page.Where(e => theirs[e.EpisodeId] >= Sight.That), next }, HandoverJson.Options);
    }

    private static async Task<IResult> ActAsync(Guid id, string act, ActRequest body, ObligationDesk desk, HandoverBook book, TimeProvider time, HttpRequest request, CancellationToken cancellationToken)
    {
        body = body with { By = SignedInPerson.ActorOf(request.HttpContext, body.By) };
        if (body.ToAct(act, time.GetUtcNow()) is not { } decided)
        {
            return Results.Problem(statusCode: 400, title: "The act is not complete", detail: ActRequest.Expected);
        }

        if (await book.ObligationAsync(id, cancellationToken) is null)
        {
            return NotFound("obligation");
        }

        var expected = request.GetTypedHeaders().IfMatch is [var tag, ..] && long.TryParse(tag.Tag.ToString().Trim('"'), out var version) ? version : (long?)null;
        return await desk.ActAsync(id, decided, expected, cancellationToken) switch
        {
            null => NotFound("obligation"),
            Acted acted => Results.Json(acted.Obligation, HandoverJson.Options),
            AlreadySo so => Results.Json(so.Obligation, HandoverJson.Options),
            NotPossible { IsStale: true } not => Results.Problem(statusCode: 412, title: "It has changed meanwhile", detail: not.Why),
            NotPossible not => Results.Problem(statusCode: 409, title: "That cannot follow", detail: not.Why),
            _ => throw new InvalidOperationException("the family is closed"),
        };
    }

    private static string Tag(long version) => new EntityTagHeaderValue($"\"{version}\"", isWeak: false).ToString();

    private static IResult NotFound(string what) => Results.Problem(statusCode: 404, title: $"No such {what}", detail: $"The hub has no {what} of this id.");
}

/// <summary>What somebody decided, and how it is known.</summary>
public sealed record ActRequest
{
    public const string Expected = "act: accept, assess-only, ask, decline, reassign, start, done, waive or quieten. by: who says so. what: the owner, question, reason, new actor, or minutes (with the reason as note). "
        + "By phone: rang, spokeTo, readBack.";

    public string? By { get; init; }
    public string? Role { get; init; }

    /// <summary>The owner, the question, the reason, who is asked now, why, or for how many minutes.</summary>
    public string? What { get; init; }
    public string? Note { get; init; }
    public string? Rang { get; init; }
    public string? SpokeTo { get; init; }
    public bool ReadBack { get; init; }

    /// <summary>Null where something is missing.</summary>
    internal ObligationAct? ToAct(string act, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(By) || (string.IsNullOrWhiteSpace(What) && act is not ("start" or "done")))
        {
            return null;
        }

        var evidence = new Evidence
        {
            At = now, Channel = Rang is null ? ActChannel.Person : ActChannel.Phone, By = By, Role = Role, Note = Note,
            Call = Rang is not null && SpokeTo is { } who ? new PhoneCall(Rang, who, ReadBack) : null,
        };
        return act switch
        {
            "accept" => new Accept { Evidence = evidence, Owner = What! },
            "assess-only" => new AcceptForAssessmentOnly { Evidence = evidence, Owner = What! },
            "ask" => new AskMore { Evidence = evidence, Question = What! },
            "decline" => new Decline { Evidence = evidence, Reason = What! },
            "reassign" => new Reassign { Evidence = evidence, To = What! },
            "start" => new Start { Evidence = evidence },
            "done" => new Complete { Evidence = evidence },
            "waive" => new Waive { Evidence = evidence, Why = What! },
            "quieten" when int.TryParse(What, out var minutes) => new Quieten { Evidence = evidence, Until = now.AddMinutes(minutes) },
            _ => null,
        };
    }
}

/// <summary>JSON of handovers over HTTP: camelCase, enums in kebab case.</summary>
internal static class HandoverJson
{
    public static System.Text.Json.JsonSerializerOptions Options { get; } = new(System.Text.Json.JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.KebabCaseLower) },
    };
}
