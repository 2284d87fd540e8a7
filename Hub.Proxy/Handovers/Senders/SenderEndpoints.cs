using Hub.Adapters.Contract;
using Hub.Proxy.Access;
using Hub.Proxy.Store;
using Microsoft.AspNetCore.Mvc;

namespace Hub.Proxy.Handovers.Senders;

/// <summary>
/// How a handover stands, for the system that sent it. An event goes by the hub's own id; an id of the sender's stands in a body and never in an address,
/// since a hospital's episode number leads to a person.
/// </summary>
internal static class SenderEndpoints
{
    /// <summary>Bytes: two ids and their names.</summary>
    private const int LongestQuestion = 4096;

    public static void MapSenderStatus(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/events").WithTags("Handovers").Needs(AccessRule.Partner, AccessScopes.ReadEvents);
        group.MapGet("{id:guid}/handover", OfEventAsync).WithName("SentHandover").WithSummary("How the handover stands that an event of the caller's belongs to")
            .Produces<SenderHandover>().ProducesProblem(404);
        group.MapPost("_handover", FindAsync).WithName("FindSentHandovers").WithSummary("The same, by the caller's own ids: episode (with organisation, where it is not the caller's own), or message")
            .WithMetadata(new RequestSizeLimitAttribute(LongestQuestion)).Accepts<SenderQuestion>("application/json").Produces<SenderAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(413);
    }

    private static async Task<IResult> OfEventAsync(Guid id, HttpRequest request, Callers callers, SenderBook book, IMessageStore store, CancellationToken cancellationToken) =>
        callers.Find(request) is { Role: PartnerRole.Source } sender && await book.OfEventAsync(sender.Id, id, cancellationToken) is { } found
            ? await NotedAsync(store, sender, [found], Results.Json(found, HandoverJson.Options), cancellationToken) : NotFound();

    private static async Task<IResult> FindAsync(SenderQuestion asked, HttpRequest request, Callers callers, SenderBook book, IMessageStore store, CancellationToken cancellationToken)
    {
        if (asked is not ({ Episode: { Length: > 0 }, Message: null } or { Episode: null, Organisation: null, Message: { Length: > 0 } }))
        {
            return Results.Problem(statusCode: 400, title: "Nothing was asked", detail: "episode, with organisation where it is not yours; or message, as you numbered it (HL7 v2: MSH-3|MSH-4|MSH-10).");
        }

        if (callers.Find(request) is not { Role: PartnerRole.Source } sender)
        {
            return NotFound();
        }

        IReadOnlyList<SenderHandover> found = asked.Message is { } key ? await book.OfMessageAsync(sender.Id, key, cancellationToken)
            : sender.Organisation is null && asked.Organisation is null ? []
            : await book.OfEpisodeAsync(sender, asked.Organisation, asked.Episode!, cancellationToken) is { } one ? [one] : [];
        return found.Count == 0 ? NotFound() : await NotedAsync(store, sender, found, Results.Json(new SenderAnswer(found), HandoverJson.Options), cancellationToken);
    }

    /// <summary>Who is shown what is written down before it is shown.</summary>
    private static async Task<IResult> NotedAsync(IMessageStore store, PartnerFile sender, IReadOnlyList<SenderHandover> shown, IResult answer, CancellationToken cancellationToken)
    {
        await store.AuditAsync([.. shown.Select(s => new AuditEntry(AuditKind.Read, sender.Id, $"handover/{s.Handover}"))], cancellationToken);
        return answer;
    }

    // The same words for what is another's, what does not exist, and who is nobody that sent anything.
    private static IResult NotFound() => Results.Problem(statusCode: 404, title: "No such handover", detail: "Nothing that the caller sent goes by this id.");
}

/// <summary>What a sender asks about, by its own ids.</summary>
public sealed record SenderQuestion
{
    public string? Episode { get; init; }

    /// <summary>ODS code of the organisation that numbers the episode.</summary>
    public string? Organisation { get; init; }
    public string? Message { get; init; }
}

/// <summary>The handovers that were asked about.</summary>
public sealed record SenderAnswer(IReadOnlyList<SenderHandover> Handovers);
