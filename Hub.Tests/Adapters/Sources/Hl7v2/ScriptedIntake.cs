using System.Collections.Concurrent;
using Hub.Adapters.Contract;
using Hub.Fhir.Events;

namespace Hub.Tests.Adapters.Sources.Hl7v2;

/// <summary>The other side of the boundary, scripted: it records what is handed over and answers as a test says.</summary>
internal sealed class ScriptedIntake : IEventIntake
{
    public ConcurrentQueue<(ReceivedMessage Received, IReadOnlyList<CareEvent> Events, Refusal? Refusal)> Taken { get; } = [];

    /// <summary>What becomes of a message that was read; null: as it is.</summary>
    public IntakeOutcome? Outcome { get; set; }

    /// <summary>The store takes nothing.</summary>
    public bool Unavailable { get; set; }

    /// <summary>A commit ends only when this does.</summary>
    public Task Commit { get; set; } = Task.CompletedTask;

    public async Task<IntakeReceipt> AcceptAsync(ReceivedMessage received, IReadOnlyList<CareEvent> events, CancellationToken cancellationToken)
    {
        await TakeAsync(received, events, null);
        return new IntakeReceipt { ReceivedId = Guid.Empty, Outcome = Outcome ?? (events.Count == 0 ? IntakeOutcome.SetAside : IntakeOutcome.Accepted) };
    }

    public async Task<IntakeReceipt> RefuseAsync(ReceivedMessage received, Refusal refusal, CancellationToken cancellationToken)
    {
        await TakeAsync(received, [], refusal);
        return new IntakeReceipt
        {
            ReceivedId = Guid.Empty, Outcome = refusal.Rejected ? IntakeOutcome.Rejected : IntakeOutcome.Parked, Problems = refusal.Problems,
        };
    }

    private async Task TakeAsync(ReceivedMessage received, IReadOnlyList<CareEvent> events, Refusal? refusal)
    {
        if (Unavailable)
        {
            throw new StorageUnavailableException("scripted");
        }

        await Commit;
        Taken.Enqueue((received, events, refusal));
    }
}
