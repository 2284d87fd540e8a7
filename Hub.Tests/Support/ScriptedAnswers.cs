using System.Collections.Concurrent;
using Hub.Adapters.Contract;

namespace Hub.Tests.Support;

/// <summary>The other side of the boundary, scripted: it records the answers that are handed over, and may take none.</summary>
internal sealed class ScriptedAnswers : IAnswerIntake
{
    public ConcurrentQueue<LateAnswer> Taken { get; } = new();

    /// <summary>The store takes nothing.</summary>
    public bool Unavailable { get; set; }

    public Task<AnswerTaking> AcceptAsync(LateAnswer answer, CancellationToken cancellationToken)
    {
        if (Unavailable)
        {
            throw new StorageUnavailableException("scripted");
        }

        var repeated = Taken.Any(t => t.ProtocolMessageId == answer.ProtocolMessageId && t.Stage == answer.Stage);
        Taken.Enqueue(answer);
        return Task.FromResult(repeated ? AnswerTaking.Repeated : AnswerTaking.Taken);
    }
}
