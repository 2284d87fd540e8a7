using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Acknowledgements;

/// <summary>What people are told of a mailbox: one open entry a cause.</summary>
internal sealed class MailboxNotices(IMessageStore store, TimeProvider time)
{
    public const string Mailbox = "mesh-mailbox";
    public const string Foreign = "mesh-foreign";
    public const string Broken = "mesh-unreadable";
    public const string Uncollected = "mesh-uncollected";

    public Task RefusedAsync(MailboxGroup group, int status, CancellationToken cancellationToken) => store.AttendAsync(
        Entry(Mailbox, group.First, $"MESH does not take our mailbox {group.Settings.MailboxId} (HTTP {status}). Nothing is sent through it and no answer is heard.", "Integration engineer",
            $"`hub endpoint probe {group.First.Id}` says what is wrong: password, shared key, certificate, or a mailbox that is not active.", Urgency.Urgent, TimeSpan.FromHours(1)), cancellationToken);

    public Task ForeignAsync(MailboxGroup group, int count, IReadOnlyCollection<string> workflows, CancellationToken cancellationToken) => store.AttendAsync(
        Entry(Foreign, group.First, $"{count} message(s) in mailbox {group.Settings.MailboxId} are none of the hub's{(workflows.Count > 0 ? $" (workflows {string.Join(", ", workflows)})" : "")}. They are left where they are.",
            "Integration engineer", "Have whoever owns these workflows collect them, or give the hub a mailbox of its own: MESH gives a message up after five days.", Urgency.Routine, TimeSpan.FromDays(2)), cancellationToken);

    public Task UnreadableAsync(MailboxGroup group, string why, CancellationToken cancellationToken) => store.AttendAsync(
        Entry(Broken, group.First, $"A message in mailbox {group.Settings.MailboxId} cannot be taken out: {why}. It stays there and is tried again; others pass it.", "Integration engineer",
            "Look at the mailbox; ask the sender to send it again, and MESH's service desk if it does not go away.", Urgency.Urgent, TimeSpan.FromHours(4)), cancellationToken);

    public Task UncollectedAsync(PartnerFile partner, Guid deliveryId, CancellationToken cancellationToken) => store.AttendAsync(
        Entry(Uncollected, partner, $"A message to {partner.Name} has lain in its mailbox for a day and nobody has collected it.", "Hub operator, with the sending team",
            $"Ring {partner.SupportContact ?? partner.Name} and tell what it says; after five days it counts as not delivered.", Urgency.Urgent, TimeSpan.FromHours(4)) with { DeliveryId = deliveryId }, cancellationToken);

    private PlannedAttention Entry(string kind, PartnerFile partner, string reason, string owner, string next, Urgency urgency, TimeSpan within) => new()
    {
        AttentionId = Guid.CreateVersion7(time.GetUtcNow()),
        Kind = kind,
        Reason = reason,
        Owner = owner,
        NextStep = next,
        Urgency = urgency,
        DueAt = time.GetUtcNow() + within,
        PartnerId = partner.Id,
    };
}
