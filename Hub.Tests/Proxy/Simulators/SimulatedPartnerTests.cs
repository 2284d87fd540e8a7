using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hub.Proxy.Simulators;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Simulators;

/// <summary>The scripted partners judge the hub, so they are themselves judged by clients that are not the hub's.</summary>
public sealed class SimulatedPartnerTests
{
    private readonly CancellationToken cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_message_is_counted_and_answered_as_before()
    {
        await using var partner = await SimulatedFhirPartner.StartAsync(0, new SimulatorScript().Then("fatal"));
        using var http = new HttpClient();

        var first = await PostAsync(http, partner, "a");
        var second = await PostAsync(http, partner, "a");

        Code(first).ShouldBe("fatal-error");
        Code(second).ShouldBe("fatal-error");
        partner.Repeats.ShouldBe(1);
        partner.Received.Select(copy => copy.Arrival).ShouldBe([1, 2]);
        partner.Received[0].Answered.ShouldBe("fatal-error");
    }

    [Fact]
    public async Task What_was_taken_in_silence_is_accepted_when_it_comes_again()
    {
        await using var partner = await SimulatedFhirPartner.StartAsync(0, new SimulatorScript().Then("cut"));
        using var http = new HttpClient();

        await Should.ThrowAsync<HttpRequestException>(() => PostAsync(http, partner, "a"));

        Code(await PostAsync(http, partner, "a")).ShouldBe("ok");
        partner.Received[0].Answered.ShouldBeNull();
    }

    [Fact]
    public async Task A_partner_that_went_away_comes_back_on_the_same_port()
    {
        await using var partner = await SimulatedFhirPartner.StartAsync();
        using var http = new HttpClient();
        Code(await PostAsync(http, partner, "a")).ShouldBe("ok");
        var port = partner.Port;

        await partner.StopListeningAsync();
        await Should.ThrowAsync<HttpRequestException>(() => PostAsync(http, partner, "b"));
        partner.Resume();

        partner.Port.ShouldBe(port);
        Code(await PostAsync(http, partner, "b")).ShouldBe("ok");
        partner.Received.Select(copy => copy.MessageId).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Two_thousand_messages_are_taken_over_many_connections()
    {
        await using var partner = await SimulatedMllpPartner.StartAsync();

        await Parallel.ForEachAsync(Enumerable.Range(0, 20), new ParallelOptions { MaxDegreeOfParallelism = 10, CancellationToken = cancelled }, async (line, token) =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", partner.Port, token);
            for (var n = 0; n < 100; n++)
            {
                (await ExchangeAsync(client.GetStream(), $"L{line}N{n}", token)).ShouldContain($"MSA|AA|L{line}N{n}|");
            }
        });

        partner.Received.Count.ShouldBe(2000);
        partner.Received.Select(copy => copy.MessageId).Distinct().Count().ShouldBe(2000);
        partner.Received[0].EventCode.ShouldBe("MDM^T02");
        partner.Received[0].DocumentId.ShouldBe("DOC1");
    }

    [Theory]
    [InlineData("retry-after:30", SimulatorBehaviour.RetryAfter, 30)]
    [InlineData("late:250", SimulatorBehaviour.Late, 250)]
    [InlineData("http:500", SimulatorBehaviour.Http, 500)]
    [InlineData("late-ack", SimulatorBehaviour.LateAnswer, 0)]
    public void A_fault_is_read_from_the_command_line(string text, SimulatorBehaviour behaviour, int amount) =>
        SimulatorFault.Parse(text).ShouldBe(new SimulatorFault(behaviour, amount));

    [Theory]
    [InlineData("")]
    [InlineData("explode")]
    [InlineData("http")]
    [InlineData("http:99")]
    [InlineData("late:-1")]
    [InlineData("ok:1")]
    public void A_fault_that_does_not_exist_is_refused_with_the_list(string text) => Should.Throw<FormatException>(() => SimulatorFault.Parse(text));

    [Fact]
    public void Every_form_that_help_shows_can_be_read()
    {
        foreach (var form in SimulatorFault.Forms)
        {
            SimulatorFault.Parse(form.Replace("SECONDS", "1").Replace("MS", "1").Replace("STATUS", "500").Replace("CODE", "30002"));
        }
    }

    private async Task<JsonElement> PostAsync(HttpClient http, SimulatedFhirPartner partner, string id)
    {
        using var content = new StringContent(
            $$"""{ "resourceType": "Bundle", "identifier": { "value": "{{id}}" }, "entry": [ { "resource": { "resourceType": "MessageHeader", "id": "{{id}}" } } ] }""",
            new MediaTypeHeaderValue("application/fhir+json"));
        using var response = await http.PostAsync(partner.Endpoint, content, cancelled);
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancelled));
        return body.RootElement.Clone();
    }

    private static string? Code(JsonElement answer) => answer.GetProperty("entry")[0].GetProperty("resource").GetProperty("response").GetProperty("code").GetString();

    private static async Task<string> ExchangeAsync(NetworkStream stream, string id, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"\u000bMSH|^~\\&|A|B|C|D|20260515||MDM^T02|{id}|P|2.4\rTXA|1|DS||||||||||DOC1\r\u001c\r"), cancellationToken);
        var buffer = new byte[2048];
        var filled = 0;
        while (filled < 2 || buffer[filled - 2] != 0x1C)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            read.ShouldBeGreaterThan(0);
            filled += read;
        }

        return Encoding.ASCII.GetString(buffer, 0, filled);
    }
}
