using Hub.Adapters.Contract;

namespace Hub.Proxy.Notices;

/// <summary>How people are told that something needs them. Section <c>Hub:Notices</c>; without a channel notices stay in the list.</summary>
public sealed class NoticeSettings
{
    public const string Section = HubOptions.Section + ":Notices";

    /// <summary>Where people reach this hub; a notice links to <c>/notices/ID</c> under it. The hub's own listener where it is left out.</summary>
    public string? Link { get; set; }

    public EmailSettings? Email { get; set; }

    public WebhookSettings? Webhook { get; set; }

    public FhirNoticeSettings? Fhir { get; set; }

    /// <summary>What is wrong, each with its setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (Link is not null && !(Uri.TryCreate(Link, UriKind.Absolute, out var link) && link.Scheme is "https" or "http"))
        {
            yield return $"{Section}:Link: an absolute http or https address is expected.";
        }

        foreach (var fault in Email?.Faults() ?? [])
        {
            yield return fault;
        }

        foreach (var fault in Webhook?.Faults(Section + ":Webhook") ?? [])
        {
            yield return fault;
        }

        if (Fhir is { Partner.Length: 0 })
        {
            yield return $"{Section}:Fhir:Partner: the id of a partner file with protocol fhir-rest is expected.";
        }
    }
}

/// <summary>How mail's connection is kept private.</summary>
public enum MailSecurity
{
    /// <summary>STARTTLS, and nothing is sent without it.</summary>
    StartTls = 0,

    /// <summary>TLS from the first byte.</summary>
    Tls = 1,

    /// <summary>Plain, to a relay on this machine.</summary>
    None = 2,
}

/// <summary>E-mail by SMTP.</summary>
public sealed class EmailSettings
{
    public string Host { get; set; } = "";
    public int Port { get; set; } = 587;
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;
    public string? User { get; set; }
    public SecretRef? Password { get; set; }
    public string From { get; set; } = "";

    /// <summary>Address by role, used where the rota has none for the hour; <c>*</c> for every other role.</summary>
    public Dictionary<string, string> To { get; } = new(StringComparer.OrdinalIgnoreCase);
    public int TimeoutSeconds { get; set; } = 30;

    internal IEnumerable<string> Faults()
    {
        const string Section = NoticeSettings.Section + ":Email";
        if (Host.Length == 0)
        {
            yield return $"{Section}:Host: the name of the mail server is expected.";
        }

        if (Port is < 1 or > 65535)
        {
            yield return $"{Section}:Port: from 1 to 65535.";
        }

        if (TimeoutSeconds is < 1 or > 300)
        {
            yield return $"{Section}:TimeoutSeconds: from 1 to 300.";
        }

        if (Security == MailSecurity.None && Host is not ("127.0.0.1" or "::1" or "localhost"))
        {
            yield return $"{Section}:Security: None is for a relay on this machine only.";
        }

        if ((User is null) != (Password is null))
        {
            yield return $"{Section}:User and Password (fromEnv or fromFile) belong together.";
        }

        foreach (var address in To.Values.Prepend(From).Where(a => !MimeKit.MailboxAddress.TryParse(a, out _)))
        {
            yield return $"{Section}: \"{address}\" is no mail address (From, To).";
        }
    }
}

/// <summary>A webhook: a signed POST.</summary>
public sealed class WebhookSettings
{
    public string Url { get; set; } = "";

    /// <summary>The key of the signature, by reference.</summary>
    public SecretRef? Secret { get; set; }
    public int TimeoutSeconds { get; set; } = 15;

    internal IEnumerable<string> Faults(string section)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
        {
            yield return $"{section}:Url: an absolute https address is expected (http to this machine only).";
        }

        if (Secret is null or { FromEnv: null, FromFile: null })
        {
            yield return $"{section}:Secret: fromEnv or fromFile is expected; what is not signed cannot be trusted.";
        }

        if (TimeoutSeconds is < 1 or > 120)
        {
            yield return $"{section}:TimeoutSeconds: from 1 to 120.";
        }
    }
}

/// <summary>A worklist in somebody's FHIR system: each notice is a resource there.</summary>
public sealed class FhirNoticeSettings
{
    /// <summary>Whose server: the id of a partner file with protocol fhir-rest, whose address and credentials count.</summary>
    public string Partner { get; set; } = "";

    /// <summary>As what it is written there.</summary>
    public FhirNoticeKind As { get; set; }
}

public enum FhirNoticeKind
{
    Communication = 0,
    Task = 1,
}
