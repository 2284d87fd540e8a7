using System.Net.Sockets;
using Hub.Proxy.Handovers;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Hub.Proxy.Notices;

/// <summary>E-mail by SMTP, to who fills the role at this hour by the rota, else to the role's own address.</summary>
internal sealed class EmailChannel(EmailSettings settings, Rota rota, TimeProvider time) : INoticeChannel
{
    public string Name => "email";

    public async Task<string?> SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        if ((rota.EmailOf(notice.Role, time.GetUtcNow()) ?? settings.To.GetValueOrDefault(notice.Role) ?? settings.To.GetValueOrDefault("*")) is not { } to
            || !MailboxAddress.TryParse(to, out var mailbox))
        {
            return $"no mail address is known for the role {notice.Role}";
        }

        string? password = null;
        if (settings.Password is { } reference && !reference.TryRead(out password, out var why))
        {
            return why;
        }

        using var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.Add(mailbox);
        message.MessageId = $"{notice.Key}@hub.invalid"; // the same for each attempt: a mail system that got it twice can tell
        message.Date = time.GetUtcNow();
        message.Subject = notice.Subject;
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834: no holiday replies
        message.Body = new TextPart("plain") { Text = notice.Body };
        try
        {
            using var client = new SmtpClient { Timeout = settings.TimeoutSeconds * 1000 };
            await client.ConnectAsync(settings.Host, settings.Port, Security(settings.Security), cancellationToken);
            if (password is not null)
            {
                await client.AuthenticateAsync(settings.User!, password, cancellationToken);
            }

            await client.SendAsync(message, cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
            return null;
        }
        catch (SmtpCommandException refused)
        {
            return $"the mail server answered {(int)refused.StatusCode}"; // its words may name the address
        }
        catch (Exception fault) when (fault is AuthenticationException or SslHandshakeException or ProtocolException or IOException or SocketException or TimeoutException or NotSupportedException)
        {
            return $"the mail server was not reached or not understood ({fault.GetType().Name})";
        }
    }

    private static SecureSocketOptions Security(MailSecurity security) => security switch
    {
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
