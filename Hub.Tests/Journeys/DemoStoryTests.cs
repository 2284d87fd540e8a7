using System.Diagnostics;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The demo tells, from its own store, how one practice on MESH closed a discharge and how another returned it.</summary>
public sealed class DemoStoryTests
{
    [Fact]
    public async Task A_discharge_is_followed_to_closed_at_one_practice_and_to_returned_at_another()
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "hub.dll"), "demo", "--exit", "--json" })
        {
            start.ArgumentList.Add(argument);
        }

        using var demo = Process.Start(start).ShouldNotBeNull();
        var errors = demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = (await demo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken);

        demo.ExitCode.ShouldBe(0, await errors);
        var story = lines.Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement).Where(l => l.TryGetProperty("outcome", out _))
            .Select(l => (Who: l.GetProperty("who").GetString(), What: l.GetProperty("what").GetString(), Outcome: l.GetProperty("outcome").GetString()!)).ToList();
        story.ShouldContain(l => l.Who == "Ash Surgery" && l.What!.Contains("discharge") && l.Outcome.StartsWith("returned, 30003", StringComparison.Ordinal));
        story.Count(l => l.Who == "Oak Surgery" && l.What!.Contains("discharge") && l.Outcome.StartsWith("answered 30001", StringComparison.Ordinal)).ShouldBe(2); // its own person's, and the one who has moved to it
        lines.ShouldContain(l => l.Contains("\"readdressed\"", StringComparison.Ordinal) && l.Contains("Ash Surgery", StringComparison.Ordinal));
    }
}
