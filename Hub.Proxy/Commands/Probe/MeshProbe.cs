using System.Globalization;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Wire.Mesh;

namespace Hub.Proxy.Commands.Probe;

/// <summary>Shakes hands with MESH for one mailbox, which is what validates it. Reads and sends no message.</summary>
internal sealed class MeshProbe(MailboxSettings settings, TimeSpan patience, TimeProvider time)
{
    private const string Step = "handshake";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        await using var provider = new ServiceCollection().AddLogging().AddSingleton(time).AddMailboxes().BuildServiceProvider();
        using var mailbox = provider.GetRequiredService<MailboxFactory>().Open(settings with { Timeout = patience });
        try
        {
            var answer = await mailbox.Connection.HandshakeAsync(cancellationToken);
            return answer.IsSuccess ? [Finding.Good(Step, $"MESH knows mailbox {settings.MailboxId} and took its password and key."), .. await InboxAsync(mailbox, cancellationToken)] : [Refused(answer)];
        }
        catch (MeshSecretMissingException missing)
        {
            return [Finding.Bad(Step, $"Nothing was tried: {missing.Message}.", Owners.Hub, "Put the secret where the partner file says.")];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [Finding.Bad(Step, $"No whole answer within {patience.TotalSeconds:0.#} s.", Owners.Partner, "Check that the MESH API stands behind this address.")];
        }
        catch (Exception ex) when (ex is HttpRequestException or IOException)
        {
            return [Finding.Bad(Step, "The connection broke before there was an answer.", Owners.Hub, "Check the client certificate that MESH asks for (clientCertificate, clientKey), and that the MESH API stands behind this address.")];
        }
    }

    private static async Task<IReadOnlyList<Finding>> InboxAsync(Mailbox mailbox, CancellationToken cancellationToken)
    {
        var (page, _) = await mailbox.Inbox.ListAsync(workflow: null, continueFrom: null, cancellationToken);
        return page is null ? [] : [Finding.Note(Step, string.Create(CultureInfo.InvariantCulture, $"{page.ApproximateCount ?? page.MessageIds.Count} message(s) wait in it."))];
    }

    private Finding Refused(MeshAnswer answer)
    {
        var words = answer.Error?.Text is { } text ? $" ({new string([.. text.Where(c => !char.IsControl(c)).Take(120)])})" : "";
        return (int)answer.Status switch
        {
            401 or 403 => Finding.Bad(Step, $"MESH does not take mailbox {settings.MailboxId}{words}.", Owners.Hub, "Check mailbox id, password and shared key with whoever issued them, and this machine's clock; the shared key differs between environments."),
            404 => Finding.Bad(Step, "A web server is there, and no MESH API at this path.", Owners.Hub, "Name the base above /messageexchange as endpoint in the partner file."),
            _ => Finding.Bad(Step, string.Create(CultureInfo.InvariantCulture, $"The handshake was answered {(int)answer.Status}{words}."), Owners.Partner, "Ask the MESH service desk, naming the mailbox and the time."),
        };
    }
}
