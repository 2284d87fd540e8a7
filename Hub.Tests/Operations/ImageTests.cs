using System.Diagnostics;
using System.Globalization;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Hub.Tests.Operations;

/// <summary>The container image is built and run, as a cluster would: not root, nothing written but in its volumes, no capability.</summary>
public sealed class ImageTests : IDisposable
{
    private const string Image = "crt-hub:test";
    private readonly string folder = Directory.CreateTempSubdirectory("hub-image-").FullName;
    private bool ran;
    private readonly string name = "hub-image-test-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_image_runs_without_rights_takes_a_message_delivers_it_and_stops_when_told()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HUB_TEST_POSTGRES_IMAGE")))
        {
            Assert.SkipUnless(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")), "CI has a container engine");
            Assert.Skip("There is no container engine: scripts/test-images.sh says why.");
        }

        var built = await RunAsync(Repository.PathOf("scripts", "image.sh"), [Image], ("IMAGE_QUICK", "1"));
        built.Exit.ShouldBe(0, built.Errors);
        await using var practice = await SimulatedFhirPartner.StartAsync();
        await using var cmht = await SimulatedFhirPartner.StartAsync();
        await using var ward = await SimulatedMllpPartner.StartAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101); // the container's user is another
        }

        TestPartners.Write(folder, practice.Port, cmht.Port, ward.Port);
        var (http, mllp, management) = (Port(), Port(), Port());

        var started = await DockerAsync(
            "run", "--detach", "--name", name, "--network", "host", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
            "--volume", folder + ":/partners:ro", "--env", "Hub__Http__Port=" + http, "--env", "Hub__Mllp__Port=" + mllp, "--env", "Hub__Management__Port=" + management, Image);
        ran = true;
        started.Exit.ShouldBe(0, started.Errors);
        var ready = await DockerAsync("exec", name, "dotnet", "/app/hub.dll", "health", "--url", "http://127.0.0.1:" + management, "--wait", "60");
        ready.Exit.ShouldBe(0, (await DockerAsync("logs", name)).Errors);
        await using (var epr = new SimulatedEpr("127.0.0.1", int.Parse(mllp, CultureInfo.InvariantCulture)))
        {
            TestHub.CodeOf(await epr.SendAsync(new Messages().Admission("C1"), Token)).ShouldBe("AA");
        }

        await Eventually.HoldsAsync(() => practice.Received.Count == 1 && cmht.Received.Count == 1 && ward.Received.Count == 1);
        (await DockerAsync("inspect", "--format", "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}", name)).Output.Trim().ShouldBe("64198:64198 true");
        (await DockerAsync("stop", "--time", "40", name)).Exit.ShouldBe(0);
        (await DockerAsync("inspect", "--format", "{{.State.ExitCode}}", name)).Output.Trim().ShouldBe("0", "it went because it was told, and was not killed");
    }

    [Fact]
    public void The_trial_of_two_hubs_uses_settings_that_there_are_and_simulators_where_the_partner_files_look_for_them()
    {
        var yaml = new YamlStream();
        using (var text = File.OpenText(Repository.PathOf("compose.yaml")))
        {
            yaml.Load(new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(text)));
        }

        var services = (YamlMappingNode)yaml.Documents[0].RootNode["services"];
        var settings = services.Children.Values.Cast<YamlMappingNode>().Where(s => s.Children.ContainsKey("environment")).SelectMany(s => ((YamlMappingNode)s["environment"]).Children.Keys).Select(k => ((YamlScalarNode)k).Value!).Distinct().Where(k => k.StartsWith("Hub__", StringComparison.Ordinal)).ToList();
        settings.Count.ShouldBeGreaterThan(7);
        settings.Where(s => !HubSettings.Exists(s)).ShouldBeEmpty();
        services.Children.Keys.Count(k => ((YamlScalarNode)k).Value!.StartsWith("hub-", StringComparison.Ordinal)).ShouldBe(2);

        var ports = services.Children.Values.Cast<YamlMappingNode>().Where(s => s.Children.TryGetValue("command", out var c) && ((YamlScalarNode)((YamlSequenceNode)c)[0]).Value == "simulate").Select(s => ((YamlScalarNode)((YamlSequenceNode)s["command"])[3]).Value!).ToList();
        var files = string.Concat(Directory.EnumerateFiles(Repository.PathOf("partners"), "*.json").Select(File.ReadAllText));
        ports.Count.ShouldBe(4);
        ports.ShouldAllBe(p => files.Contains(":" + p + "/", StringComparison.Ordinal) || files.Contains("\"port\": " + p, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        if (ran)
        {
            using var removed = Process.Start(new ProcessStartInfo("docker", ["rm", "--force", "--volumes", name]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            removed.WaitForExit(TimeSpan.FromSeconds(30));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string Port() => HubProcess.FreePort().ToString(CultureInfo.InvariantCulture);

    private static Task<(int Exit, string Output, string Errors)> DockerAsync(params string[] arguments) => RunAsync("docker", arguments);

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output, await errors);
    }
}
