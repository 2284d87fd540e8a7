namespace Hub.Fhir.Responses;

public enum AnswerCode
{
    Ok,
    TransientError,
    FatalError,
}

/// <summary>What a recipient answered to one of our messages, read from its protocol: MessageHeader.response, MSA, ITK3.</summary>
public sealed record Answer
{
    public required AnswerCode Code { get; init; }

    /// <summary>The code as sent: <c>ok</c>, <c>AA</c>, <c>30001</c>.</summary>
    public required string SentCode { get; init; }

    /// <summary>The id of our message that it answers.</summary>
    public required string AnswersMessageId { get; init; }

    /// <summary>The recipient's own codes beside it (OperationOutcome.issue.details.coding): 30002, REC_CONFLICT.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>The recipient's words, for people; may hold patient data and is kept with the content.</summary>
    public string? Text { get; init; }
}
