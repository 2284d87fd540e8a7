using System.Collections.Concurrent;

namespace Hub.Proxy.Simulators;

/// <summary>What a scripted partner does with which message. May be changed while the partner runs.</summary>
public sealed class SimulatorScript
{
    private readonly ConcurrentQueue<SimulatorFault> next = new();
    private readonly ConcurrentDictionary<string, SimulatorFault> forMessage = new(StringComparer.OrdinalIgnoreCase);

    private volatile SimulatorFault always = SimulatorFault.None;

    /// <summary>What happens to a message that nothing else is said about.</summary>
    public SimulatorFault Always
    {
        get => always;
        set => always = value;
    }

    public static SimulatorScript Answering(string fault) => new() { Always = SimulatorFault.Parse(fault) };

    /// <summary>The next message to arrive gets this; called again, the one after it.</summary>
    public SimulatorScript Then(string fault)
    {
        next.Enqueue(SimulatorFault.Parse(fault));
        return this;
    }

    /// <summary>Every arrival of this message id gets this.</summary>
    public SimulatorScript For(string messageId, string fault)
    {
        forMessage[messageId] = SimulatorFault.Parse(fault);
        return this;
    }

    internal SimulatorFault Choose(string messageId)
    {
        if (forMessage.TryGetValue(messageId, out var fault))
        {
            return fault;
        }

        return next.TryDequeue(out fault) ? fault : always;
    }
}
