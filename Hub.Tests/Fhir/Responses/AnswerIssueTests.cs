using System.Text;
using Hub.Fhir.Responses;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Responses;

public sealed class AnswerIssueTests
{
    [Fact]
    public void Which_element_was_wrong_is_read_from_the_outcome_that_answers_a_message()
    {
        var answer = """
            { "resourceType": "Bundle", "type": "message", "entry": [
              { "resource": { "resourceType": "MessageHeader", "response": { "identifier": "m1", "code": "fatal-error" } } },
              { "resource": { "resourceType": "OperationOutcome", "issue": [
                { "severity": "error", "code": "value", "details": { "coding": [ { "code": "POSTCODE" } ] }, "diagnostics": "not a postcode", "expression": [ "Patient.address[0].postalCode" ] } ] } } ] }
            """u8.ToArray();

        AnswerIssue.Of(answer).ShouldBe([new AnswerIssue("Patient.address[0].postalCode", "POSTCODE", "not a postcode")]);
        MessageResponse.Read(answer, "m1")!.Text.ShouldBe("POSTCODE: not a postcode (at Patient.address[0].postalCode)");
    }

    [Fact]
    public void An_older_system_says_the_place_as_location() =>
        AnswerIssue.Of("""{ "resourceType": "OperationOutcome", "issue": [ { "code": "structure", "location": [ "/f:Bundle/f:entry[2]" ] } ] }"""u8.ToArray())
            .ShouldBe([new AnswerIssue("/f:Bundle/f:entry[2]", "structure", null)]);

    [Theory]
    [InlineData("")]
    [InlineData("AE")]
    [InlineData("[]")]
    [InlineData("{ \"resourceType\": \"Patient\" }")]
    [InlineData("{ \"resourceType\": \"OperationOutcome\", \"issue\": 7 }")]
    public void What_is_no_outcome_holds_no_issue(string answer) => AnswerIssue.Of(Encoding.UTF8.GetBytes(answer)).ShouldBeEmpty();

    [Fact]
    public void Whatever_stands_in_the_place_nothing_is_thrown() =>
        AnswerIssue.Of("""{ "resourceType": "OperationOutcome", "issue": [ { "code": 7, "details": [], "expression": [ 7, "\ud800", {} ] }, 5 ] }"""u8.ToArray()).ShouldAllBe(i => i.Place == null);
}
