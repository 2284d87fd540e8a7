using System.Threading.Channels;
using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Gateway;

/// <summary>
/// Writes calls down beside the calls themselves, several a commit, so that none waits for a disk. What a crash catches between answer and commit,
/// moments at most, is lost; while the store takes nothing, calls are refused once this holds all it can.
/// </summary>
internal sealed partial class GatewayAudit(IMessageStore store, TimeProvider time, ILogger<GatewayAudit> logger) : BackgroundService
{
    private const int MostHeld = 1000;
    private const int MostPerWrite = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly Channel<GatewayCall> waiting = Channel.CreateUnbounded<GatewayCall>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<GatewayCall> batch = new(MostPerWrite);
    private int held;

    public bool IsFull => Volatile.Read(ref held) >= MostHeld;

    /// <summary>Calls under way when the limit is met are kept beyond it: they were let through.</summary>
    public void Note(GatewayCall call)
    {
        Interlocked.Increment(ref held);
        if (!waiting.Writer.TryWrite(call))
        {
            LogLost(call.RequestId); // after the end of a shutdown
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        waiting.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        while ((batch.Count > 0 || waiting.Reader.TryPeek(out _)) && await TryWriteAsync(CancellationToken.None))
        {
            // Until nothing is left, or the store takes nothing.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            if (!await TryWriteAsync(stoppingToken))
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        while (batch.Count < MostPerWrite && waiting.Reader.TryRead(out var call))
        {
            batch.Add(call);
        }

        try
        {
            await store.NoteGatewayCallsAsync([.. batch], cancellationToken);
            Interlocked.Add(ref held, -batch.Count);
            batch.Clear();
            return true;
        }
        catch (StorageUnavailableException away)
        {
            LogNotWritten(away, Volatile.Read(ref held));
            return false;
        }
    }

    [LoggerMessage(8001, LogLevel.Error, "{Count} calls through the gateway could not be written down yet; it is tried again")]
    private partial void LogNotWritten(Exception away, int count);

    [LoggerMessage(8002, LogLevel.Error, "Call {RequestId} through the gateway ended after the hub had stopped and is in no audit")]
    private partial void LogLost(Guid requestId);
}
