using System.Text;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Adapters.Recipients.Itk3;
using Hub.Adapters.Recipients.Mesh;
using Hub.Fhir.Bundles;
using Hub.Fhir.Itk3;
using Hub.Tests.Fhir.Itk3;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Itk3;

/// <summary>What goes into a MESH message for a practice, and what comes back from it.</summary>
public sealed class Itk3PayloadTests
{
    private static readonly Guid Id = new("2f6c1f0e-3a57-4d0f-9c55-6f6f2b1f7a01");

    [Theory]
    [InlineData("itk3-xml", "application/fhir+xml")]
    [InlineData("itk3-json", "application/fhir+json")]
    public void A_frozen_message_is_an_ITK3_message_with_its_PDF_and_says_itself_where_it_goes(string format, string mediaType)
    {
        var payload = MeshPayload.Formats[format];

        var frozen = payload.Freeze(Draft("discharge"), "urn:nhs-uk:addressing:ods:X26001");
        var routing = payload.ReadRouting(frozen.Bytes).ShouldNotBeNull();

        (frozen.MediaType, frozen.ProtocolMessageId).ShouldBe((mediaType, Id.ToString()));
        Encoding.UTF8.GetString(frozen.Bytes.Span).ShouldContain("application/pdf");
        routing.EventCode.ShouldBe("discharge");
        routing.GpProvider().ShouldBe("GPPROVIDER_9912003888_19920203_MENSAH");
        payload.Freeze(Draft("discharge"), "elsewhere").Bytes.ToArray().ShouldBe(frozen.Bytes.ToArray()); // a retry is the same
    }

    [Fact]
    public void Document_B_goes_under_the_same_person_and_is_for_professionals_only()
    {
        var apart = BundleComposer.Compose(Cases.Request(
            Cases.Discharge() with { Remarks = [new() { Text = "He reads her letters", Privacy = Hub.Fhir.Events.RemarkPrivacy.ThirdParty }] }, Audience.Gp, Cases.Discharged(), Cases.Changed())).ProfessionalsOnly!;
        var payload = MeshPayload.Formats["itk3-xml"];

        var frozen = payload.Freeze(Draft("discharge") with { Body = apart.Json }, "x");

        payload.ReadRouting(frozen.Bytes)!.NhsNumber.ShouldBe("9912003888");
        Encoding.UTF8.GetString(frozen.Bytes.Span).ShouldContain("ITK007C");
    }

    [Fact]
    public void Bytes_of_another_kind_say_nothing()
    {
        foreach (var payload in MeshPayload.Formats.Where(f => f.Key != "fhir-r4").Select(f => f.Value))
        {
            payload.ReadRouting("{}"u8.ToArray()).ShouldBeNull();
            payload.ReadRouting(Itk3Cases.R4("discharge")).ShouldBeNull();
            payload.ReadReply(Itk3Cases.R4("discharge"), Table()).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("20013", AnswerStage.Technical, null)]
    [InlineData("20007", AnswerStage.Technical, null)]
    [InlineData("30001", AnswerStage.Business, "Delivered")]
    [InlineData("30002", AnswerStage.Business, "Rejected")]
    [InlineData("30004", AnswerStage.Business, "Delivered")]
    [InlineData("30016", AnswerStage.Business, "Delivered")]
    [InlineData("30017", AnswerStage.Business, "Delivered")] // it arrived; that the team declines is no refusal of the message
    [InlineData("30018", AnswerStage.Business, "Rejected")] // it tells nothing that was asked: a person reads it
    [InlineData("20009", AnswerStage.Technical, "Rejected")]
    public void An_answer_moves_the_delivery_as_far_as_it_goes(string code, AnswerStage stage, string? outcome)
    {
        foreach (var format in Enum.GetValues<Itk3Format>())
        {
            var bytes = Itk3Response.Write(new Itk3Reply { Answers = Id.ToString(), Code = code, Sender = Cases.Practice, At = Cases.Received, Format = format }).Bytes;

            var reply = MeshPayload.Formats["itk3-xml"].ReadReply(bytes, Table()).ShouldNotBeNull();

            (reply.AnswersMessageId, reply.Stage, reply.Outcome?.Name).ShouldBe((Id.ToString(), stage, outcome));
        }
    }

    private static MessageDraft Draft(string type) => new()
    {
        Body = Itk3Cases.R4(type),
        MessageId = Id,
        ReceivedAt = Cases.Received,
        Partner = new PartnerFile { Id = "elm", Name = "Elm Surgery", Role = PartnerRole.Recipient, Protocol = "mesh" },
    };

    private static OutcomeTable Table() => OutcomeTable.Of(Itk3Outcomes.Rows, []);
}
