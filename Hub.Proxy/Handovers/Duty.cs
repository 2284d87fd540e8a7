using Hub.Fhir.Events;
using Hub.Fhir.Medicines;
using Hub.Fhir.Resources;

namespace Hub.Proxy.Handovers;

/// <summary>Something that an event or the state of an episode makes owed, before it is anybody's obligation.</summary>
public sealed record Duty
{
    public required ObligationKind Kind { get; init; }

    /// <summary>Which of its kind: the id of the ask, the line, the carer.</summary>
    public required string Subject { get; init; }
    public required CareParty Actor { get; init; }
    public string? ActorName { get; init; }

    /// <summary>What is asked, for people; never stored in a row: it is worked out again from the record when it is shown.</summary>
    public required string Text { get; init; }
    public required ClinicalTime From { get; init; }

    /// <summary>The sender's own date; the rule's clock runs where there is none.</summary>
    public ClinicalTime? Due { get; init; }

    /// <summary>True where a risk is identified or was not stated, which shortens some clocks.</summary>
    public bool AtRisk { get; init; }

    /// <summary>The Task that asks for it in the message; null where no message does.</summary>
    public string? TaskId { get; init; }

    /// <summary>How the record shows that it is done already; null while it is owed.</summary>
    public string? Met { get; init; }

    /// <summary>True for what one event asks once; false for what the state of the episode says, which is judged anew at every event.</summary>
    public bool Once { get; init; }

    /// <summary>Clinical rule 15: no clock that concerns clozapine is paused, whatever of it is asked: the check, the prescriber, the practice's entry.</summary>
    public bool NeverPaused => MedicineFacts.NamesClozapine(Text) || MedicineFacts.NamesClozapine(Subject);

    /// <summary>The same duty of the same episode is the same obligation, whichever event speaks of it.</summary>
    public Guid IdIn(EpisodeKey episode) => IdIn(episode, Kind, Subject);

    public static Guid IdIn(EpisodeKey episode, ObligationKind kind, string subject) =>
        Guid.Parse(ResourceIds.OfEpisode("Obligation", episode, kind.ToString(), subject));

    /// <summary>Differs where something else is asked than before, so that what was done then does not answer it.</summary>
    public long Fingerprint()
    {
        var text = DerivedGuid.Create(DerivedGuid.UrlNamespace, Text, ActorName ?? "", Due?.SourceText ?? "").ToByteArray();
        return BitConverter.ToInt64(text, 0);
    }
}
