using System.Net;
using System.Net.Sockets;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Adapters.Sources.Hl7v2;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

/// <summary>The real listener on a free port with a scripted intake behind it.</summary>
internal sealed class MllpServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MllpServer(WebApplication app) => _app = app;

    public int Port { get; private init; }

    public static async Task<MllpServer> StartAsync(IEventIntake intake, MllpListener? listener = null, Action<MllpOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(intake);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IPartnerDirectory>(new OnePartner(NorthsideSource.File()));
        builder.Services.AddHl7v2Source();
        builder.Services.Configure(configure ?? (_ => { }));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenMllp((listener ?? new MllpListener()) with { Address = IPAddress.Loopback, Port = 0 }));
        var app = builder.Build();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new MllpServer(app) { Port = new Uri(address).Port };
    }

    public async Task<MllpClient> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, Port);
        return new MllpClient(client);
    }

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class OnePartner(PartnerFile file) : IPartnerDirectory
    {
        public IReadOnlyList<PartnerFile> All => [file];

        public PartnerFile? Find(string partnerId) => partnerId == file.Id ? file : null;
    }
}

/// <summary>A sender of its own making: none of the hub's frame code, so that a shared mistake cannot pass.</summary>
internal sealed class MllpClient(TcpClient client) : IDisposable
{
    private readonly NetworkStream _stream = client.GetStream();

    public Task SendAsync(string message) => SendRawAsync(Framed(message));

    public async Task SendRawAsync(params byte[] bytes) => await _stream.WriteAsync(bytes);

    public void EndSending() => client.Client.Shutdown(SocketShutdown.Send);

    public static byte[] Framed(string message) => [0x0B, .. Encoding.UTF8.GetBytes(message), 0x1C, 0x0D];

    /// <summary>The next answer; null where the server closed without one.</summary>
    public async Task<string?> AnswerAsync(int seconds = 10)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        var bytes = new List<byte>();
        var one = new byte[1];
        while (await _stream.ReadAsync(one, limit.Token) == 1)
        {
            bytes.Add(one[0]);
            if (bytes is [0x0B, .., 0x1C, 0x0D])
            {
                return Encoding.UTF8.GetString(bytes.ToArray()[1..^2]);
            }
        }

        bytes.ShouldBeEmptyBytes();
        return null;
    }

    public void Dispose() => client.Dispose();
}

internal static class ByteShould
{
    public static void ShouldBeEmptyBytes(this List<byte> bytes) => Shouldly.ShouldBeTestExtensions.ShouldBe(bytes.Count, 0, "the server closed within a frame");
}
