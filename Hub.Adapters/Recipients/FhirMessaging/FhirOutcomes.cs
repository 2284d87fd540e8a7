using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>
/// What a FHIR partner's codes mean. Read in this order, the first that has a row decides: the partner's own code
/// (OperationOutcome.issue.details.coding), MessageHeader.response.code, issue.code, the HTTP status, the status's class.
/// </summary>
internal static partial class FhirOutcomes
{
    private const string NotTheirs = "the patient is not registered there (ITK3 response codes; clinical rules 2 and 17)";
    private const string NotTraced = "the practice's mailbox could not be found for this patient (MESH endpoint look-up)";
    private const string WrongAddress = "the address in our file is not where messages go: every message would fare the same";
    private const string NotNow = "defined as: not now, and not taken (RFC 9110 15.5.9 and 15.6.4, RFC 6585 4)";
    private const string HalfWay = "a server that failed half-way, or a proxy that lost it: the message may have been taken";
    private const string RefusesUs = "our credentials or rights: every message would fare the same";
    private const string Content = "the receiver judged this message (http-error-codes, REC_: the receiver's part)";
    private const string AskedLater = "an issue type that FHIR calls transient, of the kind that comes before anything is taken";
    private const string AfterTaking = "an issue type that can come after the message was taken";

    public static readonly IReadOnlyList<OutcomeRow> Rows =
    [
        // The partner's own code.
        new("30002", OutcomeMeaning.NotOurPatient, NotTheirs),
        new("30003", OutcomeMeaning.NotOurPatient, NotTheirs),
        new("EPL-150", OutcomeMeaning.NotOurPatient, NotTraced),
        new("EPL-151", OutcomeMeaning.NotOurPatient, NotTraced),
        new("EPL-152", OutcomeMeaning.NotOurPatient, NotTraced),
        new("EPL-153", OutcomeMeaning.NotOurPatient, NotTraced),
        new("EPL-154", OutcomeMeaning.NotOurPatient, NotTraced),
        new("REC_BAD_REQUEST", OutcomeMeaning.Rejected, Content),
        new("REC_UNPROCESSABLE_ENTITY", OutcomeMeaning.Rejected, Content),
        new("REC_CONFLICT", OutcomeMeaning.Rejected, "another message came under this id"),
        new("REC_UNAUTHORIZED", OutcomeMeaning.PartnerRefusesUs, RefusesUs),
        new("REC_FORBIDDEN", OutcomeMeaning.PartnerRefusesUs, RefusesUs),
        new("REC_NOT_FOUND", OutcomeMeaning.PartnerRefusesUs, WrongAddress),
        new("REC_METHOD_NOT_ALLOWED", OutcomeMeaning.PartnerRefusesUs, WrongAddress),
        new("REC_TOO_MANY_REQUESTS", OutcomeMeaning.Unavailable, NotNow),
        new("REC_UNAVAILABLE", OutcomeMeaning.Unavailable, NotNow),
        new("REC_TIMEOUT", OutcomeMeaning.Unknown, AfterTaking),
        new("REC_SERVER_ERROR", OutcomeMeaning.Unknown, HalfWay),
        new("PROXY_UNAVAILABLE", OutcomeMeaning.Unavailable, "an intermediary that did not pass the message on"),
        new("PROXY_TOO_MANY_REQUESTS", OutcomeMeaning.Unavailable, "an intermediary that did not pass the message on"),
        new("PROXY_SERVER_ERROR", OutcomeMeaning.Unknown, HalfWay),
        new("PROXY_TIMEOUT", OutcomeMeaning.Unknown, HalfWay),

        // MessageHeader.response.code to our message (http://hl7.org/fhir/response-code). ok is in no table.
        new("fatal-error", OutcomeMeaning.Rejected, "received, processed and refused"),
        new("transient-error", OutcomeMeaning.Unavailable, "some resource is not available; the same message may be sent again"),

        // issue.code where there is no answer to our message (http://hl7.org/fhir/issue-type).
        new("issue:transient", OutcomeMeaning.Unavailable, AskedLater),
        new("issue:lock-error", OutcomeMeaning.Unavailable, AskedLater),
        new("issue:no-store", OutcomeMeaning.Unavailable, AskedLater),
        new("issue:throttled", OutcomeMeaning.Unavailable, AskedLater),
        new("issue:exception", OutcomeMeaning.Unknown, AfterTaking),
        new("issue:timeout", OutcomeMeaning.Unknown, AfterTaking),
        new("issue:incomplete", OutcomeMeaning.Unknown, AfterTaking),

        // The HTTP status where nothing else has a row.
        new("301", OutcomeMeaning.PartnerRefusesUs, WrongAddress),
        new("302", OutcomeMeaning.PartnerRefusesUs, WrongAddress),
        new("307", OutcomeMeaning.PartnerRefusesUs, WrongAddress),
        new("308", OutcomeMeaning.PartnerRefusesUs, WrongAddress),
        new("401", OutcomeMeaning.PartnerRefusesUs, RefusesUs),
        new("403", OutcomeMeaning.PartnerRefusesUs, RefusesUs),
        new("404", OutcomeMeaning.PartnerRefusesUs, WrongAddress),
        new("408", OutcomeMeaning.Unavailable, NotNow),
        new("429", OutcomeMeaning.Unavailable, NotNow),
        new("503", OutcomeMeaning.Unavailable, NotNow),
        new("3xx", OutcomeMeaning.Unknown, "no answer to a message"),
        new("4xx", OutcomeMeaning.Rejected, "a judgement on this message"),
        new("5xx", OutcomeMeaning.Unknown, HalfWay),
    ];

    public const string Expected = "a status from 300 to 599 or its class (5xx), fatal-error, transient-error, issue:TYPE, or a partner's own code such as 30002 or REC_CONFLICT; 2xx and ok are acceptance and in no table";

    public static string Issue(string type) => "issue:" + type;

    public static string Status(int status) => status.ToString(CultureInfo.InvariantCulture);

    public static string Class(int status) => (status / 100).ToString(CultureInfo.InvariantCulture) + "xx";

    /// <summary>False for what would make acceptance a matter of configuration, and for what no answer can carry.</summary>
    public static bool IsCode(string code) => Known().IsMatch(code) && code is not ("ok" or "OK" or "Ok");

    [GeneratedRegex("^([345][0-9][0-9]|[345]xx|fatal-error|transient-error|issue:[a-z-]{2,30}|[0-9]{5}|[A-Za-z][A-Za-z0-9_.-]{3,60})$")]
    private static partial Regex Known();
}
