using Hub.Adapters.Contract;
using Microsoft.AspNetCore.Http;

namespace Hub.Adapters.Sources.EventApi;

/// <summary>The body of a 202: stored, and where to ask what became of it.</summary>
/// <param name="Outcome">accepted, set-aside, or conflict (the key was used for other content: stored, and a person decides).</param>
/// <param name="Repeated">True when this answers a repeat of an earlier request.</param>
/// <param name="Status">Address of the event's status; null where no event came of it.</param>
public sealed record EventAccepted(IReadOnlyList<Guid> EventIds, Guid ReceivedId, string Outcome, bool Repeated, string? Status);

/// <summary>One thing wrong: a stable code, the field as a JSON Pointer or header name, what is wrong, what to do.</summary>
public sealed record EventProblem(string Code, string Field, string Text, string NextStep);

/// <summary>The body of a refusal: problem details (RFC 9457) with every problem found.</summary>
public sealed record EventProblemReport(string Type, string Title, int Status, string Detail, Guid? ReceivedId, IReadOnlyList<EventProblem> Errors);

/// <summary>Puts what became of a request into HTTP.</summary>
internal static class EventApiAnswers
{
    public const string ProblemMedia = "application/problem+json";
    private const int RetryAfterSeconds = 30;

    public static IResult Of(IntakeReceipt receipt, HttpContext context, bool refuseConflicts) => receipt.Outcome switch
    {
        IntakeOutcome.Conflict when refuseConflicts => Refused(StatusCodes.Status409Conflict, receipt.ReceivedId, [Conflict]),
        IntakeOutcome.Parked or IntakeOutcome.Rejected => Refused(StatusCodes.Status400BadRequest, receipt.ReceivedId, receipt.Problems),
        _ => Accepted(receipt, context),
    };

    public static IResult Refused(int status, Guid? receivedId, IReadOnlyList<Problem> problems) => Results.Json(
        new EventProblemReport(
            "about:blank",
            TitleOf(status),
            status,
            problems.Count == 1 ? problems[0].Text : $"{problems.Count} things are wrong; errors names each.",
            receivedId,
            [.. problems.Select(p => new EventProblem(p.Code, p.Location, p.Text, p.NextStep))]),
        contentType: ProblemMedia,
        statusCode: status);

    // Nothing was stored: the sender must send it again, and is told when.
    public static IResult NotStored(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Refused(StatusCodes.Status503ServiceUnavailable, null,
        [
            new Problem
            {
                Code = "not-stored",
                Location = "",
                Text = "The hub cannot store anything now; this event was not taken.",
                NextStep = $"Send the same request again after {RetryAfterSeconds} seconds, with the same Idempotency-Key.",
                Owner = ProblemOwner.Hub,
            },
        ]);
    }

    private static IResult Accepted(IntakeReceipt receipt, HttpContext context)
    {
        var status = receipt.EventIds.Count > 0 ? $"/events/{receipt.EventIds[0]}" : null;
        if (status is not null)
        {
            context.Response.Headers.Location = status;
        }

        return Results.Json(
            new EventAccepted(receipt.EventIds, receipt.ReceivedId, NameOf(receipt.Outcome), receipt.Repeated, status),
            statusCode: StatusCodes.Status202Accepted);
    }

    private static string NameOf(IntakeOutcome outcome) => outcome switch
    {
        IntakeOutcome.SetAside => "set-aside",
        IntakeOutcome.Conflict => "conflict",
        _ => "accepted",
    };

    private static string TitleOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => "No such event",
        StatusCodes.Status409Conflict => "The key was used for other content",
        StatusCodes.Status413PayloadTooLarge => "The body is too large",
        StatusCodes.Status415UnsupportedMediaType => "The body is not JSON",
        StatusCodes.Status503ServiceUnavailable => "Not stored",
        _ => "The event cannot be taken as it is",
    };

    private static Problem Conflict { get; } = new()
    {
        Code = "conflict",
        Location = EventApiOperation.KeyHeader,
        Text = "This key was used before with other content. What was sent now is kept, and a person is asked.",
        NextStep = "If it is a new event, send it with a key of its own; if it is the old one, nothing is to be done.",
    };
}
