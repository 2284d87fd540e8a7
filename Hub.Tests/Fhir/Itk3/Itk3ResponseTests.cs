using System.Text;
using FsCheck.Xunit;
using Hub.Fhir.Itk3;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Fhir.Itk3;

/// <summary>The answers of ITK3, in both forms and from anybody.</summary>
public sealed class Itk3ResponseTests
{
    private const string Ours = "2f6c1f0e-3a57-4d0f-9c55-6f6f2b1f7a01";

    public static TheoryData<string> Codes => [.. ItkResponseCodes.All.Select(c => c.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_of_the_table_is_read_from_XML_and_from_JSON(string code)
    {
        var known = ItkResponseCodes.Find(code)!;
        foreach (var format in Enum.GetValues<Itk3Format>())
        {
            var answer = Itk3Response.Read(Write(code, format).Bytes).ShouldNotBeNull();

            answer.Code.ShouldBe(known);
            (answer.IsOk, answer.IsCoherent).ShouldBe((known.Success, true));
            answer.Severity.ShouldBe(known.Success ? "information" : "fatal");
            answer.AnswersMessageId.ShouldBe(code == ItkResponseCodes.Unreadable ? Itk3Answer.UnreadableOriginal : Ours);
        }
    }

    [Fact]
    public void The_table_is_whole_and_there_is_no_10006()
    {
        var expected = Enumerable.Range(10001, 10).Where(c => c != 10006).Concat(Enumerable.Range(20001, 15)).Concat(Enumerable.Range(30001, 25)).Select(c => $"{c}");

        ItkResponseCodes.All.Select(c => c.Code).ShouldBe(expected);
        ItkResponseCodes.All.Where(c => c.Level == ItkAnswerLevel.Business).ShouldAllBe(c => c.Code.StartsWith('3'));
    }

    [Fact]
    public void An_answer_of_ours_asks_for_no_acknowledgement_and_holds_nothing_of_the_person()
    {
        var xml = Itk3Cases.Xml(Itk3Message.Write(Itk3Cases.R4("discharge"), Itk3Cases.Envelope));
        var answer = Encoding.UTF8.GetString(Write("20013", Itk3Format.Xml).Bytes.Span);

        answer.ShouldContain("<extension url=\"BusAckRequested\"><valueBoolean value=\"false\" /></extension><extension url=\"InfAckRequested\"><valueBoolean value=\"false\" /></extension>");
        answer.ShouldContain("ITK008M");
        foreach (var secret in new[] { "Mensah", "9912003888", "Larkfield" })
        {
            xml.ToString().ShouldContain(secret);
            answer.ShouldNotContain(secret, Case.Insensitive);
        }
    }

    [Fact]
    public void What_could_not_be_read_is_answered_as_unreadable_and_two_of_them_get_two_answers()
    {
        var one = Itk3Response.Write(new Itk3Reply { Code = ItkResponseCodes.Unreadable, CarrierId = "MESH1", Sender = Cases.Trust, At = Cases.Received });
        var two = Itk3Response.Write(new Itk3Reply { Code = ItkResponseCodes.Unreadable, CarrierId = "MESH2", Sender = Cases.Trust, At = Cases.Received });

        Itk3Response.Read(one.Bytes)!.NamesNoMessage.ShouldBeTrue();
        Encoding.UTF8.GetString(one.Bytes.Span).ShouldContain("UNREADABLE-IN-ORIGINAL-MESSAGE");
        one.MessageId.ShouldNotBe(two.MessageId);
        Itk3Response.Write(new Itk3Reply { Code = ItkResponseCodes.Unreadable, CarrierId = "MESH1", Sender = Cases.Trust, At = Cases.Received }).Bytes.ToArray().ShouldBe(one.Bytes.ToArray());
    }

    [Fact]
    public void A_code_that_disagrees_with_its_response_code_is_not_coherent()
    {
        var text = Encoding.UTF8.GetString(Write("30001", Itk3Format.Xml).Bytes.Span).Replace("<code value=\"ok\" />", "<code value=\"fatal-error\" />", StringComparison.Ordinal);

        Read(text)!.IsCoherent.ShouldBeFalse();
    }

    [Fact]
    public void Of_two_codes_in_one_answer_none_is_picked()
    {
        var text = Encoding.UTF8.GetString(Write("30001", Itk3Format.Xml).Bytes.Span);
        var issue = text[text.IndexOf("<issue>", StringComparison.Ordinal)..(text.IndexOf("</issue>", StringComparison.Ordinal) + "</issue>".Length)];

        var answer = Read(text.Replace(issue, issue + issue.Replace("30001", "30002", StringComparison.Ordinal), StringComparison.Ordinal)).ShouldNotBeNull();

        (answer.Code, answer.SentCode, answer.IsCoherent).ShouldBe((null, null, false));
    }

    [Theory]
    [InlineData("<!DOCTYPE Bundle [<!ENTITY e \"30001\">]>")]
    [InlineData("<!DOCTYPE Bundle SYSTEM \"http://127.0.0.1:1/x.dtd\">")]
    public void A_document_type_is_never_read(string dtd) => Read(dtd + Encoding.UTF8.GetString(Write("30001", Itk3Format.Xml).Bytes.Span)[38..]).ShouldBeNull();

    [Fact]
    public void Without_the_document_type_the_same_bytes_are_an_answer() => Read(Encoding.UTF8.GetString(Write("30001", Itk3Format.Xml).Bytes.Span)[38..]).ShouldNotBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("<")]
    [InlineData("{}")]
    [InlineData("<Bundle/>")]
    [InlineData("<Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"message\"/></Bundle>")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"message\",\"entry\":[{\"resource\":{\"resourceType\":\"MessageHeader\"}}]}")]
    [InlineData("{\"resourceType\":\"Bundle\",\"resourceType\":\"Bundle\",\"type\":\"message\"}")]
    public void What_is_no_ITK_response_is_none(string text) => Read(text).ShouldBeNull();

    [Fact]
    public void Depth_and_length_have_limits()
    {
        Read("<Bundle xmlns=\"http://hl7.org/fhir\">" + string.Concat(Enumerable.Repeat("<a>", 5000)) + string.Concat(Enumerable.Repeat("</a>", 5000)) + "</Bundle>").ShouldBeNull();
        Read("<Bundle xmlns=\"http://hl7.org/fhir\">" + string.Concat(Enumerable.Repeat("<a/>", 100_000)) + "</Bundle>").ShouldBeNull();
        Read(new string(' ', 2 * 1024 * 1024)).ShouldBeNull();
    }

    [Property(MaxTest = 300)]
    public void A_broken_answer_is_no_answer_or_the_same_answer_and_never_a_fault(int at, byte with, bool json)
    {
        var bytes = Write("20013", json ? Itk3Format.Json : Itk3Format.Xml).Bytes.ToArray();
        bytes[Math.Abs(at % bytes.Length)] = with;

        Should.NotThrow(() => Itk3Response.Read(bytes));
        Should.NotThrow(() => Itk3Response.Read(bytes.AsMemory(0, Math.Abs(at % bytes.Length))));
    }

    private static Itk3ResponseBytes Write(string code, Itk3Format format) =>
        Itk3Response.Write(new Itk3Reply { Answers = Ours, Code = code, Sender = Cases.Practice, At = Cases.Received, Format = format });

    private static Itk3Answer? Read(string text) => Itk3Response.Read(Encoding.UTF8.GetBytes(text));
}
