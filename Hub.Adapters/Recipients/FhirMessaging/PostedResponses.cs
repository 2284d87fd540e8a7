using System.Net;
using Hub.Adapters.Contract;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>
/// Reads <c>response</c> messages that recipients post later. From whom one is says the request, if it names anybody; else the message's own source endpoint,
/// if it is one recipient's and no other's. What its codes mean is that recipient's table, as at once.
/// </summary>
internal sealed class PostedResponses(IPartnerDirectory partners) : IPostedAnswers
{
    public LateAnswer? Read(PostedAnswer posted)
    {
        ArgumentNullException.ThrowIfNull(posted);
        if (SenderOf(posted) is not { } sender || FhirMessagingSettings.Read(sender).Settings is not { } settings || MessageResponse.Read(posted.Json) is not { } answer)
        {
            return null;
        }

        return new LateAnswer
        {
            PartnerId = sender.Id,
            ProtocolMessageId = answer.AnswersMessageId,
            Stage = AnswerStage.Business,
            Outcome = FhirMessagingAdapter.JudgeAnswer(settings, answer, accepted: true, HttpStatusCode.OK, retryAfter: null),
            Evidence = posted.Bytes,
            MediaType = posted.MediaType,
        };
    }

    private PartnerFile? SenderOf(PostedAnswer posted)
    {
        if (posted.Caller is { } caller)
        {
            return IsRecipient(caller) ? caller : null;
        }

        var claiming = posted.SourceEndpoint is not { } endpoint ? []
            : partners.All.Where(p => IsRecipient(p) && FhirMessagingSettings.Read(p).Settings?.AnswersFrom.Contains(endpoint, StringComparer.Ordinal) == true).Take(2).ToList();
        return claiming.Count == 1 ? claiming[0] : null; // two partners behind one address: nobody guesses whose answer it is
    }

    private static bool IsRecipient(PartnerFile partner) => partner is { Role: PartnerRole.Recipient, Protocol: FhirMessagingAdapter.Protocol };
}
