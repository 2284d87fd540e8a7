using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hub.Adapters.Contract;
using Hub.Fhir.Responses;

namespace Hub.Tests.Proxy.Dispatch;

/// <summary>A partner on a real socket that reads "id body" lines and answers as it is told: "ok", "no", "busy", or cuts the line.</summary>
internal sealed class LinePartner : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Task<string?>> answer;
    private readonly Task serving;

    public LinePartner(Func<string, Task<string?>> answer)
    {
        this.answer = answer;
        listener.Start();
        serving = ServeAsync();
    }

    public ConcurrentQueue<string> Received { get; } = [];

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        using (var reader = new StreamReader(client.GetStream()))
        {
            var line = await reader.ReadLineAsync() ?? "";
            Received.Enqueue(line);
            if (await answer(line) is { } text)
            {
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text + "\n"));
            }
        }
    }
}

/// <summary>The adapter for such a partner: one connection, one line, one answer.</summary>
internal sealed class LineProtocol(IPEndPoint address) : IRecipientProtocol, IRecipientAdapter
{
    public string Name => "line";

    public IReadOnlyList<OutcomeRow> Outcomes => [];

    public TimeSpan Timeout => TimeSpan.FromSeconds(10);

    public IReadOnlyList<PartnerProblem> Check(PartnerFile partner) => [];

    public IRecipientAdapter Create(PartnerFile partner) => this;

    public FrozenMessage Freeze(MessageDraft draft) => new(draft.Body, "text/plain", draft.MessageId.ToString("N"));

    public async Task<DeliveryOutcome> DeliverAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, cancellationToken);
        }
        catch (SocketException)
        {
            return new Unavailable("refused") { NothingSent = true };
        }

        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{message.ProtocolMessageId} {Encoding.UTF8.GetString(message.Bytes.Span)}\n"), cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(cancellationToken) switch
        {
            "ok" => new Delivered(new Answer { Code = AnswerCode.Ok, SentCode = "ok", AnswersMessageId = message.ProtocolMessageId }),
            "no" => new Rejected("no"),
            "busy" => new Unavailable("busy"),
            _ => new Unknown("the line was cut"),
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Partner files as a test sets them.</summary>
internal sealed class FixedPartners(params PartnerFile[] files) : IPartnerDirectory
{
    public IReadOnlyList<PartnerFile> All { get; set; } = files;

    public PartnerFile? Find(string partnerId) => All.FirstOrDefault(f => f.Id == partnerId);
}
