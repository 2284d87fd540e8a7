using System.Security.Cryptography;
using Hub.Adapters.Contract;
using Microsoft.AspNetCore.Http;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>Takes one message at <c>$process-message</c>: bytes in, stored by the intake, and only then an answer. A refused message is kept as well.</summary>
internal sealed class FhirMessageEndpoint(IEventIntake intake, IPartnerDirectory partners, ICallers callers, TimeProvider time, FhirAnswerDoor? answers = null, IResponsePosts? posts = null)
{
    /// <summary>Where a sender that does not wait finds its answer.</summary>
    public const string ResponsePath = "/fhir/message-response/";

    public async Task<IResult> PostAsync(HttpContext context)
    {
        if (FhirHttp.Refuse(context.Request) is { } unusable)
        {
            return FhirHttp.Answer(context, unusable);
        }

        var receivedAt = time.GetUtcNow();
        var isXml = FhirHttp.IsXml(context.Request) == true;
        var body = await FhirHttp.ReadAsync(context.Request, FhirMessageReader.MaxBytes, context.RequestAborted);
        if (body is null)
        {
            return FhirHttp.Answer(context, FhirHttp.TooLarge);
        }

        var reading = FhirMessageReader.Read(body, isXml, [.. partners.All.Where(p => p.Protocol == FhirMessageReader.Protocol)]); // who sends by MESH does not post
        if (reading.IsAnswer && answers is not null && await answers.TakeAsync(context, reading.Head!, body, isXml) is { } taken)
        {
            return taken;
        }

        if (reading.Partner is { } sender && !callers.MaySpeakFor(context.Request, sender))
        {
            return FhirHttp.Answer(context, FhirHttp.Outcome(
                StatusCodes.Status403Forbidden, "SEND_FORBIDDEN", R4.OperationOutcome.IssueType.Forbidden, "Authorization", "The message says that it is from a sender that signs in, and who calls has not signed in as that one; nothing was taken."));
        }

        if (ResponseUrl(context.Request) is { } url && (reading.Partner is null || !FhirMessageSettings.Of(reading.Partner).ResponseUrls.Contains(url, StringComparer.Ordinal)))
        {
            return FhirHttp.Answer(context, FhirHttp.Outcome(
                StatusCodes.Status403Forbidden, "SEND_FORBIDDEN", R4.OperationOutcome.IssueType.Forbidden, "response-url", "The address is not among those of this sender's partner file; nothing was taken."));
        }

        try
        {
            var receipt = await CommitAsync(reading, body, isXml, receivedAt, context.RequestAborted);
            var answer = FhirAnswers.Of(reading, receipt, reading.Partner is { } partner && FhirMessageSettings.Of(partner).RefuseConflicts);
            if (reading.Head is null || !IsAsync(context.Request))
            {
                return FhirHttp.Answer(context, answer);
            }

            var to = posts is null ? null : ResponseUrl(context.Request);
            if (to is not null)
            {
                await posts!.AskAsync(receipt.ReceivedId, reading.Partner!.Id, new Uri(to), context.RequestAborted);
            }

            return Later(context, receipt.ReceivedId, isPosted: to is not null);
        }
        catch (StorageUnavailableException)
        {
            return FhirHttp.Answer(context, FhirAnswers.NotStored(reading, Guid.CreateVersion7(receivedAt)));
        }
    }

    private Task<IntakeReceipt> CommitAsync(FhirMessageReading reading, byte[] body, bool isXml, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var received = ToReceived(reading, body, isXml, receivedAt);
        return reading.Problems.Count > 0
            ? intake.RefuseAsync(received, new Refusal(reading.NeverTaken, reading.Problems), cancellationToken)
            : intake.AcceptAsync(received, reading.Events, cancellationToken);
    }

    /// <summary>What the intake keeps of a message.</summary>
    internal static ReceivedMessage ToReceived(FhirMessageReading reading, ReadOnlyMemory<byte> body, bool isXml, DateTimeOffset receivedAt) => new()
    {
        SourceId = reading.Partner?.Id ?? ReceivedMessage.UnknownSource,
        Protocol = FhirMessageReader.Protocol,
        MessageKey = reading.Head?.MessageId,
        ContentHash = reading.ContentHash,
        Bytes = body,
        MediaType = isXml ? FhirHttp.XmlMedia : FhirHttp.JsonMedia,
        ReceivedAt = receivedAt,
        Kind = reading.Kind,
        Subject = reading.Subject,
        SetAsideBecause = reading.SetAsideBecause,
    };

    // Stored already: what is put off is only the answer, which waits at its own address, and is posted where that was asked for.
    private static IResult Later(HttpContext context, Guid receivedId, bool isPosted)
    {
        context.Response.Headers.ContentLocation = ResponsePath + receivedId.ToString("D");
        return FhirHttp.Answer(context, FhirAnswers.Outcome(
            StatusCodes.Status202Accepted, FhirAnswers.Information(isPosted
                ? "Stored. The answer is posted to the response-url, and stands at the address in Content-Location." : "Stored. The answer is at the address in Content-Location; it is fetched there and not posted.", null)));
    }

    private static bool IsAsync(HttpRequest request) =>
        request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase)
        || request.Query["async"].ToString().Equals("true", StringComparison.OrdinalIgnoreCase)
        || ResponseUrl(request) is not null;

    private static string? ResponseUrl(HttpRequest request) => request.Query.TryGetValue("response-url", out var url) ? url.ToString() : null;
}
