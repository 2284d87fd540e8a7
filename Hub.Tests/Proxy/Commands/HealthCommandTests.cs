using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Proxy.Commands;

public sealed class HealthCommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_verb_says_whether_a_running_hub_is_ready_and_that_none_answers()
    {
        string address;
        await using (var hub = await TestHub.StartAsync())
        {
            address = hub.Host.Http.ToString();
            (await HubProcess.RunAsync(["health", "--url", address], Token)).ShouldBe((0, "Healthy\n"));
            (await HubProcess.RunAsync(["health", "--url", address, "--of", "working", "--json"], Token)).Exit.ShouldBe(0);
        }

        var (exit, said) = await HubProcess.RunAsync(["health", "--url", address, "--wait", "1"], Token);
        exit.ShouldBe(1);
        said.ShouldContain("No answer");
        (await HubProcess.RunAsync(["health", "--url", "nowhere"], Token)).Exit.ShouldBe(2);
    }
}
