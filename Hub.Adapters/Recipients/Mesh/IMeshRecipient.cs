using Hub.Adapters.Contract;
using Hub.Adapters.Wire.Mesh;

namespace Hub.Adapters.Recipients.Mesh;

/// <summary>A recipient behind MESH, as whoever empties the mailbox sees it: what of that mailbox is about messages to this recipient. Pure; nothing here sends.</summary>
public interface IMeshRecipient
{
    /// <summary>The recipient's own mailbox; null where MESH finds the practice by the person.</summary>
    string? To { get; }

    /// <summary>Every workflow in which something about what was sent can come back.</summary>
    IReadOnlyList<string> ComingBack { get; }

    /// <summary>True for a message in the workflow that this recipient answers in.</summary>
    bool IsAnswer(string? workflow);

    /// <summary>What a recipient's message says of ours; with neither id nor outcome where it is no readable answer.</summary>
    LateAnswer ReadAnswer(MeshMessage message);

    /// <summary>What MESH reports of a message of ours that it could not deliver.</summary>
    /// <param name="report">The report.</param>
    /// <param name="protocolMessageId">Our id of the message that it is about, where that is known.</param>
    LateAnswer ReadReport(MeshMessage report, string? protocolMessageId);

    /// <summary>What a look at a message that was sent says; null while nothing new can be said.</summary>
    /// <param name="tracking">How it stands at MESH.</param>
    /// <param name="protocolMessageId">Our id of it.</param>
    LateAnswer? ReadTracking(MeshTracking tracking, string protocolMessageId);

    /// <summary>A message that lay uncollected for so long that it counts as dead (clinical rule 24).</summary>
    LateAnswer GivenUp(string? messageId, string protocolMessageId, TimeSpan after);
}
