using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hub.Tests.Support;
using Shouldly;
using Xunit;
using static Hub.Tests.Adapters.Sources.Hl7v2.NorthsideSource;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

/// <summary>Ten thousand answers of both kinds on one connection, and senders that come and go: the listener neither stops nor spins.</summary>
[Collection(Alone.Name)]
public sealed class StormTests
{
    private readonly ScriptedIntake intake = new();

    [Fact]
    public async Task Ten_thousand_messages_answered_AA_and_AE_in_turn_pass_on_one_connection()
    {
        await using var server = await MllpServer.StartAsync(intake);
        using var sender = await server.ConnectAsync();

        for (var n = 1; n <= 10_000; n += 50)
        {
            // Fifty at a time in one packet: as quick as a sender can be.
            var batch = Enumerable.Range(n, 50).ToList();
            await sender.SendRawAsync([.. batch.SelectMany(i => MllpClient.Framed(Message(i)))]);
            foreach (var i in batch)
            {
                (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain($"MSA|{(i % 2 == 0 ? "AA" : "AE")}|{i}");
            }
        }

        intake.Taken.Count.ShouldBe(10_000);
    }

    [Fact]
    public async Task After_a_storm_of_connections_opened_closed_and_reset_the_listener_answers_and_is_idle()
    {
        await using var server = await MllpServer.StartAsync(intake);
        for (var n = 0; n < 600; n++)
        {
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
            if (n % 3 != 0)
            {
                await client.SendAsync("\u000bMSH|half a mess"u8.ToArray(), TestContext.Current.CancellationToken);
            }

            client.LingerState = new LingerOption(enable: n % 2 == 0, seconds: 0); // every other one is reset
        }

        using var halfClosed = await server.ConnectAsync();
        await halfClosed.SendRawAsync("\u000bMSH|"u8.ToArray());
        halfClosed.EndSending();
        (await QuietestSecondAsync()).ShouldBeLessThan(TimeSpan.FromMilliseconds(500), "a thread that spins on a closed socket takes all of every second");
        using var sender = await server.ConnectAsync();
        await sender.SendAsync(Message(2));
        (await sender.AnswerAsync()).ShouldNotBeNull().ShouldContain("MSA|AA|2");
    }

    /// <summary>Processor time of this process in the quietest of some seconds: whatever else still runs in it does not run in all of them.</summary>
    private static async Task<TimeSpan> QuietestSecondAsync()
    {
        var quietest = TimeSpan.MaxValue;
        for (var second = 0; second < 8 && quietest > TimeSpan.FromMilliseconds(250); second++)
        {
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            process.Refresh();
            var taken = process.TotalProcessorTime - before;
            quietest = taken < quietest ? taken : quietest;
        }

        return quietest;
    }

    // An odd one names no patient.
    private static string Message(int n) => n % 2 == 0
        ? Lines(Msh("ADT^A31", $"{n}"), "EVN|A31|20260503174500", Pid)
        : Lines(Msh("ADT^A31", $"{n}"), "EVN|A31|20260503174500");
}
