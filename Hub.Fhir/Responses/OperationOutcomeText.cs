using System.Text;
using System.Text.Json;

namespace Hub.Fhir.Responses;

/// <summary>What an OperationOutcome says, in one line for people, and whether it says that the same message may be sent again.</summary>
public sealed record OperationOutcomeText(string Text, bool NothingWasTaken)
{
    private const int MaxLength = 1000;

    /// <summary>Reads a body that is an OperationOutcome. Never throws for what a peer sends.</summary>
    /// <returns>Null when the body is anything else.</returns>
    public static OperationOutcomeText? TryRead(ReadOnlyMemory<byte> body)
    {
        using var document = AnswerJson.Parse(body);
        return document is not null && document.RootElement.ResourceType() == "OperationOutcome"
            ? new OperationOutcomeText(Read(document.RootElement) ?? "no reason given", SaysNothingWasTaken(document.RootElement))
            : null;
    }

    internal static string? Read(JsonElement outcome)
    {
        var text = new StringBuilder();
        foreach (var issue in outcome.Items("issue"))
        {
            var line = ReadIssue(issue);
            if (line.Length > 0 && text.Length < MaxLength)
            {
                text.Append(text.Length > 0 ? "; " : "").Append(line);
            }
        }

        return text.Length == 0 ? null : text.ToString(0, Math.Min(text.Length, MaxLength));
    }

    // The partner's code first (ITK 30002, REC_CONFLICT): it is what a support desk asks for.
    private static string ReadIssue(JsonElement issue)
    {
        string? code = null, display = null;
        foreach (var coding in issue.Object("details")?.Items("coding") ?? [])
        {
            (code, display) = (coding.Text("code"), coding.Text("display"));
            break;
        }

        code ??= issue.Text("code");
        var words = issue.Object("details")?.Text("text") ?? issue.Text("diagnostics") ?? display;
        return (code, words) switch
        {
            (null, null) => "",
            (null, _) => OneLine(words),
            (_, null) => OneLine(code),
            _ => OneLine($"{code}: {words}"),
        };
    }

    // Acknowledgement Framework's transient issue types, without exception, timeout and incomplete: those can come after the message was taken.
    private static bool SaysNothingWasTaken(JsonElement outcome)
    {
        var any = false;
        foreach (var issue in outcome.Items("issue"))
        {
            any = true;
            if (issue.Text("code") is not ("transient" or "lock-error" or "no-store" or "throttled"))
            {
                return false;
            }
        }

        return any;
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
