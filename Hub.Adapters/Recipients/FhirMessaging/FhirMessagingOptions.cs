namespace Hub.Adapters.Recipients.FhirMessaging;

/// <summary>What FHIR messaging needs to know of the hub itself. Section <c>Hub:FhirMessaging</c>.</summary>
public sealed class FhirMessagingOptions
{
    public const string Section = "Hub:FhirMessaging";

    /// <summary>Where partners post answers that come later: the hub's <c>/fhir/$process-message</c> as they reach it. Told to those whose file says <c>askAsync: query</c>.</summary>
    public Uri? AnswersAt { get; set; }

    public const string Expected = $"{Section}:{nameof(AnswersAt)}: an absolute http or https address without credentials is expected, such as https://hub.example/fhir/$process-message.";

    /// <summary>True where it can be told to partners, or is not set.</summary>
    public bool IsUsable => AnswersAt is null || (AnswersAt.IsAbsoluteUri && (AnswersAt.Scheme is "https" or "http") && AnswersAt.UserInfo.Length == 0 && AnswersAt.Fragment.Length == 0);
}
