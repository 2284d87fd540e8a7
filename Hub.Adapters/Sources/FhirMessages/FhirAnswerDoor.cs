using Hub.Adapters.Contract;
using Hub.Fhir.Conformance;
using Microsoft.AspNetCore.Http;
using R4 = Hl7.Fhir.Model;

namespace Hub.Adapters.Sources.FhirMessages;

/// <summary>
/// Takes a <c>response</c> message of a recipient that answers later. It is no event: it moves the delivery that it names, and 200 says that it is written
/// down. No message is sent back to it: a response is not responded to (FHIR R4, 2.4.2).
/// </summary>
internal sealed class FhirAnswerDoor(ICallers callers, IPartnerDirectory partners, IPostedAnswers reader, IAnswerIntake intake)
{
    /// <returns>Null where it is no recipient's answer, and so a message like any other.</returns>
    public async Task<IResult?> TakeAsync(HttpContext context, MessageHead head, ReadOnlyMemory<byte> body, bool isXml)
    {
        var caller = callers.Find(context.Request);
        if (caller is null && callers.IsNamed(context.Request))
        {
            return Problem(context, StatusCodes.Status403Forbidden, "SEND_FORBIDDEN", R4.OperationOutcome.IssueType.Forbidden, "The request names a caller that is no partner of this hub. Nothing was taken.");
        }

        var posted = new PostedAnswer
        {
            Caller = caller, SourceEndpoint = head.SourceEndpoint, Json = isXml ? IncomingXml.ToJson(body.Span).Json ?? default : body, Bytes = body,
            MediaType = isXml ? FhirHttp.XmlMedia : FhirHttp.JsonMedia,
        };
        if (reader.Read(posted) is not { } answer)
        {
            return null;
        }

        if (partners.Find(answer.PartnerId) is { } from && !callers.MaySpeakFor(context.Request, from))
        {
            return Problem(context, StatusCodes.Status403Forbidden, "SEND_FORBIDDEN", R4.OperationOutcome.IssueType.Forbidden, "The answer says that it is from a partner that signs in, and who calls has not signed in as that one. Nothing was taken.");
        }

        try
        {
            return Said(context, await intake.AcceptAsync(answer, context.RequestAborted));
        }
        catch (StorageUnavailableException)
        {
            return Problem(context, StatusCodes.Status503ServiceUnavailable, "REC_UNAVAILABLE", R4.OperationOutcome.IssueType.NoStore, "The hub cannot store anything now; this answer was not taken. Post it again later.");
        }
    }

    private static IResult Said(HttpContext context, AnswerTaking taking) => taking switch
    {
        AnswerTaking.Taken => Information(context, "Written down."),
        AnswerTaking.Repeated => Information(context, "Written down before; nothing changes."),
        AnswerTaking.TooLate => Information(context, "Kept. The message had been answered before, and that answer stands."),
        _ => Problem(context, StatusCodes.Status404NotFound, "REC_NOT_FOUND", R4.OperationOutcome.IssueType.NotFound,
            "MessageHeader.response.identifier names no message that you were sent and that waits for an answer. It is kept, and whoever runs the hub is told."),
    };

    private static IResult Information(HttpContext context, string text) => FhirHttp.Answer(context, FhirAnswers.Outcome(StatusCodes.Status200OK, FhirAnswers.Information(text, null)));

    private static IResult Problem(HttpContext context, int status, string code, R4.OperationOutcome.IssueType type, string text) => FhirHttp.Answer(context, FhirAnswers.Outcome(
        status,
        new R4.OperationOutcome.IssueComponent
        {
            Severity = R4.OperationOutcome.IssueSeverity.Error, Code = type, Details = new R4.CodeableConcept(FhirAnswers.ErrorCodes, code), Diagnostics = text,
        }));
}
