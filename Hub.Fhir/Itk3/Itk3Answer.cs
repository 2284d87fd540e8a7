namespace Hub.Fhir.Itk3;

/// <summary>One ITK Response (ITK008M), read. It says what was sent and no more; what it means for a delivery stands in the outcome table.</summary>
public sealed record Itk3Answer
{
    /// <summary>What a receiver names that could not read whom it answers.</summary>
    public const string UnreadableOriginal = "UNREADABLE-IN-ORIGINAL-MESSAGE";

    /// <summary>The id of the message it answers, without <c>urn:uuid:</c>.</summary>
    public required string AnswersMessageId { get; init; }

    public bool NamesNoMessage => AnswersMessageId == UnreadableOriginal;

    /// <summary>True for <c>ok</c>, false for <c>fatal-error</c>.</summary>
    public required bool IsOk { get; init; }

    /// <summary>The one code of ITK-ResponseCodes-1 in it; null where there is none, several, or one that the table does not have.</summary>
    public required ItkResponseCode? Code { get; init; }

    /// <summary>The code as sent, also one that the table does not have.</summary>
    public string? SentCode { get; init; }

    /// <summary>OperationOutcome.issue.severity.</summary>
    public string? Severity { get; init; }

    /// <summary>False where code and <c>response.code</c> say different things: then nobody can tell.</summary>
    public bool IsCoherent => Code is { } code && code.Success == IsOk;
}
