using System.Text.Json;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.FhirMessages;
using Hub.Proxy.Access;
using Hub.Proxy.Store;
using Hub.Proxy.Store.Rows;
using R4 = Hl7.Fhir.Model;

namespace Hub.Proxy;

/// <summary><c>GET /fhir/message-response/{id}</c>: the answer to a FHIR message whose sender did not wait for it, made anew from what is stored.</summary>
internal static class FhirResponses
{
    public static IEndpointConventionBuilder MapFhirResponses(this IEndpointRouteBuilder routes) => routes
        .MapGet("/fhir/message-response/{id:guid}", async (Guid id, HttpContext context, Callers callers, Timeline timeline, IPartnerDirectory partners, CancellationToken cancellationToken) =>
            await timeline.ReceivedAsync(id, cancellationToken) is { Protocol: FhirMessageReader.Protocol, MessageKey: not null } row && callers.MaySee(context.Request, row.SourceId)
                ? FhirHttp.Answer(context, StatusCodes.Status200OK, Answer(row, await timeline.OriginalAsync(id, cancellationToken), partners).Body)
                : FhirHttp.Answer(context, FhirHttp.Outcome(
                    StatusCodes.Status404NotFound, "REC_NOT_FOUND", R4.OperationOutcome.IssueType.NotFound, "id", "The hub answered no message under this id.")))
        .WithTags("FHIR").WithName("message-response").WithSummary("The answer to a FHIR message")
        .WithDescription("For a message that was answered 202: the response message, as its sender would have got it at once.")
        .Produces(StatusCodes.Status200OK, contentType: FhirHttp.JsonMedia, additionalContentTypes: FhirHttp.XmlMedia)
        .Produces(StatusCodes.Status404NotFound, contentType: FhirHttp.JsonMedia, additionalContentTypes: FhirHttp.XmlMedia);

    /// <summary>The answer to a message that was stored: the same whenever it is asked for.</summary>
    internal static FhirAnswer Answer(ReceivedRow row, byte[]? original, IPartnerDirectory partners)
    {
        // Where the content was not kept (none of ours) the key still names the message that is answered.
        var reading = original is null ? null : FhirMessageReader.Read(original, row.MediaType == FhirHttp.XmlMedia, partners.All);
        reading = reading?.Head is null ? new FhirMessageReading { ContentHash = row.ContentHash, Head = new MessageHead(row.MessageKey!, null, row.Kind, null) } : reading;
        var receipt = new IntakeReceipt { ReceivedId = row.Id, Outcome = row.Outcome, Problems = row.Problems is null ? [] : JsonSerializer.Deserialize<List<Problem>>(row.Problems) ?? [] };
        return FhirAnswers.Of(
            reading with { SetAsideBecause = row.SetAsideBecause, Partner = reading.Partner ?? partners.Find(row.SourceId) },
            receipt,
            partners.Find(row.SourceId) is { } partner && FhirMessageSettings.Of(partner).RefuseConflicts);
    }
}
