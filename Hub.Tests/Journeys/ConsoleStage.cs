using Hub.Proxy.Handovers;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>
/// One hub and one browser for all that is looked at: a person discharged and not accepted, a person whose name is an attack, a copy that the practice
/// refused over one element, a message that could not be read, copies held because whereabouts are hidden.
/// </summary>
public sealed class ConsoleStage : IAsyncLifetime
{
    private readonly SemaphoreSlim starting = new(1);
    private Chromium? browser;
    private TestHub? hub;

    internal TestHub Hub => hub ?? throw new InvalidOperationException("Not on stage yet.");

    internal static Messages Ama { get; } = new() { Start = DateTimeOffset.UtcNowForMessages() };

    internal static Messages Hostile { get; } = Ama with
    {
        NhsNumber = "9000000009", LocalId = "T2000", Visit = "E2000", Family = "<script>document.title='taken'</script>", Given = "<img src=x onerror=alert(1)>",
    };

    internal const string RefusedId = "A1";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await (browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (hub?.DisposeAsync() ?? ValueTask.CompletedTask);
        starting.Dispose();
    }

    internal async Task<Window> OpenAsync(int width = 1280, bool script = true)
    {
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            browser ??= await Chromium.StartAsync();
            hub ??= await PlayAsync();
        }
        finally
        {
            starting.Release();
        }

        return await browser.OpenAsync(hub.Host.Http, width, script: script);
    }

    internal async Task<Guid> ObligationAsync(long episode, ObligationKind kind) =>
        (await Hub.Host.Services.GetRequiredService<HandoverBook>().HandoverAsync(episode, TestContext.Current.CancellationToken))!.Obligations.First(o => o.Entry.Obligation.Kind == kind).Entry.Obligation.Id;

    /// <summary>The received messages so far, oldest first.</summary>
    internal async Task<IReadOnlyList<Guid>> MessagesAsync() =>
        [.. (await Hub.Timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, TestContext.Current.CancellationToken)).Select(r => r.Received.Id)];

    private static async Task<TestHub> PlayAsync()
    {
        var stage = await TestHub.StartAsync();
        var token = TestContext.Current.CancellationToken;
        stage.Practice.Script.Then("refuse:POSTCODE@Patient.address[0].postalCode");
        await using var epr = stage.Epr();
        await epr.SendAsync(Ama.Admission(RefusedId), token);
        await stage.SettleAsync();
        await epr.SendAsync(Ama.Discharge("A2", Ama.Start.AddDays(1)), token);
        await epr.SendAsync(Hostile.Admission("B1"), token);
        await epr.SendAsync(Hostile.Discharge("B2", Ama.Start.AddDays(1)), token);
        await epr.SendAsync(new Messages { NhsNumber = "9876543210", LocalId = "T3000", Visit = "E3000", Family = "HALE", Given = "IVO" }.Admission("C1") + "ZU8|U|1|Yes|2\r", token);
        await epr.SendAsync(Ama.Admission("WRONG1").Replace("PID|", "XID|", StringComparison.Ordinal), token);
        await stage.SettleAsync();
        return stage;
    }
}
