namespace Hub.Adapters.Contract;

/// <summary>A recipient that cannot be called: it fetches what waits for it, and says then what became of each message. The hub sends it nothing.</summary>
public interface IFetchedRecipient : IRecipientAdapter
{
    /// <summary>How long a message may wait unacknowledged before a person is asked to look.</summary>
    TimeSpan AlarmAfter { get; }

    /// <summary>What an acknowledgement says of a message. Pure, and never throws for what a partner sends.</summary>
    /// <returns>Null where it is no readable acknowledgement of this message.</returns>
    DeliveryOutcome? ReadAcknowledgement(ReadOnlyMemory<byte> body, string messageId);
}
