using System.Net;
using System.Text.Json;
using FsCheck.Xunit;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.FhirRest;
using Hub.Adapters.Recipients.Http;
using Hub.Fhir.Responses;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.FhirRest;

/// <summary>Nothing that a server, a token endpoint or a line between makes of an answer is taken for more than it says, and nothing of it throws.</summary>
public sealed class RestAnswerFuzzTests
{
    private const string Id = "6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20";

    private static readonly byte[] Written = """
        {"resourceType":"Bundle","type":"transaction-response","entry":[{"response":{"status":"201 Created","location":"Task/1/_history/1"}},{"response":{"status":"200 OK","location":"List/2/_history/5"}}]}
        """u8.ToArray();

    private static readonly byte[] Found = """
        {"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"List","id":"2","meta":{"versionId":"5"},"subject":{"reference":"Patient/1"}}}]}
        """u8.ToArray();

    private static readonly byte[] Token = """{"access_token":"abc.def","token_type":"Bearer","expires_in":300}"""u8.ToArray();

    private static readonly FrozenWrites Sent = new([], ["Task", "List"], []);

    private static readonly FhirRestAdapter Adapter = Create();

    [Fact]
    public void The_unmutated_answer_is_Delivered() => Judge(Written).ShouldBeOfType<Delivered>();

    [Property(MaxTest = 3000)]
    public void A_mutated_acceptance_is_Delivered_only_if_it_still_says_so_of_each_resource(int position, byte value, byte kind, int second)
    {
        var bytes = Mutate(Mutate(Written, position, value, kind), second, (byte)(value ^ kind), (byte)(kind >> 2));

        if (Judge(bytes) is Delivered)
        {
            using var json = JsonDocument.Parse(bytes);
            var entries = json.RootElement.GetProperty("entry").EnumerateArray().ToList();
            entries.Count.ShouldBe(2);
            entries.ShouldAllBe(e => e.GetProperty("response").GetProperty("status").GetString()!.StartsWith('2'));
        }
    }

    [Property(MaxTest = 2000)]
    public void A_mutated_search_result_never_throws_and_gives_no_id_that_could_lead_elsewhere(int position, byte value, byte kind)
    {
        foreach (var found in SearchResponse.Read(Mutate(Found, position, value, kind), "List") ?? [])
        {
            found.Id.ShouldAllBe(c => char.IsAsciiLetterOrDigit(c) || c == '-' || c == '.');
        }
    }

    [Property(MaxTest = 2000)]
    public void A_mutated_token_answer_never_throws_and_grants_nothing_that_a_header_could_not_carry(int position, byte value, byte kind)
    {
        if (TokenAnswer.Read(HttpStatusCode.OK, null, Mutate(Token, position, value, kind)) is TokenAnswer.Granted granted)
        {
            granted.Token.ShouldAllBe(c => c > ' ' && c < '\x7f');
            granted.Life.ShouldBeInRange(TimeSpan.FromTicks(1), TimeSpan.FromDays(1));
            granted.ToString().ShouldNotContain(granted.Token);
        }
    }

    private static DeliveryOutcome Judge(byte[] body) => Adapter.Judge(new HttpAnswer(HttpStatusCode.OK, null, null, null, new AnswerBody(body, TooLong: false)), Sent, Id);

    private static byte[] Mutate(byte[] bytes, int position, byte value, byte kind)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var at = (int)((uint)position % (uint)bytes.Length);
        return (kind % 4) switch
        {
            0 => [.. bytes[..at], value, .. bytes[(at + 1)..]],
            1 => bytes[..at],
            2 => [.. bytes[..at], value, .. bytes[at..]],
            _ => [.. bytes[..at], .. bytes[(at + 1)..]],
        };
    }

    private static FhirRestAdapter Create()
    {
        var file = new PartnerFile { Id = "r", Name = "R", Role = PartnerRole.Recipient, Protocol = "fhir-rest", Settings = JsonSerializer.SerializeToElement(new { endpoint = "https://s.example/fhir" }) };
        return new FhirRestAdapter(null!, FhirRestSettings.Read(file).Settings!, Polly.ResiliencePipeline<DeliveryOutcome>.Empty, TimeProvider.System);
    }
}
