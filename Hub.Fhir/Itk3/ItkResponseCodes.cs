namespace Hub.Fhir.Itk3;

/// <summary>Which of the two answers a code belongs to.</summary>
public enum ItkAnswerLevel
{
    /// <summary>InfAck: 1xxxx about the handling, 2xxxx about the message.</summary>
    Infrastructure,

    /// <summary>BusAck: 3xxxx, what the receiving team says of the person or the request.</summary>
    Business,
}

/// <summary>One code of ITK-ResponseCodes-1.</summary>
/// <param name="Code">Five digits.</param>
/// <param name="Text">What it says, in our words.</param>
/// <param name="Success">True where it comes with <c>ok</c>, severity information; false where it comes with <c>fatal-error</c>, severity fatal.</param>
/// <param name="IssueType">OperationOutcome.issue.code.</param>
public sealed record ItkResponseCode(string Code, string Text, bool Success, string IssueType)
{
    public ItkAnswerLevel Level => Code[0] == '3' ? ItkAnswerLevel.Business : ItkAnswerLevel.Infrastructure;
}

/// <summary>ITK-ResponseCodes-1, version 1.5.0 of 1 February 2022, whole. There is no 10006.</summary>
public static class ItkResponseCodes
{
    public const string System = Stu3Names.ItkCodes + "ITK-ResponseCodes-1";

    public const string Unreadable = "10009";
    public const string Success = "20013";
    public const string PatientKnown = "30001";
    public const string RecentlyDeceased = "30004";
    public const string ReferralAccepted = "30016";
    public const string ReferralRejected = "30017";

    public static readonly IReadOnlyList<ItkResponseCode> All =
    [
        Fatal("10001", "Handling specification error", "invalid"),
        Fatal("10002", "Infrastructure response value cannot be processed", "invalid"),
        Fatal("10003", "Business response value cannot be processed", "invalid"),
        Fatal("10004", "Message definition cannot be processed", "invalid"),
        Fatal("10005", "Version of the message definition cannot be processed", "invalid"),
        Fatal("10007", "Sender reference cannot be processed", "invalid"),
        Fatal("10008", "Business rule of the handling specification broken", "business-rule"),
        Fatal("10009", "Unreadable message received", "structure"),
        Fatal("10010", "Recipient type cannot be processed", "invalid"),
        Fatal("20001", "Unrecognised recipient person", "not-found"),
        Fatal("20002", "Unrecognised recipient organisation", "not-found"),
        Fatal("20003", "Unrecognised sender", "not-found"),
        Fatal("20004", "Attachment of a type that is not approved", "security"),
        Fatal("20005", "Attachment of a type that is not supported", "not-supported"),
        Fatal("20006", "The ITK header is not valid", "invalid"),
        Fatal("20007", "Duplicate message received", "duplicate"),
        Fatal("20008", "Duplicate document received", "duplicate"),
        Fatal("20009", "The payload is not valid", "invalid"),
        Fatal("20010", "Unrecognised recipient organisation in the payload", "not-found"),
        Fatal("20011", "Unrecognised recipient person in the payload", "not-found"),
        Fatal("20012", "Sender not authorised", "security"),
        Ok("20013", "Success"),
        Fatal("20014", "The replacement cannot be processed", "processing"),
        Fatal("20015", "Message too large", "too-long"),
        Ok("30001", "Patient known here"),
        Fatal("30002", "Patient not known here", "not-found"),
        Fatal("30003", "Patient no longer at this clinical setting", "business-rule"),
        Ok("30004", "Patient known here, recently deceased"),
        Ok("30005", "Referral open"),
        Ok("30006", "Referral completed"),
        Ok("30007", "Referral escalated to the GP"),
        Ok("30008", "Referral signposted to the GP"),
        Ok("30009", "Referral passed to an urgent treatment centre or 111"),
        Ok("30010", "Referral passed to A&E or 999"),
        Ok("30011", "Person told to go elsewhere"),
        Ok("30012", "Unable to contact the patient"),
        Ok("30013", "Closure not needed"),
        Ok("30014", "Closure not accepted"),
        Ok("30015", "Closure is a duplicate"),
        Ok("30016", "Referral accepted"),
        Ok("30017", "Referral rejected"),
        Ok("30018", "Patient did not attend"),
        Ok("30019", "GP registration"),
        Ok("30020", "GP registration"),
        Ok("30021", "GP registration"),
        Ok("30022", "GP registration"),
        Ok("30023", "GP registration"),
        Ok("30024", "GP registration"),
        Ok("30025", "GP registration"),
    ];

    private static readonly Dictionary<string, ItkResponseCode> ByCode = All.ToDictionary(c => c.Code, StringComparer.Ordinal);

    public static ItkResponseCode? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);

    private static ItkResponseCode Ok(string code, string text) => new(code, text, true, "informational");

    private static ItkResponseCode Fatal(string code, string text, string issueType) => new(code, text, false, issueType);
}
