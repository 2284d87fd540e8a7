using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Mesh;

namespace Hub.Adapters.Recipients.Mesh;

/// <summary>
/// What MESH's codes mean, at the moment of sending and in reports that come later. Read in this order, the first that has a row decides: MESH's own
/// error code, the HTTP status, the status's class. What the recipient itself answers is read by its payload's rows.
/// </summary>
internal static partial class MeshOutcomes
{
    private const string NotTraced = "the practice's mailbox could not be found for this person (MESH endpoint look-up; clinical rules 2 and 17)";
    private const string Unregistered = "no such mailbox takes this: it went to nobody (MESH error 12; clinical rule 17)";
    private const string OurForm = "MESH found our request wrong: the same bytes cannot help";
    private const string RefusesUs = "our mailbox, its secrets or certificate: every message would fare the same";
    private const string NotNow = "defined as: not now, and not taken (RFC 9110 15.5.9 and 15.6.4, RFC 6585 4)";
    private const string HalfWay = "a server that failed half-way, or a proxy that lost it: MESH may have taken it";

    /// <summary>MESH's report of a message that nobody collected.</summary>
    public const string NotCollected = "14";

    public static readonly IReadOnlyList<OutcomeRow> Rows =
    [
        // MESH's own codes, in an answer or in a report.
        new("02", OutcomeMeaning.Rejected, "the data was missing or not readable"),
        new("06", OutcomeMeaning.Rejected, OurForm),
        new("07", OutcomeMeaning.PartnerRefusesUs, RefusesUs),
        new("08", OutcomeMeaning.Rejected, OurForm),
        new("09", OutcomeMeaning.Rejected, OurForm),
        new("11", OutcomeMeaning.Rejected, OurForm),
        new("12", OutcomeMeaning.NotOurPatient, Unregistered),
        new(NotCollected, OutcomeMeaning.Rejected, "the recipient did not collect it in time: it is dead, and nobody has read it (clinical rule 24)"),
        new("17", OutcomeMeaning.Rejected, "the recipient's mailbox does not take this workflow"),
        new("18", OutcomeMeaning.Rejected, "the recipient's mailbox does not take this workflow"),
        new("19", OutcomeMeaning.Rejected, OurForm),
        new("20", OutcomeMeaning.Rejected, "MESH has no such message"),
        new("EPL-150", OutcomeMeaning.NotOurPatient, NotTraced),
        new("EPL-151", OutcomeMeaning.NotOurPatient, NotTraced),
        new("EPL-152", OutcomeMeaning.NotOurPatient, NotTraced),
        new("EPL-153", OutcomeMeaning.NotOurPatient, NotTraced),
        new("EPL-154", OutcomeMeaning.NotOurPatient, NotTraced),
        new("InvalidHeaderChunks", OutcomeMeaning.Rejected, OurForm),
        new("UnsupportedContentEncoding", OutcomeMeaning.Rejected, OurForm),

        // Ours: what cannot be addressed is not sent.
        new(NoRoute, OutcomeMeaning.NotOurPatient, "the message has no NHS number, date of birth or surname to route it by (clinical rule 17)"),

        new(Demographics, OutcomeMeaning.Rejected, "the NHS number is absent or not verified, and what the person must then be found by is not whole (ITK3 PDS-02); what is hidden must not be filled in"),

        // The HTTP status where MESH says no more.
        new("401", OutcomeMeaning.PartnerRefusesUs, RefusesUs),
        new("403", OutcomeMeaning.PartnerRefusesUs, RefusesUs),
        new("404", OutcomeMeaning.PartnerRefusesUs, "the address in our file is not where messages go: every message would fare the same"),
        new("408", OutcomeMeaning.Unavailable, NotNow),
        new("417", OutcomeMeaning.NotOurPatient, Unregistered),
        new("423", OutcomeMeaning.Unknown, "MESH no longer takes parts of this message: it may have all of them"),
        new("429", OutcomeMeaning.Unavailable, NotNow),
        new("503", OutcomeMeaning.Unavailable, NotNow),
        new("3xx", OutcomeMeaning.Unknown, "no answer of MESH"),
        new("4xx", OutcomeMeaning.Rejected, OurForm),
        new("5xx", OutcomeMeaning.Unknown, HalfWay),
    ];

    /// <summary>Why a message was not even sent: there is nothing to find its practice by.</summary>
    public const string NoRoute = "no-route";

    /// <summary>Why a message was not even sent: the receiver could not tell whom it is about.</summary>
    public const string Demographics = "missing-demographics";

    public const string Expected = "a status from 300 to 599 or its class (5xx), MESH's own code such as 12, 14 or EPL-151, no-route, or a recipient's own code such as 30002; 2xx is acceptance by the carrier and in no table";

    /// <summary>The carrier's rows, and under them those of what recipients answer.</summary>
    public static IReadOnlyList<OutcomeRow> With(IEnumerable<MeshPayload> payloads) =>
        [.. Rows, .. payloads.SelectMany(p => p.Outcomes).Where(o => Rows.All(m => m.Code != o.Code)).DistinctBy(o => o.Code)];

    /// <summary>What an answer that is no 202 comes to.</summary>
    public static DeliveryOutcome Judge(MeshAnswer answer, OutcomeTable table)
    {
        var (error, status) = (answer.Error, (int)answer.Status);
        var reason = string.Create(CultureInfo.InvariantCulture, $"MESH answered HTTP {status}{(error is null ? "" : $": {PartnerText.Tidy($"{error.Code} {error.Text}".Trim())}")}");
        if (answer.IsSuccess)
        {
            return new Unknown(string.Create(CultureInfo.InvariantCulture, $"MESH answered HTTP {status} without an id for the message"));
        }

        var row = (error?.Code is { } code ? table.Find(code) : null) ?? table.Find(status.ToString(CultureInfo.InvariantCulture)) ?? table.Find((status / 100).ToString(CultureInfo.InvariantCulture) + "xx");
        return row is null ? new Unknown(reason) : OutcomeTable.ToOutcome(row, reason, answer.RetryAfter);
    }

    /// <summary>What a report or a tracking of MESH's says of a message that it had taken. It will not deliver it, so nothing here is "later" or "unknown".</summary>
    public static Rejected Dead(string? code, string? description, OutcomeTable table)
    {
        var notTheirs = code is not null && table.Find(code) is { Means: OutcomeMeaning.NotOurPatient };
        return new Rejected(PartnerText.Tidy($"MESH could not deliver it: {code} {description}".Trim())) { Code = code ?? "undeliverable", NotOurPatient = notTheirs };
    }

    /// <summary>False for what would make acceptance a matter of configuration, and for what no answer can carry.</summary>
    public static bool IsCode(string code) => Known().IsMatch(code) && code is not ("ok" or "OK" or "Ok");

    [GeneratedRegex("^([345][0-9][0-9]|[345]xx|[0-9]{2}|fatal-error|transient-error|[0-9]{5}|[A-Za-z][A-Za-z0-9_.-]{3,60})$")]
    private static partial Regex Known();
}
