using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;
using Hub.Adapters.Sources.Mesh;
using Hub.Adapters.Wire.Mesh;
using Hub.Proxy.Dispatch;

namespace Hub.Proxy.Acknowledgements;

/// <summary>
/// One look into one mailbox. What is ours is stored, and only then acknowledged: MESH forgets what was acknowledged. What is not ours is left alone, and
/// never stands in the way of ours. A pass that dies anywhere loses nothing, and what it did is a repeat in the next.
/// </summary>
internal sealed partial class MailboxPoll(MailboxGroup group, Mailbox mailbox, RecipientAdapters adapters, MailboxDoors doors, MailboxLease lease, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan HandshakeEvery = TimeSpan.FromHours(20); // MESH asks for one a day
    private static readonly TimeSpan CountForeignEvery = TimeSpan.FromHours(1);
    private const int MostPages = 40;
    private const int SampledForeign = 5;

    private readonly MailboxTracking tracking = new(group, mailbox, doors.Sent, doors.Answers, doors.Notices, time);
    private DateTimeOffset? shaken;
    private DateTimeOffset? counted;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var recipients = new MailboxRecipients(group.Recipients, adapters);
        await HandshakeAsync(cancellationToken);
        var ours = new HashSet<string>(StringComparer.Ordinal);
        foreach (var workflow in recipients.ComingBack.Concat(group.Sources.SelectMany(s => MeshSourceSettings.Of(s).AllWorkflows)).Distinct(StringComparer.Ordinal))
        {
            await foreach (var id in ListAsync(workflow, cancellationToken))
            {
                if (!await lease.KeepAsync(cancellationToken))
                {
                    return; // another node goes on here
                }

                await TakeSafelyAsync(id, recipients, ours, cancellationToken);
            }
        }

        await tracking.LookAsync(recipients, cancellationToken);
        await CountForeignAsync(recipients, ours, cancellationToken);
    }

    private async Task HandshakeAsync(CancellationToken cancellationToken)
    {
        if (shaken is { } last && time.GetUtcNow() - last < HandshakeEvery)
        {
            return;
        }

        var answer = await mailbox.Connection.HandshakeAsync(cancellationToken);
        if (!answer.IsSuccess)
        {
            if ((int)answer.Status is >= 400 and < 500)
            {
                await doors.Notices.RefusedAsync(group, (int)answer.Status, cancellationToken);
            }

            throw new MeshBrokenMessageException($"the handshake was answered HTTP {(int)answer.Status}");
        }

        shaken = time.GetUtcNow();
    }

    /// <summary>Ids of one workflow, or of all, page by page. Each page is asked for when the one before it has been worked through.</summary>
    private async IAsyncEnumerable<string> ListAsync(string? workflow, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? from = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var (page, answer) = await mailbox.Inbox.ListAsync(workflow, from, cancellationToken);
            if (page is null)
            {
                throw new MeshBrokenMessageException($"the inbox was not listed: HTTP {(int)answer.Status}");
            }

            foreach (var id in page.MessageIds)
            {
                yield return id;
            }

            if ((from = page.ContinueFrom) is null)
            {
                yield break;
            }
        }
    }

    /// <summary>One message that cannot be taken stays where it is, and a person is told; those behind it are taken. A store that takes nothing ends the pass.</summary>
    private async Task TakeSafelyAsync(string id, MailboxRecipients recipients, HashSet<string> ours, CancellationToken cancellationToken)
    {
        try
        {
            if (await TakeAsync(id, recipients, cancellationToken))
            {
                ours.Add(id);
            }
        }
        catch (MeshBrokenMessageException broken)
        {
            ours.Add(id);
            LogBroken(group.First.Id, broken.Message);
            await doors.Notices.UnreadableAsync(group, broken.Message, cancellationToken);
        }
        catch (Exception fault) when (fault is not StorageUnavailableException and not OutOfMemoryException and not HttpRequestException and not IOException and not OperationCanceledException)
        {
            ours.Add(id);
            LogFault(group.First.Id, fault.GetType().Name);
            await doors.Notices.UnreadableAsync(group, $"the hub failed at it ({fault.GetType().Name})", cancellationToken);
        }
    }

    /// <summary>False where it is none of ours.</summary>
    private async Task<bool> TakeAsync(string id, MailboxRecipients recipients, CancellationToken cancellationToken)
    {
        var isOurs = false;
        var message = await mailbox.Inbox.ReadAsync(id, m => isOurs = recipients.IsReport(m) || recipients.IsAnswer(m) || group.SourceOf(m.WorkflowId, m.From) is not null, cancellationToken);
        if (message is null || !isOurs)
        {
            return message is null;
        }

        if (recipients.IsReport(message))
        {
            if (await recipients.ReadReportAsync(message, mailbox.Outbox, doors.Sent, cancellationToken) is { } report)
            {
                await AcceptAsync(report, cancellationToken);
            }
        }
        else if (recipients.IsAnswer(message))
        {
            await AcceptAsync(await recipients.ReadAnswerAsync(message, doors.Sent, cancellationToken), cancellationToken);
        }
        else
        {
            var source = group.SourceOf(message.WorkflowId, message.From)!;
            var receipt = MeshSourceSettings.Of(source).IsItk3(message.WorkflowId)
                ? await doors.Documents.TakeAsync(source, message, mailbox.Outbox, cancellationToken)
                : await doors.Events.TakeAsync(source, message, cancellationToken);
            LogEvent(group.First.Id, receipt.ReceivedId, receipt.Outcome);
        }

        // Durable by now, in whatever form: only here may MESH forget it.
        var acknowledged = await mailbox.Inbox.AcknowledgeAsync(id, cancellationToken);
        if (!acknowledged.IsSuccess)
        {
            LogNotAcknowledged(group.First.Id, (int)acknowledged.Status); // it comes again, and is a repeat then
        }

        return true;
    }

    private async Task AcceptAsync(LateAnswer answer, CancellationToken cancellationToken) =>
        LogAnswer(answer.PartnerId, answer.Stage, answer.Outcome?.Name ?? "a stage on the way", await doors.Answers().AcceptAsync(answer, cancellationToken));

    private async Task CountForeignAsync(MailboxRecipients recipients, HashSet<string> ours, CancellationToken cancellationToken)
    {
        if (counted is { } last && time.GetUtcNow() - last < CountForeignEvery)
        {
            return;
        }

        counted = time.GetUtcNow();
        var (count, workflows) = (0, new SortedSet<string>(StringComparer.Ordinal));
        await foreach (var id in ListAsync(workflow: null, cancellationToken))
        {
            if (ours.Contains(id))
            {
                continue;
            }

            if (count < SampledForeign)
            {
                var head = await mailbox.Inbox.HeadAsync(id, cancellationToken);
                var message = new MeshMessage { MessageId = id, Head = head };
                if (!head.IsSuccess || recipients.IsAnswer(message) || recipients.IsReport(message) || group.SourceOf(message.WorkflowId, message.From) is not null)
                {
                    continue; // came in meanwhile
                }

                workflows.Add(new string([.. (message.WorkflowId ?? "none").Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.').Take(60)]));
            }

            count++;
        }

        if (count > 0)
        {
            LogForeign(group.First.Id, count);
            await doors.Notices.ForeignAsync(group, count, workflows, cancellationToken);
        }
    }

    [LoggerMessage(4101, LogLevel.Information, "An answer of {PartnerId} came by MESH: {Stage}, {Outcome}; {Taking}")]
    private partial void LogAnswer(string partnerId, AnswerStage stage, string outcome, AnswerTaking taking);

    [LoggerMessage(4102, LogLevel.Information, "A message came into the mailbox of {PartnerId}: {ReceivedId}, {Outcome}")]
    private partial void LogEvent(string partnerId, Guid receivedId, IntakeOutcome outcome);

    [LoggerMessage(4103, LogLevel.Warning, "A message in the mailbox of {PartnerId} cannot be read ({Why}); it stays there")]
    private partial void LogBroken(string partnerId, string why);

    [LoggerMessage(4104, LogLevel.Error, "{Fault} at a message in the mailbox of {PartnerId}; it stays there")]
    private partial void LogFault(string partnerId, string fault);

    [LoggerMessage(4105, LogLevel.Warning, "A message in the mailbox of {PartnerId} is stored and could not be acknowledged (HTTP {Status}); it comes again")]
    private partial void LogNotAcknowledged(string partnerId, int status);

    [LoggerMessage(4106, LogLevel.Warning, "{Count} message(s) in the mailbox of {PartnerId} are none of the hub's")]
    private partial void LogForeign(string partnerId, int count);
}
