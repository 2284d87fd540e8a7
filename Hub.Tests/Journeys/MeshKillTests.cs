using Hub.Proxy.Simulators;
using Hub.Proxy.Store;
using Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Hub.Tests.Journeys;

/// <summary>The hub's process killed while MESH waits to be told that an answer is kept: nothing lost, nothing doubled.</summary>
public sealed class MeshKillTests
{
    private static readonly Messages Ama = new() { Practice = "Y99002", FromWard = "" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_between_download_and_acknowledge_an_answer_is_neither_lost_nor_taken_twice()
    {
        var folder = Directory.CreateTempSubdirectory("hub-mesh-kill-").FullName;
        var (data, partners) = (Path.Combine(folder, "data"), Path.Combine(folder, "partners"));
        await using var mesh = await SimulatedMesh.StartAsync(script: SimulatorScript.Answering("reply:ok"));
        await using var cmht = await SimulatedFhirPartner.StartAsync();
        Directory.CreateDirectory(data);
        TestPartners.Write(partners, cmht.Port, cmht.Port, cmht.Port);
        await File.WriteAllTextAsync(Path.Combine(partners, "oak-mesh.json"), Itk3Practices.File(mesh, "oak-mesh", "Y99002", MeshSettings.Practice), Token);
        var timeline = new Timeline(() => StoreStart.Context(StoreOptions.ForReading(data)));
        var reached = new TaskCompletionSource<string>();
        mesh.Inbox.BeforeAcknowledge = (id, stopping) =>
        {
            reached.TrySetResult(id);
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        };

        using (var hub = await HubProcess.StartAsync(data, partners, 0, Token))
        {
            await using var epr = new SimulatedEpr("127.0.0.1", hub.MllpPort);
            (await Told.SendAsync(epr, Ama.Admission("1"))).ShouldBe("AA");
            await reached.Task.WaitAsync(Eventually.Patience, Token);
            hub.Kill();
        }

        mesh.Inbox.Acknowledged.ShouldBeEmpty();
        (await CopyAsync(timeline)).Answers.Count(a => a.Stage is not null).ShouldBe(1); // kept before MESH was told
        mesh.Inbox.BeforeAcknowledge = null;

        using (await HubProcess.StartAsync(data, partners, 0, Token))
        {
            await Eventually.HoldsAsync(() => mesh.Inbox.Acknowledged.Distinct().Count() == 2);
            await Eventually.HoldsAsync(async () => (await CopyAsync(timeline)).Delivery.State == DeliveryState.Delivered);
        }

        var copy = await CopyAsync(timeline);
        copy.Answers.Where(a => a.Stage is Hub.Adapters.Contract.AnswerStage.Business).ShouldHaveSingleItem().SentCode.ShouldBe("30001");
        copy.Answers.Count(a => a.Stage is Hub.Adapters.Contract.AnswerStage.Technical).ShouldBe(1);
        mesh.Inbox.Downloaded.Count(d => d == reached.Task.Result).ShouldBeGreaterThan(1); // it came again, and was a repeat
        mesh.Applied.Count.ShouldBe(1);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<DeliveryView> CopyAsync(Timeline timeline) =>
        (await timeline.SinceAsync(DateTimeOffset.UnixEpoch, 50, Token)).SelectMany(r => r.Events).SelectMany(e => e.Deliveries).Single(d => d.Delivery.PartnerId == "oak-mesh");
}
