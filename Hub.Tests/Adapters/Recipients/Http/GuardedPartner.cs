using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Proxy.Simulators;
using Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Hub.Tests.Adapters.Recipients.Http;

/// <summary>A FHIR partner that lets nobody in without a token of its token endpoint, or without what the test asks for, and the hub's adapter for it.</summary>
internal sealed class GuardedPartner : IAsyncDisposable
{
    private static readonly Guid MessageId = Guid.Parse("6f1c2f7e-52a3-5d11-9a43-0c5b8d7e1a20");

    private readonly string folder = Directory.CreateTempSubdirectory("hub-secrets-").FullName;
    private readonly ServiceProvider services;
    private readonly List<IAsyncDisposable> adapters = [];
    private ScriptedHttpServer? server;

    private GuardedPartner()
    {
        Admits = Tokens.Admits;
        services = new ServiceCollection()
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton<TimeProvider>(Clock).AddHubAdapters().BuildServiceProvider();
    }

    public ShiftedTime Clock { get; } = new();

    public ScriptedTokenEndpoint Tokens { get; } = new();

    public EveryLine Log { get; } = new();

    /// <summary>Authorization headers and client certificates of the messages that came, in order.</summary>
    public ConcurrentQueue<(string Authorization, string? Certificate)> Arrivals { get; } = new();

    /// <summary>Whom the partner lets in; else it answers <see cref="Refusal"/>.</summary>
    public Func<HttpContext, bool> Admits { get; set; }

    public int Refusal { get; set; } = 401;

    public Uri Address => server!.Address;

    public static async Task<GuardedPartner> StartAsync(TestAuthority? authority = null, TestAuthority? clients = null, string name = "localhost")
    {
        var partner = new GuardedPartner();
        partner.server = await ScriptedHttpServer.StartAsync(partner.AnswerAsync, authority?.Issue(name), clients);
        partner.Tokens.Audience = partner.TokenUrl;
        return partner;
    }

    public string Url(string path) => $"{Address.Scheme}://{(Address.Scheme == "https" ? "localhost" : "127.0.0.1")}:{Address.Port}{path}";

    public string TokenUrl => Url("/token");

    public string Write(string name, string content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A new key of the hub's in its file, known to the token endpoint.</summary>
    public object NewKey(string kid, string algorithm = "ES384", string file = "key.pem")
    {
        using AsymmetricAlgorithm key = algorithm == "RS384" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Tokens.Keys[kid] = key.ExportSubjectPublicKeyInfoPem();
        return new { fromFile = Write(file, key.ExportPkcs8PrivateKeyPem()) };
    }

    public Dictionary<string, object> SignedAuth(object key, string kid = "k1", string algorithm = "ES384") => new()
    {
        ["method"] = "private-key-jwt",
        ["tokenEndpoint"] = TokenUrl,
        ["clientId"] = ScriptedTokenEndpoint.ClientId,
        ["key"] = key,
        ["keyId"] = kid,
        ["algorithm"] = algorithm,
        ["scope"] = ScriptedTokenEndpoint.Scope,
    };

    public IRecipientAdapter Adapter(Dictionary<string, object>? auth, Dictionary<string, object>? more = null, params OutcomeOverride[] outcomes)
    {
        var settings = new Dictionary<string, object>(more ?? []) { ["endpoint"] = Url("/fhir/$process-message") };
        if (auth is not null)
        {
            settings["auth"] = auth;
        }

        var file = new PartnerFile
        {
            Id = "guarded", Name = "Guarded", Role = PartnerRole.Recipient, Protocol = "fhir-messaging", Settings = JsonSerializer.SerializeToElement(settings), Outcomes = outcomes,
        };
        var protocol = services.GetServices<IRecipientProtocol>().Single(p => p.Name == file.Protocol);
        protocol.Check(file).ShouldBeEmpty();
        var adapter = protocol.Create(file);
        adapters.Add(adapter);
        return adapter;
    }

    public static Task<DeliveryOutcome> DeliverAsync(IRecipientAdapter adapter) => adapter.DeliverAsync(
        new OutboundMessage
        {
            DeliveryId = Guid.Empty, PartnerId = "guarded", LaneId = 1, ProtocolMessageId = MessageId.ToString(),
            Bytes = Encoding.UTF8.GetBytes("""{"resourceType":"Bundle","type":"message"}"""), MediaType = "application/fhir+json", Attempt = 1,
        },
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var adapter in adapters)
        {
            await adapter.DisposeAsync();
        }

        await services.DisposeAsync();
        await server!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/token")
        {
            await Tokens.AnswerAsync(context);
            return;
        }

        Arrivals.Enqueue((context.Request.Headers.Authorization.ToString(), context.Connection.ClientCertificate?.Subject));
        if (!Admits(context))
        {
            context.Response.StatusCode = Refusal;
            return;
        }

        context.Response.ContentType = "application/fhir+json";
        context.Response.Headers.Connection = "close"; // so that every message makes a handshake of its own
        await context.Response.BodyWriter.WriteAsync(SimulatedFhirAnswers.Answer(MessageId.ToString(), "ok", null, TimeProvider.System), context.RequestAborted);
    }

    /// <summary>Every line that anything logs, at every level.</summary>
    internal sealed class EveryLine : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public string Text => string.Join('\n', lines);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
