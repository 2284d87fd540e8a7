using System.Diagnostics;
using System.Text.RegularExpressions;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>Who starts the demo and does nothing sees a discharge that is not handed over, who holds the person, why and until when; accepting as the community team closes it.</summary>
public sealed partial class DemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_shows_a_discharge_that_nobody_has_taken_over_and_accepting_as_the_community_team_closes_it()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hub.dll"));
        start.ArgumentList.Add("demo");
        using var demo = Process.Start(start).ShouldNotBeNull();
        demo.ErrorDataReceived += (_, _) => { };
        demo.BeginErrorReadLine();
        try
        {
            var shown = await ReadUntilAsync(demo, "To take the person on as");

            shown.ShouldContain("No team has accepted. Last team on record:");
            shown.ShouldContain("no  ContinuityHandoverComplete: missing:");
            shown.ShouldContain("no  TeamAccepted:");
            shown.ShouldMatch("cmht-accepts .*\n.*due [A-Z][a-z]{2} ");
            shown.ShouldContain("We are not told when someone reads it.");

            // From the team's own system, by the two commands as they stand.
            var commands = string.Join("\n", shown.Split('\n').Where(l => l.StartsWith("  tag=", StringComparison.Ordinal) || l.StartsWith("  curl ", StringComparison.Ordinal)));
            (await ShellAsync(commands)).ShouldContain("\"status\":\"accepted\"");
            var (id, data) = Asked().Match(shown) is { Success: true } asked ? (asked.Groups["id"].Value, asked.Groups["data"].Value.Trim()) : throw new InvalidOperationException(shown);
            (await HubProcess.RunAsync(["handover", "show", "1", "--data", data], Token)).Output.ShouldContain("has accepted: D. Worker");

            // Taken back, and taken on anew by the command.
            (await HubProcess.RunAsync(["handover", "decline", id, "--reason", "No place this week", "--by", "D. Worker", "--data", data], Token)).Exit.ShouldBe(0);
            (await HubProcess.RunAsync(["handover", "show", "1", "--data", data], Token)).Output.ShouldContain("No team has accepted.");
            (await HubProcess.RunAsync(["handover", "accept", id, "--owner", "D. Worker", "--by", "D. Worker", "--data", data], Token)).Exit.ShouldBe(0);

            var after = (await HubProcess.RunAsync(["handover", "show", "1", "--data", data], Token)).Output;
            after.ShouldContain("has accepted: D. Worker");
            after.ShouldNotContain("No team has accepted.");
            (await HubProcess.RunAsync(["handover", "show", id, "--data", data], Token)).Output.ShouldContain("accepted by D. Worker");
        }
        finally
        {
            demo.Kill(entireProcessTree: true);
            await demo.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<string> ShellAsync(string commands)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", commands]) { RedirectStandardOutput = true }).ShouldNotBeNull();
        var output = await shell.StandardOutput.ReadToEndAsync(Token);
        await shell.WaitForExitAsync(Token);
        return output;
    }

    private static async Task<string> ReadUntilAsync(Process demo, string last)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        enough.CancelAfter(Patience);
        var text = "";
        while (await demo.StandardOutput.ReadLineAsync(enough.Token) is { } line)
        {
            text += line + "\n";
            if (line.StartsWith(last, StringComparison.Ordinal))
            {
                return text;
            }
        }

        throw new InvalidOperationException("The demo ended: " + text);
    }

    [GeneratedRegex("hub handover accept (?<id>[0-9a-f-]{36}) .*--data (?<data>.+)")]
    private static partial Regex Asked();
}
