using Hl7.Fhir.Model;
using Hub.Fhir.Events;
using Hub.Fhir.Narratives;
using Hub.Fhir.Resources;

namespace Hub.Fhir.Bundles;

/// <summary>A referral to the crisis team: received, answered, or declined with a reason and somewhere else to turn.</summary>
internal static class ReferralBundle
{
    public static Story Tell(CaseFile file, PartSet parts, ReferralReceived referral) => new()
    {
        Subject = "Referral to CRT received",
        News =
        [
            $"Referral received {Wording.When(referral.OccurredAt)} from {Wording.Person(referral.Referrer)}.",
            $"Reason: {referral.Reason}.",
            $"Priority: {Priority(referral.Priority)}.",
        ],
        NewsEntries = [Request(file, parts, RequestStatus.Active, referral.Referrer, referral.OccurredAt, referral.Reason, referral.Priority)],
        TriggerEvent = "I12",
    };

    public static Story Tell(CaseFile file, PartSet parts, ReferralAnswered answered) => new()
    {
        Subject = "Referral to CRT answered",
        News =
        [
            $"Answered {Wording.When(answered.OccurredAt)} by {Wording.Person(answered.AnsweredBy)}: {answered.Answer}.",
            $"Seen face to face: {(answered.SeenFaceToFaceAt is { } seen ? Wording.When(seen) : "not reported yet")}.",
        ],
        NewsEntries = [Request(file, parts, RequestStatus.Active, answered.Referrer ?? file.Referral?.Referrer, file.Referral?.OccurredAt, file.Referral?.Reason, file.Referral?.Priority)],
        TriggerEvent = "I13",
    };

    public static Story Tell(CaseFile file, PartSet parts, ReferralDeclined declined) => new()
    {
        Subject = "Referral to CRT declined",
        News =
        [
            $"Declined {Wording.When(declined.OccurredAt)} by {Wording.Person(declined.DeclinedBy)}.",
            $"Reason: {declined.Reason}.",
            declined.SignpostedTo.Count > 0 ? $"Turn to: {string.Join("; ", declined.SignpostedTo)}." : "Where else to turn was not stated.",
            "The crisis team has not taken responsibility.",
        ],
        NewsEntries = [Request(file, parts, RequestStatus.Revoked, declined.Referrer ?? file.Referral?.Referrer, file.Referral?.OccurredAt, file.Referral?.Reason, file.Referral?.Priority)],
        TriggerEvent = "I14",
    };

    private static string Request(CaseFile file, PartSet parts, RequestStatus status, Actor? referrer, ClinicalTime? at, string? reason, ResponsePriority? priority) =>
        parts.Add(ServiceRequestMapper.ToRequest(
            file.CaseId("ServiceRequest", "referral"), status, "Crisis resolution and home treatment", parts.Patient, parts.RoleOf(referrer), parts.Organization(file.Crt), at, reason, priority));

    private static string Priority(ResponsePriority? priority) => priority switch
    {
        ResponsePriority.Emergency => "emergency",
        ResponsePriority.VeryUrgent => "very urgent",
        ResponsePriority.Urgent => "urgent",
        ResponsePriority.Routine => "routine",
        _ => "not stated",
    };
}
