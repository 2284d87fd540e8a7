using System.Globalization;
using System.Net;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.Http;

/// <summary>What a FHIR partner's HTTP answer that is no acceptance means by its table. Pure, so that every mutation of an answer can be tried.</summary>
internal static class HttpRefusal
{
    /// <param name="status">Any but 2xx.</param>
    /// <param name="retryAfter">When the partner asks us to come back.</param>
    /// <param name="body">An OperationOutcome, or anything else.</param>
    /// <param name="table">The protocol's rows with the partner's laid over them.</param>
    /// <param name="personal">What of a person we sent and a partner may repeat; it is in no reason.</param>
    public static DeliveryOutcome Judge(HttpStatusCode status, TimeSpan? retryAfter, ReadOnlyMemory<byte> body, OutcomeTable table, IReadOnlyCollection<string>? personal = null)
    {
        var outcome = OperationOutcomeText.TryRead(body);
        var reason = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}{(outcome is null ? "" : ": " + PartnerText.Tidy(Without(personal, outcome.Text)))}");
        var row = table.Find(outcome?.Codes ?? []) ?? table.Find([.. (outcome?.IssueTypes ?? []).Select(FhirOutcomes.Issue)])
            ?? table.Find(FhirOutcomes.Status((int)status)) ?? table.Find(FhirOutcomes.Class((int)status));
        return row is null ? new Unknown(reason) : OutcomeTable.ToOutcome(row, reason, retryAfter);
    }

    private static string Without(IReadOnlyCollection<string>? personal, string text) =>
        (personal ?? []).Where(p => p.Length > 0).Aggregate(text, (t, p) => t.Replace(p, "[identifier]", StringComparison.OrdinalIgnoreCase));
}
