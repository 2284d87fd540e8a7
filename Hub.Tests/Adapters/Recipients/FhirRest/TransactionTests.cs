using System.Net;
using System.Text;
using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirRest;
using Hub.Adapters.Recipients.Http;
using Hub.Fhir.Conformance;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Hub.Tests.Adapters.Recipients.FhirRest;

public sealed class TransactionTests
{
    private static readonly string[] NeverWritten =
        ["Patient", "AllergyIntolerance", "Condition", "Encounter", "EpisodeOfCare", "RelatedPerson", "Consent", "Organization", "Practitioner", "PractitionerRole", "CareTeam", "Provenance", "MessageHeader"];

    [Fact]
    public async Task Everything_that_is_written_is_the_hubs_own_and_every_reference_resolves_on_the_server()
    {
        await using var partner = await RestPartner.StartAsync();

        (await partner.DeliverAsync(partner.Freeze(Cases.Discharge(), Cases.Discharged()))).ShouldBeOfType<Delivered>();

        var counts = partner.Counts();
        counts.Keys.Intersect(NeverWritten).ShouldBe(["Patient"]); // which the server had
        counts["Patient"].ShouldBe(1);
        counts["MedicationStatement"].ShouldBe(3);
        counts["Composition"].ShouldBe(1);
        counts["DocumentReference"].ShouldBeGreaterThan(0);
        counts["Task"].ShouldBeGreaterThan(0);
        string.Concat(partner.Server.Resources.Select(r => r.Json)).ShouldNotContain("\"reference\":\"urn:uuid:");
        partner.Held("MedicationStatement").ShouldAllBe(m => m.Json.Contains("\"reference\":\"Patient/1\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_every_event_and_audience_the_transaction_is_valid_and_the_same_each_time()
    {
        await using var partner = await RestPartner.StartAsync();
        foreach (var happened in Cases.All())
        {
            var frozen = partner.Freeze(happened);
            partner.Freeze(happened).Bytes.ToArray().ShouldBe(frozen.Bytes.ToArray());

            var bundle = new FhirJsonDeserializer().DeserializeResource(Encoding.UTF8.GetString(frozen.Bytes.Span)).ShouldBeOfType<Bundle>(); // strict
            foreach (var entry in bundle.Entry)
            {
                ResourceValidator.Validate(entry.Resource!).Where(i => i.Severity == IssueSeverity.Error).Select(i => $"{happened.GetType().Name}: {i.Rule} {i.Location} {i.Text}").ShouldBeEmpty();
                entry.Resource!.TypeName.ShouldNotBeOneOf(NeverWritten);
                (entry.Request!.Method == Bundle.HTTPVerb.PUT ? entry.Request.Url! : entry.Request.IfNoneExist!)
                    .ShouldEndWith("identifier=https://tools.ietf.org/html/rfc4122|" + entry.FullUrl);
            }
        }
    }

    [Fact]
    public async Task A_repeat_after_a_cut_connection_writes_nothing_twice()
    {
        await using var partner = await RestPartner.StartAsync();
        var frozen = partner.Freeze(Cases.Discharge(), Cases.Discharged());
        partner.Server.Script.Then("cut");
        (await partner.DeliverAsync(frozen)).ShouldBeOfType<Unknown>();
        var written = partner.Counts();
        written["MedicationStatement"].ShouldBe(3); // it had been taken

        (await partner.DeliverAsync(frozen)).ShouldBeOfType<Delivered>();

        partner.Counts().ShouldBe(written, ignoreOrder: true);
    }

    [Fact]
    public async Task What_the_recipient_did_with_a_task_is_not_undone_by_a_repeat_and_what_is_told_again_is_brought_up_to_date()
    {
        await using var partner = await RestPartner.StartAsync();
        var discharge = partner.Freeze(Cases.Discharge(), Cases.Discharged());
        await partner.DeliverAsync(partner.Freeze(Cases.Admission(), Cases.Open()));
        await partner.DeliverAsync(discharge);
        partner.Server.Touch(partner.Held("Task")[^1]); // they accept it
        var before = partner.Held("Task");

        (await partner.DeliverAsync(discharge)).ShouldBeOfType<Delivered>();

        partner.Held("Task").ShouldBe(before);
        partner.Held("MedicationStatement").Count.ShouldBe(3); // the admission's two are among them
        partner.Held("MedicationStatement").Count(m => m.Version > 1).ShouldBe(3);
        partner.Held("Composition").Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_letter_holds_its_own_page_and_says_what_it_replaces()
    {
        await using var partner = await RestPartner.StartAsync();

        await partner.DeliverAsync(partner.Freeze(Cases.DischargeCancelled(), Cases.Reopened()));

        var letter = partner.Held("DocumentReference").Select(d => JsonSerializer.Deserialize<JsonElement>(d.Json)).Single(d => d.TryGetProperty("relatesTo", out _));
        var attachment = letter.GetProperty("content")[0].GetProperty("attachment");
        var page = Encoding.UTF8.GetString(attachment.GetProperty("data").GetBytesFromBase64());
        page.ShouldContain("Discharge");
        attachment.GetProperty("contentType").GetString().ShouldBe("text/html");
        letter.GetProperty("relatesTo")[0].GetProperty("target").GetProperty("identifier").GetProperty("value").GetString().ShouldStartWith("urn:uuid:");
        letter.GetProperty("subject").GetProperty("reference").GetString().ShouldBe("Patient/1");
    }

    [Fact]
    public async Task A_partner_that_takes_fewer_kinds_gets_those_and_no_reference_to_the_others()
    {
        await using var partner = await RestPartner.StartAsync(new() { ["writes"] = new[] { "DocumentReference", "Task" } });

        (await partner.DeliverAsync(partner.Freeze(Cases.Discharge(), Cases.Discharged()))).ShouldBeOfType<Delivered>();

        partner.Counts().Keys.Order().ShouldBe(["DocumentReference", "Patient", "Task"]);
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201"}},{"response":{"status":"200 OK"}}]}""", true)]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201","location":"https://s.example/fhir/Task/1/_history/1"}},{"response":{"status":"200","location":"List/9"}}]}""", true)]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201"}}]}""", false)]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201"}},{"response":{"status":"422"}}]}""", false)]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"2010"}},{"response":{"status":"201"}}]}""", false)]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201","location":"List/1"}},{"response":{"status":"201","location":"Task/1"}}]}""", false)]
    [InlineData("""{"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":"201"}},{"response":{"status":"201"}}]}""", false)]
    [InlineData("""{"resourceType":"Bundle","type":"transaction-response","type":"x","entry":[]}""", false)]
    [InlineData("""{"resourceType":"OperationOutcome"}""", false)]
    [InlineData("", false)]
    public void A_2xx_is_acceptance_only_if_it_says_of_each_resource_that_it_was_written(string body, bool accepted)
    {
        var outcome = Judge(HttpStatusCode.OK, body, requestId: null);

        if (accepted)
        {
            outcome.ShouldBeOfType<Delivered>();
        }
        else
        {
            outcome.ShouldBeOfType<Unknown>();
        }
    }

    [Fact]
    public void What_a_server_repeats_of_the_person_is_in_no_reason()
    {
        var body = """
            {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing","diagnostics":"Invalid match URL Patient?identifier=https://x.example/mrn|L-77: no match for l-77, nor for 991 200 3888"}]}
            """;

        var reason = Judge(HttpStatusCode.UnprocessableEntity, body, requestId: null).ShouldBeOfType<Rejected>().Reason;

        reason.ShouldStartWith("HTTP 422: processing: Invalid match URL");
        reason.ShouldNotContain("L-77", Case.Insensitive);
        reason.ShouldNotContain("3888");
    }

    private static DeliveryOutcome Judge(HttpStatusCode status, string body, string? requestId)
    {
        var file = new PartnerFile { Id = "r", Name = "R", Role = PartnerRole.Recipient, Protocol = "fhir-rest", Settings = JsonSerializer.SerializeToElement(new { endpoint = "https://s.example/fhir" }) };
        var adapter = new FhirRestAdapter(null!, FhirRestSettings.Read(file).Settings!, Polly.ResiliencePipeline<DeliveryOutcome>.Empty, TimeProvider.System); // it judges here and never calls
        return adapter.Judge(
            new HttpAnswer(status, null, null, requestId, new AnswerBody(Encoding.UTF8.GetBytes(body), TooLong: false)),
            new FrozenWrites([], ["Task", "List"], [new PatientReference("https://x.example/mrn", "L-77")]),
            "6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20");
    }
}
