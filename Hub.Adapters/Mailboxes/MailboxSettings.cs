using System.Text.RegularExpressions;
using Hub.Adapters.Contract;
using Hub.Adapters.Recipients;
using Hub.Adapters.Recipients.Http;

namespace Hub.Adapters.Mailboxes;

/// <summary>Our mailbox at a MESH, as a partner file names it. Files that name the same mailbox share it: it has one poller.</summary>
public sealed partial record MailboxSettings
{
    /// <summary>The name partner files use, for recipients and for sources.</summary>
    public const string Protocol = "mesh";

    /// <summary>The base above <c>/messageexchange</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Our own mailbox.</summary>
    public required string MailboxId { get; init; }

    public required SecretRef Password { get; init; }

    /// <summary>The environment's key, by which requests are signed.</summary>
    public required SecretRef SharedKey { get; init; }

    /// <summary>For one request and its answer: one second to two minutes.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>A longer message is sent in parts of this many bytes.</summary>
    public required int ChunkBytes { get; init; }

    /// <summary>How often the mailbox is looked into: one second to an hour.</summary>
    public required TimeSpan PollEvery { get; init; }

    public required PartnerTls Tls { get; init; }

    /// <summary>What makes two files name one mailbox.</summary>
    public string Key => $"{Endpoint.AbsoluteUri.TrimEnd('/')}#{MailboxId}";

    /// <summary>Null where the file is no right file of this protocol; the protocol's own check says why.</summary>
    public static MailboxSettings? Of(PartnerFile partner)
    {
        ArgumentNullException.ThrowIfNull(partner);
        return partner.Protocol == Protocol ? Read(new PartnerSettings(partner.Settings)) : null;
    }

    /// <summary>Reads the mailbox's part of the settings; what is wrong is told by <paramref name="settings"/>. Null where it cannot be used.</summary>
    public static MailboxSettings? Read(PartnerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var endpoint = settings.RequiredEndpoint("endpoint", "https://host");
        var mailbox = settings.RequiredText("mailbox");
        if (mailbox.Length > 0 && !MailboxForm().IsMatch(mailbox))
        {
            settings.Wrong("mailbox", "is no mailbox id", "3 to 32 capital letters and digits");
        }

        if (settings.Has("auth"))
        {
            settings.Wrong("auth", "has no place here: MESH has its own way", "password and sharedKey");
        }

        var (password, key) = (Secret(settings, "password"), Secret(settings, "sharedKey"));
        var access = HttpAccess.Read(settings, endpoint);
        var timeout = settings.Duration("timeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        var chunk = settings.Number("chunkBytes", 5 * 1024 * 1024, 1024, 100 * 1024 * 1024);
        var every = settings.Duration("pollEvery", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        return endpoint is null || password is null || key is null || !MailboxForm().IsMatch(mailbox) ? null : new MailboxSettings
        {
            Endpoint = endpoint, MailboxId = mailbox, Password = password, SharedKey = key, Timeout = timeout, ChunkBytes = chunk, PollEvery = every, Tls = access.Tls,
        };
    }

    private static SecretRef? Secret(PartnerSettings settings, string name)
    {
        var secret = settings.Secret(name);
        if (secret is null && !settings.Has(name))
        {
            settings.Wrong(name, "is missing", "{ \"fromEnv\": \"NAME\" } or { \"fromFile\": \"/path\" }");
        }

        return secret;
    }

    [GeneratedRegex("^[A-Z0-9]{3,32}$")]
    private static partial Regex MailboxForm();
}
