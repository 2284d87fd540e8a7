using Hub.Adapters;
using Hub.Adapters.Contract;
using Hub.Fhir.Bundles;
using Hub.Proxy.Intake;

namespace Hub.Proxy.Routing;

/// <summary>
/// Tries a recipient's file before it counts: an adapter is made from it and fixes the bytes of a message about nobody. No I/O, nothing is sent; what is
/// made here shares nothing with the adapters that run.
/// </summary>
internal sealed class PartnerSelfTest(TimeProvider time) : IDisposable
{
    private static readonly Guid Nobody = new("00000000-0000-4000-8000-000000000000");

    private static readonly DateTimeOffset Once = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<IReadOnlyDictionary<Audience, ReadOnlyMemory<byte>>> Bodies = new(() => IntakeWarmUp.Compose(Once));

    private readonly Lazy<ServiceProvider> bench = new(() => new ServiceCollection().AddLogging().AddSingleton(time).AddHubAdapters().BuildServiceProvider());

    /// <summary>What went wrong; null where nothing did, and for a source, whose settings were read by then.</summary>
    public PartnerProblem? Find(PartnerFile partner)
    {
        if (partner is not { Role: PartnerRole.Recipient, Audience: { } audience }
            || bench.Value.GetServices<IRecipientProtocol>().FirstOrDefault(p => p.Name == partner.Protocol) is not { } protocol)
        {
            return null;
        }

        try
        {
            var adapter = protocol.Create(partner);
            var frozen = adapter.Freeze(new MessageDraft { Body = Bodies.Value[audience], MessageId = Nobody, Partner = partner, ReceivedAt = Once });
            _ = adapter.DisposeAsync().AsTask();
            return frozen.Bytes.IsEmpty ? new("/settings", "No message can be made with these settings.", "Compare them with the protocol's guide.") : null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // One partner's file must never stop the others; the fault's own text may name a path or a key, so only its kind is told.
            return new("/settings", $"An adapter made with these settings cannot make a message ({fault.GetType().Name}).", "Check the files and certificates that the settings name.");
        }
    }

    public void Dispose()
    {
        if (bench.IsValueCreated)
        {
            bench.Value.Dispose();
        }
    }
}
