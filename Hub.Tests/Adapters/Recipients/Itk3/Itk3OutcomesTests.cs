using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Adapters.Recipients.Itk3;
using Hub.Fhir.Itk3;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Itk3;

/// <summary>What a practice's code means for a delivery. Nothing but "patient known here" is acceptance.</summary>
public sealed class Itk3OutcomesTests
{
    public static TheoryData<string> Codes => [.. ItkResponseCodes.All.Select(c => c.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Only_30001_says_that_the_practice_knows_the_person_and_closes_what_it_was_to_be_told(string code)
    {
        var (_, outcome) = Judge(code);

        (outcome is Delivered { KnowsThePerson: true }).ShouldBe(code == "30001");
        (outcome is Delivered { SaysDeceased: true }).ShouldBe(code == "30004");
        (outcome is Delivered).ShouldBe(code is "30001" or "30004" or "30016" or "30017");
        (outcome as Delivered)?.Referral.ShouldBe(code switch { "30016" => ReferralAnswer.Accepted, "30017" => ReferralAnswer.Rejected, _ => null });
    }

    [Fact]
    public void Where_no_answer_of_the_practice_is_asked_for_the_system_s_own_is_the_last_and_says_nothing_of_the_person()
    {
        var known = ItkResponseCodes.Find("20013")!;

        Itk3Outcomes.Of(new Itk3Answer { AnswersMessageId = "x", IsOk = true, Code = known }, Table(), default, technicalEnds: true).Outcome
            .ShouldBeOfType<Delivered>().KnowsThePerson.ShouldBeFalse();
    }

    [Theory]
    [InlineData("20013")] // success of the system, not yet of the practice
    [InlineData("20007")] // it has our earlier copy: that one is answered
    [InlineData("20008")]
    public void A_technical_yes_is_a_stage_on_the_way_and_closes_nothing(string code) => Judge(code).ShouldBe((AnswerStage.Technical, null));

    [Theory]
    [InlineData("30002")]
    [InlineData("30003")]
    [InlineData("20002")]
    public void A_person_who_is_not_theirs_stops_the_lane(string code)
    {
        var refused = Judge(code).Outcome.ShouldBeOfType<Rejected>();

        (refused.NotOurPatient, refused.Code).ShouldBe((true, code));
    }

    /// <summary>Clinical rule 13: their system has it, and yet nothing is closed: a person must ring and check who it is about.</summary>
    [Fact]
    public void Known_but_recently_deceased_has_arrived_and_closes_nothing()
    {
        var (stage, outcome) = Judge("30004");

        stage.ShouldBe(AnswerStage.Business);
        var taken = outcome.ShouldBeOfType<Delivered>();
        (taken.SaysDeceased, taken.KnowsThePerson).ShouldBe((true, false));
        Itk3Outcomes.IsCode("30004").ShouldBeFalse(); // what follows from it is not configured
    }

    [Theory]
    [InlineData("10001")]
    [InlineData("10009")]
    [InlineData("20009")]
    [InlineData("20014")]
    [InlineData("20015")]
    public void A_judgement_on_the_message_is_a_refusal(string code) => Judge(code).Outcome.ShouldBeOfType<Rejected>().Code.ShouldBe(code);

    [Fact]
    public void A_code_of_other_uses_tells_nothing() => Judge("30018").Outcome.ShouldBeOfType<Unknown>();

    [Fact]
    public void An_answer_that_contradicts_itself_tells_nothing()
    {
        var answer = new Itk3Answer { AnswersMessageId = "x", IsOk = false, Code = ItkResponseCodes.Find("30001") };

        Itk3Outcomes.Of(answer, Table(), default).Outcome.ShouldBeOfType<Unknown>();
    }

    [Fact]
    public void Every_code_has_a_row_or_a_reason_to_have_none()
    {
        ItkResponseCodes.All.Select(c => c.Code).Except(Itk3Outcomes.Rows.Select(r => r.Code)).ShouldBe(["20007", "20008", "20013", "30001", "30004", "30016", "30017"]);
        Itk3Outcomes.Rows.ShouldAllBe(r => Itk3Outcomes.IsCode(r.Code));
        Itk3Outcomes.IsCode("30001").ShouldBeFalse(); // acceptance is not configured
    }

    private static (AnswerStage Stage, DeliveryOutcome? Outcome) Judge(string code)
    {
        var known = ItkResponseCodes.Find(code)!;
        return Itk3Outcomes.Of(new Itk3Answer { AnswersMessageId = "x", IsOk = known.Success, Code = known }, Table(), default);
    }

    private static OutcomeTable Table() => OutcomeTable.Of(Itk3Outcomes.Rows, []);
}
