using Hub.Fhir.Events;

namespace Hub.Fhir.Medicines;

/// <summary>The four heaps of the card, and a fifth for what could not be understood.</summary>
public enum CardGroup
{
    Started,
    Stopped,
    Changed,
    Unchanged,
    Unclear,
}

/// <summary>One change of one medicine. Its texts are made once and used by narrative and entries alike, so that they cannot differ.</summary>
public sealed record CardLine : PersonalValue
{
    public required CardGroup Group { get; init; }
    public required MedicineLine Line { get; init; }

    /// <summary>The medicine in its prescriber's words.</summary>
    public required string Medicine { get; init; }

    /// <summary>Started, Dose changed, Stopped ...</summary>
    public required string What { get; init; }
    public required string Before { get; init; }
    public required string After { get; init; }

    /// <summary>The sender's reason, or "no reason given".</summary>
    public required string Reason { get; init; }
    public required string When { get; init; }
    public required ClinicalTime OccurredAt { get; init; }

    /// <summary>Who decided, last dose, depot, supply: what else was said, in one line a fact.</summary>
    public required IReadOnlyList<string> Facts { get; init; }
    public required string NextPrescriber { get; init; }
    public required string AskedOfGp { get; init; }

    /// <summary>True where it was written down after the fact, or reached us after a later change.</summary>
    public bool RecordedLate { get; init; }

    /// <summary>True where an earlier message told it and this recipient has not accepted that message.</summary>
    public bool ToldAgain { get; init; }

    /// <summary>One sentence: what, before, after.</summary>
    public required string Description { get; init; }
}

public enum CheckOutcome
{
    Clear,
    Found,

    /// <summary>It could not be made; <see cref="CardCheck.Text"/> says why. Never read as clear.</summary>
    NotChecked,
}

/// <summary>One check of the card: a fact for a person to judge, never advice.</summary>
public sealed record CardCheck(string Name, CheckOutcome Outcome, string Text);

/// <summary>What changed about a person's medicines, why, who prescribes next and what is missing from the story.</summary>
public sealed record ContinuityCard : PersonalValue
{
    public required IReadOnlyList<CardLine> Lines { get; init; }
    public required IReadOnlyList<CardCheck> Checks { get; init; }

    public IEnumerable<CardLine> In(CardGroup group) => Lines.Where(l => l.Group == group);

    public static ContinuityCard Empty { get; } = new() { Lines = [], Checks = [] };
}
