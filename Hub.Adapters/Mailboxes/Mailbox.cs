using Hub.Adapters.Recipients.Http;
using Hub.Adapters.Wire.Mesh;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Mailboxes;

/// <summary>A mailbox of ours with its own connections. It repeats nothing by itself.</summary>
public sealed class Mailbox : IDisposable
{
    /// <summary>The longest message that is taken out of it, unpacked.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private readonly HttpMessageInvoker http;

    internal Mailbox(MailboxSettings settings, HttpMessageInvoker http, TimeProvider time)
    {
        (Settings, this.http) = (settings, http);
        Connection = new MeshConnection(http, settings.Endpoint, settings.MailboxId, ReadSecrets, settings.Timeout, time);
        Outbox = new MeshOutbox(Connection, settings.ChunkBytes);
        Inbox = new MeshInbox(Connection, MaxBytes);
        Lookup = new MeshLookup(Connection);
    }

    public MailboxSettings Settings { get; }

    public MeshConnection Connection { get; }

    public MeshOutbox Outbox { get; }

    public MeshInbox Inbox { get; }

    public MeshLookup Lookup { get; }

    public void Dispose() => http.Dispose();

    private MeshSecrets ReadSecrets() =>
        !Settings.Password.TryRead(out var password, out var why) || !Settings.SharedKey.TryRead(out var key, out why)
            ? throw new MeshSecretMissingException($"our mailbox's secret: {why}; whoever runs the hub puts it there")
            : new MeshSecrets(password, key);
}

/// <summary>Opens mailboxes: what a file says, over the connections that every HTTP partner has.</summary>
public sealed class MailboxFactory
{
    private readonly PartnerHttpFactory partners;
    private readonly TimeProvider time;

    internal MailboxFactory(PartnerHttpFactory partners, TimeProvider time) => (this.partners, this.time) = (partners, time);

    /// <summary>No I/O. Dispose what you get.</summary>
    public Mailbox Open(MailboxSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new Mailbox(settings, partners.CreateWire(settings.Tls, settings.Timeout), time);
    }
}

/// <summary>Puts mailboxes into a host.</summary>
public static class MailboxRegistration
{
    public static IServiceCollection AddMailboxes(this IServiceCollection services) => services
        .AddPartnerHttp()
        .AddSingleton(provider => new MailboxFactory(provider.GetRequiredService<PartnerHttpFactory>(), provider.GetRequiredService<TimeProvider>()));
}
