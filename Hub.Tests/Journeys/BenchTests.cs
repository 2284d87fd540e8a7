using System.Diagnostics;
using System.Text.Json;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Whoever measures gets figures, or an error: that the bench sends what it says, waits for every recipient and reports what it asked for. No figure is judged.</summary>
[Collection(Alone.Name)]
public sealed class BenchTests
{
    [Fact]
    public async Task A_small_bench_measures_hub_and_floor_and_the_store_with_a_past()
    {
        var output = await RunAsync(
            "bench", "--json", "--connections", "2", "--messages", "20", "--rate", "20", "--warm-up", "10", "--one-down", "--backlog", "30", "--history", "2000");

        using var answer = JsonDocument.Parse(output);
        var results = answer.RootElement.GetProperty("results");
        results.GetProperty("phases").EnumerateArray().Select(p => (p.GetProperty("engine").GetString(), p.GetProperty("messages").GetInt32()))
            .ShouldBe([("hub", 20), ("floor", 20), ("hub", 20), ("floor", 20)]);
        foreach (var phase in results.GetProperty("phases").EnumerateArray())
        {
            phase.GetProperty("completePerSecond").GetDouble().ShouldBeGreaterThan(0);
            phase.GetProperty("p99").GetString().ShouldNotBe("00:00:00");
        }

        results.GetProperty("bytesPerMessage").GetInt32().ShouldBeGreaterThan(10_000);
        results.GetProperty("drainedPerSecond").GetDouble().ShouldBeGreaterThan(0);
        results.GetProperty("history").GetInt64().ShouldBeGreaterThanOrEqualTo(2000);
        results.GetProperty("withHistory").GetProperty("messages").GetInt32().ShouldBe(20);
    }

    [Fact]
    public async Task A_small_bench_of_the_gateway_measures_both_ways()
    {
        using var answer = JsonDocument.Parse(await RunAsync("bench", "--json", "--gateway", "5"));

        var figures = answer.RootElement.GetProperty("gateway");
        figures.GetProperty("calls").GetInt32().ShouldBe(5);
        figures.GetProperty("directP50").GetDouble().ShouldBeGreaterThan(19);
        figures.GetProperty("throughP50").GetDouble().ShouldBeGreaterThan(19);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hub.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        enough.CancelAfter(TimeSpan.FromMinutes(12));
        using var end = enough.Token.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await errors);
        return output;
    }
}
