using Hub.Adapters.Contract;
using Hub.Adapters.Mailboxes;

namespace Hub.Proxy.Acknowledgements;

/// <summary>Follows what was sent until somebody has collected it: collected is a stage, a day uncollected an alarm, five days the end (clinical rule 24).</summary>
internal sealed class MailboxTracking(MailboxGroup group, Mailbox mailbox, SentMessages sent, Func<IAnswerIntake> answers, MailboxNotices notices, TimeProvider time)
{
    public static readonly TimeSpan Alarm = TimeSpan.FromHours(24);
    public static readonly TimeSpan Dead = TimeSpan.FromDays(5);

    /// <summary>Questions in one pass: a long list of unanswered letters must not keep answers waiting.</summary>
    private const int MostAsked = 100;

    private readonly Dictionary<Guid, DateTimeOffset> nextLook = [];
    private readonly HashSet<Guid> settled = [];

    public async Task LookAsync(MailboxRecipients recipients, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var awaited = await sent.AwaitedAsync(recipients.Ids, now, cancellationToken);
        Forget(awaited);
        foreach (var message in awaited.Where(m => !settled.Contains(m.DeliveryId) && nextLook.GetValueOrDefault(m.DeliveryId) <= now).Take(MostAsked))
        {
            nextLook[message.DeliveryId] = now + (group.Settings.PollEvery * 5);
            if (recipients.Find(message.PartnerId) is not { } recipient)
            {
                continue;
            }

            var trace = await mailbox.Outbox.TrackByLocalIdAsync(message.DeliveryId.ToString("D"), cancellationToken);
            var answer = trace.Tracking is { } tracking ? recipient.ReadTracking(tracking, message.ProtocolMessageId) : null;
            var isWaiting = trace.Tracking is { IsTaken: true, IsCollected: false };
            if (isWaiting && now - message.Since >= Dead)
            {
                answer = recipient.GivenUp(trace.Tracking!.MessageId, message.ProtocolMessageId, now - message.Since);
            }
            else if (isWaiting && now - message.Since >= Alarm && group.Recipients.FirstOrDefault(p => p.Id == message.PartnerId) is { } partner)
            {
                await notices.UncollectedAsync(partner, message.DeliveryId, cancellationToken);
            }

            if (answer is not null)
            {
                await answers().AcceptAsync(answer, cancellationToken);
                settled.Add(message.DeliveryId); // said once by this node; said again after a restart, it is a repeat
            }
        }
    }

    private void Forget(IReadOnlyList<SentMessage> awaited)
    {
        var still = awaited.Select(m => m.DeliveryId).ToHashSet();
        settled.IntersectWith(still);
        foreach (var done in nextLook.Keys.Where(id => !still.Contains(id)).ToList())
        {
            nextLook.Remove(done);
        }
    }
}
