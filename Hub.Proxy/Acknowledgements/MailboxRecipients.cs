using Hub.Adapters.Contract;
using Hub.Adapters.Recipients.Mesh;
using Hub.Adapters.Wire.Mesh;
using Hub.Proxy.Dispatch;

namespace Hub.Proxy.Acknowledgements;

/// <summary>The recipients behind one mailbox: whose message is this, and what does it say of one of ours?</summary>
internal sealed class MailboxRecipients : IAsyncDisposable
{
    private readonly List<RentedAdapter> rented;
    private readonly Dictionary<string, IMeshRecipient> known = new(StringComparer.Ordinal);

    public MailboxRecipients(IReadOnlyList<PartnerFile> partners, RecipientAdapters adapters)
    {
        rented = [.. partners.Select(p => adapters.Rent(p.Id)).OfType<RentedAdapter>()];
        foreach (var adapter in rented)
        {
            if (adapter.Adapter is IMeshRecipient recipient)
            {
                known[adapter.Partner.Id] = recipient;
            }
        }
    }

    public IReadOnlyCollection<string> Ids => known.Keys;

    /// <summary>Every workflow in which something about what was sent can come back.</summary>
    public IEnumerable<string> ComingBack => known.Values.SelectMany(r => r.ComingBack);

    public IMeshRecipient? Find(string partnerId) => known.GetValueOrDefault(partnerId);

    public bool IsAnswer(MeshMessage message) => !message.IsReport && known.Values.Any(r => r.IsAnswer(message.WorkflowId));

    public bool IsReport(MeshMessage message) => message.IsReport && message.WorkflowId is { } workflow && known.Values.Any(r => r.ComingBack.Contains(workflow));

    /// <summary>What a recipient's message says; of several that answer in one workflow, whoever was sent the message that it answers.</summary>
    public async Task<LateAnswer> ReadAnswerAsync(MeshMessage message, SentMessages sent, CancellationToken cancellationToken)
    {
        var able = known.Values.Where(r => r.IsAnswer(message.WorkflowId)).ToList();
        var own = able.Where(r => r.To is not null && string.Equals(r.To, message.From, StringComparison.OrdinalIgnoreCase)).ToList();
        var asked = own.Count > 0 ? own : able;
        LateAnswer? unclear = null;
        foreach (var recipient in asked)
        {
            var answer = recipient.ReadAnswer(message);
            unclear ??= answer;
            if (answer.ProtocolMessageId is { } id && (asked.Count == 1 || await sent.PartnerOfAsync(id, [answer.PartnerId], cancellationToken) is not null))
            {
                return answer;
            }
        }

        return unclear!; // names no message that is known: the intake keeps it for a person
    }

    /// <summary>What MESH reports; null where it is about nothing that the hub sent.</summary>
    public async Task<LateAnswer?> ReadReportAsync(MeshMessage report, MeshOutbox outbox, SentMessages sent, CancellationToken cancellationToken)
    {
        var found = await sent.FindAsync(report.Head.Header(MeshHeader.LocalId), Ids, cancellationToken);
        if (found is null && report.Head.Header(MeshHeader.LinkedMessageId) is { } linked && MeshId.IsValid(linked))
        {
            var trace = await outbox.TrackAsync(linked, cancellationToken);
            found = await sent.FindAsync(trace.Tracking?.LocalId, Ids, cancellationToken);
        }

        var recipient = found is not null ? Find(found.PartnerId) : known.Values.FirstOrDefault(r => r.ComingBack.Contains(report.WorkflowId));
        return recipient?.ReadReport(report, found?.ProtocolMessageId);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var adapter in rented)
        {
            await adapter.DisposeAsync();
        }
    }
}
