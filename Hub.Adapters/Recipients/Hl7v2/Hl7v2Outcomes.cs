using System.Text.RegularExpressions;
using Hub.Adapters.Contract;

namespace Hub.Adapters.Recipients.Hl7v2;

/// <summary>
/// What a partner's negative acknowledgements mean: a code of table 0008 with an error of table 0357 (<c>AR+207</c>) first, then the bare code. Of several
/// errors in one acknowledgement each must say the same, else the bare code decides.
/// </summary>
internal static partial class Hl7v2Outcomes
{
    private const string UnknownKey = "unknown key identifier: the receiver does not know this patient (table 0357; clinical rule 2)";
    private const string NotTraced = "the practice could not be found for this patient (MESH endpoint look-up codes)";
    private const string Locked = "application record locked: not taken, the same message may be sent again (table 0357)";
    private const string Inside = "application internal error: a rejection before processing, the same message may be sent again (table 0357)";
    private const string HalfWay = "application internal error while processing: part of it may have been taken (table 0357)";

    public static readonly IReadOnlyList<OutcomeRow> Rows =
    [
        new("AE", OutcomeMeaning.Rejected, "the content is wrong (table 0008)"),
        new("AE+204", OutcomeMeaning.NotOurPatient, UnknownKey),
        new("AE+206", OutcomeMeaning.Unavailable, Locked),
        new("AE+207", OutcomeMeaning.Unknown, HalfWay),
        .. Epl("AE"),
        new("AR", OutcomeMeaning.Rejected, "type, version, processing id or the like will never be taken (table 0008)"),
        new("AR+204", OutcomeMeaning.NotOurPatient, UnknownKey),
        new("AR+206", OutcomeMeaning.Unavailable, Locked),
        new("AR+207", OutcomeMeaning.Unavailable, Inside),
        .. Epl("AR"),
        new("CE", OutcomeMeaning.Rejected, "not accepted for processing: the content is wrong (table 0008)"),
        new("CE+206", OutcomeMeaning.Unavailable, Locked),
        new("CE+207", OutcomeMeaning.Unavailable, Inside),
        new("CR", OutcomeMeaning.Rejected, "not accepted for processing: type, version, processing id or the like (table 0008)"),
        new("CR+206", OutcomeMeaning.Unavailable, Locked),
        new("CR+207", OutcomeMeaning.Unavailable, Inside),
    ];

    public const string Expected = "AE, AR, CE or CR, alone or with an error (AR+207); AA and CA are acceptance and in no table";

    public static bool IsCode(string code) => Known().IsMatch(code);

    private static IEnumerable<OutcomeRow> Epl(string code) =>
        Enumerable.Range(150, 5).Select(n => new OutcomeRow($"{code}+EPL-{n}", OutcomeMeaning.NotOurPatient, NotTraced));

    [GeneratedRegex(@"^[AC][ER](\+[A-Za-z0-9._-]{1,20})?$")]
    private static partial Regex Known();
}
