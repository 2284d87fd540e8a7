using System.Net;
using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirMessaging;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.FhirMessaging;

/// <summary>No mutation of an answer may be taken for acceptance unless it is still a message that says ok to our id, with a 2xx.</summary>
public sealed class AnswerFuzzTests
{
    private const string Id = "6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20";
    private static readonly string[] Codes = ["ok", "fatal-error", "transient-error", "OK", "ok ", "accepted", ""];
    private static readonly int[] Statuses = [200, 201, 202, 204, 301, 400, 404, 409, 422, 429, 500, 502, 503];
    private static readonly FhirMessagingAdapter Adapter = Create();

    [Fact]
    public void The_unmutated_answer_is_Delivered() => Judge(200, Answer("ok", Id)).ShouldBeOfType<Delivered>();

    [Property(MaxTest = 3000)]
    public void A_mutated_acceptance_is_Delivered_only_if_it_still_says_so(int position, byte value, byte kind, int second)
    {
        var bytes = Mutate(Mutate(Answer("ok", Id), position, value, kind), second, (byte)(value ^ kind), (byte)(kind >> 2));

        if (Judge(200, bytes) is Delivered)
        {
            SaysOkToUs(bytes).ShouldBeTrue();
        }
    }

    [Property(MaxTest = 2000)]
    public void No_single_mutation_turns_a_refusal_into_Delivered(int position, byte value, byte kind) =>
        Judge(200, Mutate(Answer("fatal-error", Id), position, value, kind)).ShouldNotBeOfType<Delivered>();

    [Property(MaxTest = 2000)]
    public void Of_all_statuses_codes_and_ids_only_ok_to_our_id_with_2xx_is_Delivered(byte status, byte code, bool ours)
    {
        var (http, said) = (Statuses[status % Statuses.Length], Codes[code % Codes.Length]);

        var outcome = Judge(http, Answer(said, ours ? Id : "0b5c9c0e-0000-4000-8000-00000000dead"));

        (outcome is Delivered).ShouldBe(http < 300 && said == "ok" && ours);
    }

    [Fact]
    public void An_ok_that_names_not_our_patient_is_no_acceptance() =>
        Judge(200, Answer("ok", Id, """, { "resource": { "resourceType": "OperationOutcome", "issue": [ { "details": { "coding": [ { "code": "30002" } ] } } ] } }"""))
            .ShouldBeOfType<Rejected>().NotOurPatient.ShouldBeTrue();

    private static DeliveryOutcome Judge(int status, byte[] body) => Adapter.Judge((HttpStatusCode)status, null, body, Id);

    // Written without the hub's own reader.
    private static bool SaysOkToUs(byte[] bytes)
    {
        using var json = JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0));
        var response = json.RootElement.GetProperty("entry")[0].GetProperty("resource").GetProperty("response");
        var identifier = response.GetProperty("identifier");
        var named = identifier.ValueKind == JsonValueKind.String ? identifier.GetString()! : identifier.GetProperty("value").GetString()!;
        return response.GetProperty("code").GetString() == "ok" && named.Replace("urn:uuid:", "", StringComparison.OrdinalIgnoreCase).Equals(Id, StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Answer(string code, string id, string more = "") => Encoding.UTF8.GetBytes(
        $$$"""{ "resourceType": "Bundle", "type": "message", "entry": [ { "resource": { "resourceType": "MessageHeader", "id": "h", "response": { "identifier": "{{{id}}}", "code": "{{{code}}}" } } }{{{more}}} ] }""");

    private static byte[] Mutate(byte[] bytes, int position, byte value, byte kind)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var at = (position & int.MaxValue) % bytes.Length;
        return (kind % 5) switch
        {
            0 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
            1 => bytes[..at],
            2 => [.. bytes[..at], value, .. bytes[at..]],
            3 => [.. bytes[..at], .. bytes[(at + 1)..]],
            _ => [.. bytes, .. bytes[at..]],
        };
    }

    private static FhirMessagingAdapter Create()
    {
        var file = new PartnerFile
        {
            Id = "gp", Name = "Practice", Role = PartnerRole.Recipient, Protocol = "fhir-messaging", Settings = JsonSerializer.SerializeToElement(new { endpoint = "https://gp.example/" }),
        };
        return new FhirMessagingAdapter(null!, FhirMessagingSettings.Read(file).Settings!); // it judges here and never calls
    }
}
