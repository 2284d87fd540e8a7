using System.Text.RegularExpressions;
using Hub.Adapters.Contract;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>What machines that watch see of a hub: a process of its own, a collector on a real socket, a scrape over a real listener.</summary>
public sealed partial class TelemetryTests : IDisposable
{
    private static readonly string[] Canaries = ["ZEBEDEEQUILL", "OCTAVIANE", "9912003888", "TCANARY707", "19920214", "1992-02-14"];
    private static readonly Messages Person = new() { Family = "ZEBEDEEQUILL", Given = "OCTAVIANE", LocalId = "TCANARY707" };
    private readonly string folder = Directory.CreateTempSubdirectory("hub-telemetry-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_leads_from_the_sources_frame_to_each_of_three_answers_and_the_meters_say_how_it_stands()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var practice = await SimulatedFhirPartner.StartAsync();
        await using var cmht = await SimulatedFhirPartner.StartAsync();
        await using var ward = await SimulatedMllpPartner.StartAsync();
        var (data, partners) = (Path.Combine(folder, "data"), Path.Combine(folder, "partners"));
        Directory.CreateDirectory(data);
        TestPartners.Write(partners, practice.Port, cmht.Port, ward.Port);
        var management = HubProcess.FreePort();
        using var hub = await HubProcess.StartAsync(data, partners, 0, Token, new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100", ["OTEL_METRIC_EXPORT_INTERVAL"] = "500", ["Hub:Management:Port"] = $"{management}",
        });
        await using (var epr = new SimulatedEpr("127.0.0.1", hub.MllpPort))
        {
            TestHub.CodeOf(await epr.SendAsync(Person.Admission("C1"), Token)).ShouldBe("AA");
        }

        await Eventually.HoldsAsync(() => Attempts(collector).Count == 3, why: () => hub.Errors);
        var attempts = Attempts(collector);
        var trace = attempts[0].TraceId;
        attempts.ShouldAllBe(a => a.TraceId == trace);
        await Eventually.HoldsAsync(() => collector.Spans.Count(s => s.TraceId == trace && s.Name == HubSteps.Complete) == 3 && collector.Spans.Any(s => s.TraceId == trace && s.Name == MessageTrace.Receive));
        var spans = collector.Spans.Where(s => s.TraceId == trace).ToList();
        foreach (var step in new[] { HubSteps.Read, HubSteps.Accept, HubSteps.Plan, HubSteps.Commit, HubSteps.WriteItem, HubSteps.Ring, HubSteps.Acknowledge, HubSteps.Bind, HubSteps.StartAttempt, HubSteps.Deliver, HubSteps.Complete })
        {
            spans.ShouldContain(s => s.Name == step);
        }

        // One root, and every other span hangs below a span of the same trace.
        spans.Where(s => s.ParentId.Length == 0).Select(s => s.Name).ShouldBe([MessageTrace.Receive]);
        var ids = spans.Select(s => s.SpanId).ToHashSet();
        spans.Where(s => s.ParentId.Length > 0).ShouldAllBe(s => ids.Contains(s.ParentId));
        practice.Received[0].Headers["traceparent"].ShouldContain(trace);
        cmht.Received[0].Headers["traceparent"].ShouldContain(trace);

        var text = await ScrapedAsync(management);
        text.ShouldContain("hub_attempts_total{outcome=\"Delivered\",partner=\"elm\"} 1");
        text.ShouldContain("hub_messages_total{outcome=\"Accepted\",source=\"north-epr\"} 1");
        text.ShouldContain("trace_id=\"" + trace, Case.Sensitive, "an exemplar leads from a bucket to the message's trace");
        await Eventually.HoldsAsync(() => collector.Metrics.Contains("hub.attempts"));
        foreach (var canary in Canaries)
        {
            text.ShouldNotContain(canary);
            collector.Spans.ShouldAllBe(s => !s.Text.Contains(canary, StringComparison.OrdinalIgnoreCase));
        }

        await TheListenerForWatchersHasNothingElseAsync(hub, management);
    }

    [Fact]
    public async Task A_senders_own_trace_goes_on_to_the_recipients_although_nobody_collects_traces()
    {
        await using var hub = await TestHub.StartAsync();
        using var http = hub.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/events/admission", UriKind.Relative));
        var example = await File.ReadAllTextAsync(Repository.PathOf("profiles", "examples", "events", "admission.json"), Token);
        request.Content = new StringContent(GpPractice().Replace(example, "\"gpPractice\": \"Y99001\""), System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", "trace-1");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        using var answer = await http.SendAsync(request, Token);

        ((int)answer.StatusCode).ShouldBe(202, await answer.Content.ReadAsStringAsync(Token));
        await hub.SettleAsync();
        hub.Practice.Received.Concat(hub.Cmht.Received).ShouldNotBeEmpty();
        hub.Practice.Received.Concat(hub.Cmht.Received).ShouldAllBe(r => r.Headers["traceparent"].StartsWith("00-0af7651916cd43dd8448eb211c80319c-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listener_for_watchers_on_another_listeners_port_stops_the_hub_and_is_named()
    {
        var wrong = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => TestHub.StartAsync(TestPartners.Patience, new Dictionary<string, string?> { ["Hub:Management:Port"] = "70000" }));

        wrong.Message.ShouldContain("Hub:Management:Port");
        var options = new Hub.Proxy.HubOptions { Management = { Port = 8080 }, PartnersDirectory = folder };
        new Hub.Proxy.ListenerValidator().Validate(null, options).FailureMessage.ShouldNotBeNull().ShouldContain("Hub:Management:Port");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static List<ReceivedSpan> Attempts(OtlpReceiver collector) => [.. collector.Spans.Where(s => s.Name == MessageTrace.Attempt)];

    /// <summary>As Prometheus asks: until what stands in the store has been read after the message.</summary>
    private static async Task<string> ScrapedAsync(int port)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/openmetrics-text; version=1.0.0");
        var text = "";
        await Eventually.HoldsAsync(async () => LastGood().IsMatch(text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Token)), why: () => text);
        text.ShouldEndWith("# EOF\n");
        Sample().Count(text).ShouldBe(text.Split('\n').Count(l => l.Length > 0 && l[0] != '#'), "every line is one that a scraper can read");
        return text;
    }

    private static async Task TheListenerForWatchersHasNothingElseAsync(HubProcess hub, int management)
    {
        using var http = new HttpClient();
        (await http.GetAsync(new Uri($"http://127.0.0.1:{management}/health/live"), Token)).IsSuccessStatusCode.ShouldBeTrue();
        (await http.GetAsync(new Uri($"http://127.0.0.1:{management}/partners"), Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await http.GetAsync(new Uri($"http://127.0.0.1:{management}/console"), Token)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await http.GetAsync(new Uri(hub.Http, "/metrics"), Token)).IsSuccessStatusCode.ShouldBeTrue();
    }

    [GeneratedRegex("\"gpPractice\": *\"[^\"]*\"")]
    private static partial Regex GpPractice();

    [GeneratedRegex("hub_partner_last_good_send_seconds\\{partner=\"willow\"\\} 1")]
    private static partial Regex LastGood();

    [GeneratedRegex("^[a-z_]+(\\{([a-z_]+=\"[^\"]*\",?)+\\})? (-?[0-9.eE+-]+|\\+Inf|NaN)( # \\{trace_id=\"[0-9a-f]{32}\",span_id=\"[0-9a-f]{16}\"\\} [0-9.eE+-]+ [0-9.]+)?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();
}
