using Hub.Adapters.Contract;

namespace Hub.Proxy.Dispatch;

/// <summary>
/// One adapter per partner, made from its file and made anew when the file changes. One that is replaced lives on until the attempts
/// that use it are over.
/// </summary>
internal sealed class RecipientAdapters(IPartnerDirectory partners, IEnumerable<IRecipientProtocol> protocols) : IAsyncDisposable
{
    private readonly Dictionary<string, IRecipientProtocol> protocols = protocols.ToDictionary(p => p.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> current = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Null where no recipient's file has this id, it is in shadow mode, or no adapter speaks its protocol. Dispose what you get.</summary>
    public RentedAdapter? Rent(string partnerId)
    {
        if (partners.Find(partnerId) is not { Role: PartnerRole.Recipient, Mode: PartnerMode.Live } partner || !protocols.TryGetValue(partner.Protocol, out var protocol))
        {
            return null;
        }

        Entry? replaced = null;
        RentedAdapter rented;
        lock (gate)
        {
            if (!current.TryGetValue(partnerId, out var entry) || entry.Partner.Hash != partner.Hash)
            {
                replaced = entry;
                entry = new Entry(partner, protocol.Create(partner));
                current[partnerId] = entry;
            }

            entry.Users++;
            rented = new RentedAdapter(entry.Partner, entry.Adapter, () => ReturnAsync(entry));
            if (replaced is { Users: > 0 })
            {
                replaced.Retired = true;
                replaced = null;
            }
        }

        if (replaced is not null)
        {
            _ = replaced.Adapter.DisposeAsync().AsTask();
        }

        return rented;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var entry in current.Values)
        {
            await entry.Adapter.DisposeAsync();
        }
    }

    private ValueTask ReturnAsync(Entry entry)
    {
        lock (gate)
        {
            entry.Users--;
            if (!entry.Retired || entry.Users > 0)
            {
                return ValueTask.CompletedTask;
            }
        }

        return entry.Adapter.DisposeAsync();
    }

    private sealed class Entry(PartnerFile partner, IRecipientAdapter adapter)
    {
        public PartnerFile Partner { get; } = partner;

        public IRecipientAdapter Adapter { get; } = adapter;

        public int Users { get; set; }

        public bool Retired { get; set; }
    }
}

/// <summary>An adapter with the partner file it was made from, for one lane's work.</summary>
internal sealed class RentedAdapter(PartnerFile partner, IRecipientAdapter adapter, Func<ValueTask> giveBack) : IAsyncDisposable
{
    public PartnerFile Partner { get; } = partner;

    public IRecipientAdapter Adapter { get; } = adapter;

    public ValueTask DisposeAsync() => giveBack();
}
