using System.Globalization;
using System.Net;
using Hub.Adapters.Contract;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.FhirMessaging;

internal enum StatusMeaning
{
    Rejected,
    Unavailable,
    Unknown,
    PartnerRefusesUs,
}

/// <summary>What an HTTP status without a FHIR answer to our message means. A partner file may override single rows under <c>outcomes</c>.</summary>
internal sealed class FhirOutcomeTable
{
    private static readonly Dictionary<string, StatusMeaning> Standard = new()
    {
        // The address in our file is not where messages go (or wants a sign-in page): every message would fare the same.
        ["301"] = StatusMeaning.PartnerRefusesUs,
        ["302"] = StatusMeaning.PartnerRefusesUs,
        ["307"] = StatusMeaning.PartnerRefusesUs,
        ["308"] = StatusMeaning.PartnerRefusesUs,
        ["401"] = StatusMeaning.PartnerRefusesUs,
        ["403"] = StatusMeaning.PartnerRefusesUs,
        ["404"] = StatusMeaning.PartnerRefusesUs,

        // Defined as "not now, and not taken" (RFC 9110 15.5.9 and 15.6.4, RFC 6585 4).
        ["408"] = StatusMeaning.Unavailable,
        ["429"] = StatusMeaning.Unavailable,
        ["503"] = StatusMeaning.Unavailable,

        // A server that failed half-way, or a proxy that lost the server: the message may have been taken.
        ["500"] = StatusMeaning.Unknown,
        ["502"] = StatusMeaning.Unknown,
        ["504"] = StatusMeaning.Unknown,
    };

    private static readonly Dictionary<string, StatusMeaning> Choices = new()
    {
        ["rejected"] = StatusMeaning.Rejected,
        ["unavailable"] = StatusMeaning.Unavailable,
        ["unknown"] = StatusMeaning.Unknown,
        ["partner-refuses-us"] = StatusMeaning.PartnerRefusesUs,
    };

    private readonly IReadOnlyDictionary<string, StatusMeaning> rows;

    private FhirOutcomeTable(IReadOnlyDictionary<string, StatusMeaning> rows) => this.rows = rows;

    public static FhirOutcomeTable Read(PartnerSettings settings) => new(settings.Table("outcomes", Standard, Choices, IsErrorStatus));

    /// <summary>The outcome of a status with what its body says, where the body is no answer to our message.</summary>
    public DeliveryOutcome For(HttpStatusCode status, OperationOutcomeText? outcome, TimeSpan? retryAfter)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}{(outcome is null ? "" : ": " + PartnerText.Tidy(outcome.Text))}");
        return MeaningOf(status) switch
        {
            StatusMeaning.Rejected => new Rejected(reason),
            StatusMeaning.Unavailable => new Unavailable(reason, retryAfter),
            StatusMeaning.PartnerRefusesUs => new PartnerRefusesUs(reason),

            // The partner itself says that nothing was kept: better knowledge than the status.
            _ when outcome is { NothingWasTaken: true } && (int)status >= 500 => new Unavailable(reason, retryAfter),
            _ => new Unknown(reason),
        };
    }

    // Without a row: 4xx is a judgement on this message, anything else tells nothing.
    private StatusMeaning MeaningOf(HttpStatusCode status) =>
        rows.TryGetValue(((int)status).ToString(CultureInfo.InvariantCulture), out var meaning) ? meaning
        : (int)status is >= 400 and < 500 ? StatusMeaning.Rejected
        : StatusMeaning.Unknown;

    // 2xx is not in the table: acceptance is read from the body and from nothing else.
    private static bool IsErrorStatus(string key) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 300 and <= 599;
}
