using System.Text;
using System.Text.Json;

namespace Hub.Fhir.Responses;

/// <summary>What an OperationOutcome says: in one line for people, and in codes for an outcome table.</summary>
public sealed record OperationOutcomeText(string Text)
{
    private const int MaxLength = 1000;
    private const int MostCodes = 50;
    private const int MaxPlace = 200;

    /// <summary>The partner's own codes, issue.details.coding.code, of all issues.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>issue.code of all issues: transient, lock-error ...</summary>
    public IReadOnlyList<string> IssueTypes { get; init; } = [];

    /// <summary>Reads a body that is an OperationOutcome. Never throws for what a peer sends.</summary>
    /// <returns>Null when the body is anything else.</returns>
    public static OperationOutcomeText? TryRead(ReadOnlyMemory<byte> body)
    {
        using var document = AnswerJson.Parse(body);
        return document is not null && document.RootElement.ResourceType() == "OperationOutcome"
            ? new OperationOutcomeText(Read(document.RootElement) ?? "no reason given")
            {
                Codes = ReadCodes(document.RootElement),
                IssueTypes = [.. document.RootElement.Items("issue").Take(MostCodes).Select(i => i.Text("code") ?? "")],
            }
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
        var said = (code, words) switch
        {
            (null, null) => "",
            (null, _) => OneLine(words),
            (_, null) => OneLine(code),
            _ => OneLine($"{code}: {words}"),
        };
        return said.Length > 0 && PlaceOf(issue) is { } place ? $"{said} (at {OneLine(place)})" : said;
    }

    /// <summary>Which element it is about: issue.expression, or location as older systems write it; null where neither is said.</summary>
    internal static string? PlaceOf(JsonElement issue) =>
        issue.Items("expression").Concat(issue.Items("location")).Select(p => p.AsText()).FirstOrDefault(p => p is { Length: > 0 and <= MaxPlace });

    internal static IReadOnlyList<string> ReadCodes(JsonElement outcome) =>
    [
        .. outcome.Items("issue").SelectMany(i => i.Object("details")?.Items("coding") ?? []).Take(MostCodes).Select(c => c.Text("code")).OfType<string>().Distinct(StringComparer.Ordinal),
    ];

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
