using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Adapters.Contract;
using Hub.Proxy.Telemetry;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Hub.Tests.Operations;

/// <summary>Dashboard, alerts and their guide name what the hub really emits, and each alert has its chapter.</summary>
public sealed partial class OperatingTests
{
    private static readonly string Guide = File.ReadAllText(Repository.PathOf("docs", "OPERATING.md"));
    private static readonly string[] Outcomes =
    [
        .. Enum.GetNames<IntakeOutcome>(), "Repeated", .. typeof(DeliveryOutcome).Assembly.GetTypes().Where(t => t.BaseType == typeof(DeliveryOutcome)).Select(t => t.Name),
    ];

    [Fact]
    public async Task Queries_of_dashboard_and_alerts_are_about_meters_that_the_hub_has_and_the_guide_has_each()
    {
        var meters = await MetersAsync();
        meters.Count.ShouldBeGreaterThan(20);
        var exposed = meters.SelectMany(m => Samples(m)).ToHashSet(StringComparer.Ordinal);
        var queries = Queries();
        queries.Count.ShouldBeGreaterThan(30);

        queries.SelectMany(q => Names().Matches(q).Select(m => m.Value)).Where(n => !exposed.Contains(n)).ShouldBeEmpty();
        queries.SelectMany(q => OutcomeLabels().Matches(q).Select(m => m.Groups["outcome"].Value)).Where(o => !Outcomes.Contains(o)).ShouldBeEmpty();
        queries.SelectMany(q => GroupedBy().Matches(q).SelectMany(m => m.Groups["labels"].Value.Split(','))).Select(l => l.Trim()).Where(l => l is not ("partner" or "source" or "outcome" or "le")).ShouldBeEmpty();
        meters.Select(m => m.Name).Where(n => !Guide.Contains($"`{n}`", StringComparison.Ordinal)).ShouldBeEmpty("a meter is not in docs/OPERATING.md");
        Named().Matches(Guide).Select(m => m.Groups["meter"].Value).Where(n => meters.All(m => m.Name != n)).ShouldBeEmpty("docs/OPERATING.md names a meter that there is none of");
    }

    [Fact]
    public void Each_alert_has_its_chapter_and_each_chapter_its_alert()
    {
        var alerts = Rules().Select(r => ((YamlScalarNode)r["alert"]).Value!).ToList();
        var chapters = Chapters().Matches(Guide).Select(m => m.Groups["alert"].Value).ToList();

        alerts.ShouldBeUnique();
        chapters.ShouldBe(alerts, ignoreOrder: true);
        Rules().ShouldAllBe(r => ((YamlMappingNode)r["annotations"]).Children.ContainsKey("summary") && ((YamlMappingNode)r["labels"]).Children.ContainsKey("severity"));
    }

    private static List<string> Queries() =>
    [
        .. Rules().Select(r => ((YamlScalarNode)r["expr"]).Value!),
        .. JsonNode.Parse(File.ReadAllText(Repository.PathOf("charts", "hub", "files", "dashboard.json")))!["panels"]!.AsArray().SelectMany(p => p!["targets"]!.AsArray()).Select(t => (string)t!["expr"]!),
    ];

    private static List<YamlMappingNode> Rules()
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(Repository.PathOf("charts", "hub", "files", "alerts.yaml"));
        yaml.Load(text);
        return [.. ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"]).SelectMany(g => (YamlSequenceNode)g["rules"]).Cast<YamlMappingNode>()];
    }

    /// <summary>Every meter that a running hub has published.</summary>
    private static async Task<List<(string Name, string Unit, bool Counts, bool Times)>> MetersAsync()
    {
        var found = new List<(string, string, bool, bool)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (meter, _) =>
            {
                lock (found)
                {
                    if (meter.Meter.Name == HubMeters.MeterName)
                    {
                        found.Add((meter.Name, meter.Unit ?? "", meter is Counter<long>, meter is Histogram<double>));
                    }
                }
            },
        };
        await using var hub = await TestHub.StartAsync();
        await using (var epr = hub.Epr())
        {
            await epr.SendAsync(new Messages().Admission("C1"), TestContext.Current.CancellationToken);
        }

        listener.Start();
        lock (found)
        {
            return [.. found.Distinct()];
        }
    }

    private static string[] Samples((string Name, string Unit, bool Counts, bool Times) meter)
    {
        var name = PrometheusText.NameOf(meter.Name, meter.Unit);
        return meter.Counts ? [name + "_total"] : meter.Times ? [name + "_bucket", name + "_sum", name + "_count"] : [name];
    }

    [GeneratedRegex("hub_[a-z_]+")]
    private static partial Regex Names();

    [GeneratedRegex("outcome=\"(?<outcome>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex OutcomeLabels();

    [GeneratedRegex(@"by \((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex GroupedBy();

    [GeneratedRegex("`(?<meter>hub\\.[a-z_.]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex("^### (?<alert>Hub[A-Za-z]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Chapters();
}
