using System.Diagnostics;
using System.Text.RegularExpressions;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>
/// Whoever follows the README and the guide for integration engineers gets what they say: every command is run in an empty clone of what is committed,
/// with nothing of this build's environment.
/// </summary>
public sealed partial class ReadmeTests
{
    // The test command as the README has it would run this test again; one quick class shows that it builds, runs and reports.
    private const string OneQuickClass = " --filter-class Hub.Tests.Fhir.Events.NhsNumberTests";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    // What a person's shell has on any machine, and what a machine needs to reach its package feeds; none of what the build or the test runner sets.
    private static readonly string[] Kept = ["PATH", "HOME", "USER", "LANG", "TMPDIR", "TERM", "DOTNET_ROOT", "NUGET_PACKAGES"];
    private static readonly string[] KeptWhereNamed = ["PROXY", "CERT", "CA_BUNDLE", "CAINFO"];

    [Fact]
    public async Task Every_command_of_the_README_and_of_the_guide_works_in_an_empty_clone()
    {
        var commands = CommandsOf(await File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken));
        commands.ShouldContain(c => c.EndsWith("-- demo --exit", StringComparison.Ordinal));
        commands.ShouldContain("./test.sh" + OneQuickClass);

        var folder = Directory.CreateTempSubdirectory("hub-readme-").FullName;
        try
        {
            var clone = Path.Combine(folder, "clone");
            await ShouldWorkAsync($"git clone --quiet '{Repository.Root}' '{clone}'", folder);
            foreach (var command in commands)
            {
                await ShouldWorkAsync(command, clone);
            }

            await ShouldWorkAsync(ScriptOf(await File.ReadAllTextAsync(Path.Combine(clone, "docs", "integration-engineer.md"), TestContext.Current.CancellationToken)), clone);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_command_is_found_in_a_block_and_in_a_line()
    {
        var commands = CommandsOf("Say:\n\n```sh\n# first\ndotnet run -c Release --project X -- demo\n\n./test.sh\n```\n\nor `dotnet run --project X -- --help`, never `hub run`.\n");

        commands.ShouldBe(["dotnet run -c Release --project X -- demo --exit", "./test.sh" + OneQuickClass, "dotnet run --project X -- --help"]);
    }

    [Fact]
    public void A_guide_is_one_script_that_stops_at_the_first_failure() =>
        ScriptOf("One:\n\n```sh\na\n```\n\n```json\n{}\n```\n\n```sh\nb\nc\n```\n").ShouldBe("set -eo pipefail\na\nb\nc\n");

    /// <summary>The <c>sh</c> blocks of a guide as one script: a later block may rest on an earlier one.</summary>
    private static string ScriptOf(string page)
    {
        var blocks = ShellBlocks().Matches(page).Select(m => m.Groups["lines"].Value).ToList();
        blocks.ShouldNotBeEmpty();
        return "set -eo pipefail\n" + string.Concat(blocks);
    }

    /// <summary>The lines of every <c>sh</c> block, then the code spans that a shell in the root folder would take; so that each ends by itself.</summary>
    private static List<string> CommandsOf(string page)
    {
        var blocks = ShellBlocks().Matches(page).SelectMany(m => m.Groups["lines"].Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        var spans = CommandSpans().Matches(page).Select(m => m.Groups["command"].Value);
        return [.. blocks.Where(line => !line.StartsWith('#')).Concat(spans).Select(EndingByItself).Distinct()];
    }

    private static string EndingByItself(string command) =>
        command.EndsWith("-- demo", StringComparison.Ordinal) ? command + " --exit"
        : command == "./test.sh" ? command + OneQuickClass
        : command;

    private static async Task ShouldWorkAsync(string command, string folder)
    {
        // A file and not a pipe: a build server that outlives the command would hold a pipe open.
        var log = Path.GetTempFileName();
        var start = new ProcessStartInfo("bash") { WorkingDirectory = folder, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{{ {command}\n}} >'{log}' 2>&1 </dev/null");
        Clean(start.Environment);

        using var process = Process.Start(start).ShouldNotBeNull();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        enough.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(enough.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var said = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        File.Delete(log);
        process.ExitCode.ShouldBe(0, $"{command}\n{string.Join('\n', said.TakeLast(60))}");
    }

    private static void Clean(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.ToList())
        {
            if (!Kept.Contains(name) && !KeptWhereNamed.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                environment.Remove(name);
            }
        }

        // No build server stays behind to hold files of a clone that is deleted.
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["UseSharedCompilation"] = "false";

        // The style of the code is judged by the build that this test is part of.
        environment["RunAnalyzers"] = environment["EnforceCodeStyleInBuild"] = "false";
    }

    [GeneratedRegex(@"^```sh\n(?<lines>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex ShellBlocks();

    [GeneratedRegex(@"(?<!`)`(?<command>(dotnet |\./)[^`\n]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex CommandSpans();
}
