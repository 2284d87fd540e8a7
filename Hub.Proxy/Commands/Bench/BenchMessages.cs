using System.Globalization;
using System.Text;

namespace Hub.Proxy.Commands.Bench;

/// <summary>
/// The HL7 v2 messages of the bench: for each of any number of invented persons an admission (A04) and a discharge (A03), framed for MLLP. They tell what has
/// just happened, as messages do: with old ones every deadline would be over at once, and the hub would be measured raising alarms.
/// </summary>
internal sealed class BenchMessages
{
    private readonly CompositeFormat admission;
    private readonly CompositeFormat discharge;

    public BenchMessages(DateTimeOffset now)
    {
        var (begun, ended) = (Stamp(now.AddHours(-2)), Stamp(now.AddMinutes(-5)));
        admission = CompositeFormat.Parse(Admission.Replace("BEGUN", begun, StringComparison.Ordinal));
        discharge = CompositeFormat.Parse(Discharge.Replace("BEGUN", begun, StringComparison.Ordinal).Replace("ENDED", ended, StringComparison.Ordinal));
    }

    /// <summary>Each person's local id begins with it, and it stands in every message to a recipient: by it arrivals are counted.</summary>
    public static ReadOnlySpan<byte> MarkerPrefix => "BENCHP"u8;

    public const int MarkerLength = 14;

    private static readonly string Admission = Frame("ADT^A04", "BEGUN", """
        EVN|A04|BEGUN|||U1^NURSE^NELL|BEGUN
        {0}
        PD1|||ELM SURGERY^^A81001|G1234567^WOOD^ANNA^^^DR^^^GMP
        NK1|1|BENTLEY^JOE|SPO|4 BENCH LANE^^TESTTOWN|07700900111
        NK1|2|BENTLEY^MAY|MTH||01632960777||CR
        PV1|1|O|NCRT^^^RXN01|||WILLOW|C7654321^OKAFOR^ADA^^^DR^^^GMC||C7654321^OKAFOR^ADA^^^DR^^^GMC|725|SCMHT||||||||{1}^^^VISITID
        PV2|||OD^Overdose
        AL1|1|DA|PEN^Penicillin||Rash
        AL1|2|DA|ASP^Aspirin||Wheeze
        DG1|1||F32^Depressive episode^I10
        ZU5||2^Informal
        """);

    private static readonly string Discharge = Frame("ADT^A03", "ENDED", """
        EVN|A03|ENDED|||U1^NURSE^NELL|ENDED
        {0}
        PD1|||ELM SURGERY^^A81001|G1234567^WOOD^ANNA^^^DR^^^GMP
        NK1|1|BENTLEY^JOE|SPO|4 BENCH LANE^^TESTTOWN|07700900111
        NK1|2|BENTLEY^MAY|MTH||01632960777||CR
        PV1|1|O|NCRT^^^RXN01|||WILLOW|C7654321^OKAFOR^ADA^^^DR^^^GMC||C7654321^OKAFOR^ADA^^^DR^^^GMC|725|SCMHT||||||||{1}^^^VISITID|||||||||||||||||1|19||||||||BEGUN|ENDED
        AL1|1|DA|PEN^Penicillin||Rash
        AL1|2|DA|ASP^Aspirin||Wheeze
        DG1|1||F32^Depressive episode^I10
        DG1|2||F41^Other anxiety disorders^I10
        """);

    public static string Marker(int person) => string.Create(CultureInfo.InvariantCulture, $"BENCHP{person:00000000}");

    public byte[] AdmissionOf(int person) => Of(admission, 'A', person);

    public byte[] DischargeOf(int person) => Of(discharge, 'D', person);

    private static byte[] Of(CompositeFormat form, char kind, int person)
    {
        var pid = string.Create(CultureInfo.InvariantCulture,
            $"PID|1||{NhsNumberOf(person)}^^^NHS~{Marker(person)}^^^BEPR||BENTLEY^AMA^J^^MS^^L||19920214|2|||4 BENCH LANE^^TESTTOWN^^ZZ1 1ZZ||07700900001||EN|||||||||||||||||NSTS01");
        var visit = string.Create(CultureInfo.InvariantCulture, $"V{person:00000000}");
        var control = string.Create(CultureInfo.InvariantCulture, $"{kind}{person:00000000}");
        return Encoding.ASCII.GetBytes(string.Format(CultureInfo.InvariantCulture, form, pid, visit, control));
    }

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHHmmss'+0000'", CultureInfo.InvariantCulture);

    private static string Frame(string type, string at, string segments) =>
        $"\u000bMSH|^~\\&|BENCHEPR|RXN|HUB|RXN|{at}||{type}|{{2}}|P|2.4\r{segments.ReplaceLineEndings("\r")}\r\u001c\r";

    /// <summary>A number of the range kept for tests (999...) with a valid check digit; every person has another.</summary>
    private static string NhsNumberOf(int person)
    {
        // Two candidates a person: of two neighbours at most one has no valid check digit (the sums differ by 1 or more of 11).
        for (var candidate = 990_000_000L + (person * 2L); ; candidate++)
        {
            var digits = candidate.ToString(CultureInfo.InvariantCulture);
            var sum = 0;
            for (var i = 0; i < 9; i++)
            {
                sum += (digits[i] - '0') * (10 - i);
            }

            var check = (11 - (sum % 11)) % 11;
            if (check != 10)
            {
                return digits + check.ToString(CultureInfo.InvariantCulture);
            }
        }
    }
}
