using Hub.Adapters.Contract;
using Hub.Fhir.Itk3;
using Hub.Fhir.Responses;

namespace Hub.Adapters.Recipients.Itk3;

/// <summary>
/// What an ITK Response code means for the message that it answers. Some are in no table of refusals: 20013 is a stage on the way, 30001 and 30004 say that the practice knows the
/// person, 30016 and 30017 what a team answers to a referral, and are read from the answer alone, 20007 and 20008 say that the receiver has our earlier copy.
/// </summary>
internal static class Itk3Outcomes
{
    private const string NotTheirs = "the patient is not registered there (ITK3 response codes; clinical rules 2 and 17)";
    private const string WrongRecipient = "it reached an organisation that is not the one named, or does not know us as one who sends to it (ITK3 RR-01)";
    private const string Content = "the receiver judged this message; the same bytes cannot help (ITK3 response codes)";
    private const string NotAsked = "a code of urgent care and registration, which answers nothing that the hub asked";

    public static readonly IReadOnlyList<OutcomeRow> Rows =
    [
        new("10001", OutcomeMeaning.Rejected, Content),
        new("10002", OutcomeMeaning.Rejected, Content),
        new("10003", OutcomeMeaning.Rejected, Content),
        new("10004", OutcomeMeaning.Rejected, Content),
        new("10005", OutcomeMeaning.Rejected, Content),
        new("10007", OutcomeMeaning.Rejected, Content),
        new("10008", OutcomeMeaning.Rejected, Content),
        new("10009", OutcomeMeaning.Rejected, "it could not be read there"),
        new("10010", OutcomeMeaning.Rejected, Content + "; GP Connect receivers take \"for action\" alone"),
        new("20001", OutcomeMeaning.Rejected, Content),
        new("20002", OutcomeMeaning.NotOurPatient, WrongRecipient),
        new("20003", OutcomeMeaning.Rejected, Content),
        new("20004", OutcomeMeaning.Rejected, Content),
        new("20005", OutcomeMeaning.Rejected, Content),
        new("20006", OutcomeMeaning.Rejected, Content),
        new("20009", OutcomeMeaning.Rejected, Content),
        new("20010", OutcomeMeaning.Rejected, Content),
        new("20011", OutcomeMeaning.Rejected, Content),
        new("20012", OutcomeMeaning.Rejected, Content),
        new("20014", OutcomeMeaning.Rejected, "the replacement was not taken: the practice still has the version before it"),
        new("20015", OutcomeMeaning.Rejected, Content),
        new("30002", OutcomeMeaning.NotOurPatient, NotTheirs),
        new("30003", OutcomeMeaning.NotOurPatient, NotTheirs),
        .. Enumerable.Range(30005, 21).Where(code => code is not (30016 or 30017)).Select(code => new OutcomeRow(code.ToString(System.Globalization.CultureInfo.InvariantCulture), OutcomeMeaning.Unknown, NotAsked)),
    ];

    public const string Expected = "a code of ITK-ResponseCodes-1, such as 20009 or 30002; 20013, 20007, 20008, 30001, 30004, 30016 and 30017 are in no table";

    /// <summary>A code about which a table can say something: none that is acceptance, or a stage.</summary>
    public static bool IsCode(string code) => ItkResponseCodes.Find(code) is not null && code is not ("20013" or "20007" or "20008" or "30001" or "30004" or ItkResponseCodes.ReferralAccepted or ItkResponseCodes.ReferralRejected);

    /// <summary>How far an answer goes, and what the delivery comes to by it; no outcome where the answer proper is still awaited.</summary>
    /// <param name="answer">What was read.</param>
    /// <param name="table">The rows with the partner's own over them.</param>
    /// <param name="evidence">The answer as it came.</param>
    /// <param name="technicalEnds">True where the practice's own answer was not asked for: that its system could read it is then all that will be known.</param>
    public static (AnswerStage Stage, DeliveryOutcome? Outcome) Of(Itk3Answer answer, OutcomeTable table, ReadOnlyMemory<byte> evidence, bool technicalEnds = false)
    {
        var stage = answer.Code?.Level == ItkAnswerLevel.Business ? AnswerStage.Business : AnswerStage.Technical;
        if (answer.Code is not { } code)
        {
            return (stage, new Unknown("an ITK response without one code that the hub knows") { Evidence = evidence });
        }

        if (!answer.IsCoherent)
        {
            return (stage, new Unknown($"an ITK response whose code {code.Code} and response code disagree") { Evidence = evidence });
        }

        return code.Code switch
        {
            ItkResponseCodes.Success or "20007" or "20008" => (AnswerStage.Technical, technicalEnds ? new Delivered(ToAnswer(answer, code)) { Evidence = evidence } : null),
            ItkResponseCodes.PatientKnown => (AnswerStage.Business, new Delivered(ToAnswer(answer, code)) { Evidence = evidence, KnowsThePerson = true }),
            ItkResponseCodes.RecentlyDeceased => (AnswerStage.Business, new Delivered(ToAnswer(answer, code)) { Evidence = evidence, SaysDeceased = true }),
            ItkResponseCodes.ReferralAccepted => (AnswerStage.Business, new Delivered(ToAnswer(answer, code)) { Evidence = evidence, Referral = ReferralAnswer.Accepted }),
            ItkResponseCodes.ReferralRejected => (AnswerStage.Business, new Delivered(ToAnswer(answer, code)) { Evidence = evidence, Referral = ReferralAnswer.Rejected }),
            _ => (stage, Refused(code, table) with { Evidence = evidence }),
        };
    }

    private static DeliveryOutcome Refused(ItkResponseCode code, OutcomeTable table) => table.Find(code.Code) is { } row
        ? OutcomeTable.ToOutcome(row, $"{code.Code}: {code.Text}", null)
        : new Unknown($"{code.Code}: {code.Text}");

    private static Answer ToAnswer(Itk3Answer answer, ItkResponseCode code) => new()
    {
        Code = AnswerCode.Ok,
        SentCode = code.Code,
        AnswersMessageId = answer.AnswersMessageId,
        Codes = [code.Code],
        Text = code.Text,
    };
}
