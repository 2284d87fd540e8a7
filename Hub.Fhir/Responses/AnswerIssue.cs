using System.Text.Json;

namespace Hub.Fhir.Responses;

/// <summary>One thing that a recipient found wrong with a message, as it said so.</summary>
/// <param name="Place">Which element of what was sent, as a FHIRPath; null where it was not said.</param>
/// <param name="Code">The recipient's own code, else issue.code.</param>
/// <param name="Text">In its words.</param>
public sealed record AnswerIssue(string? Place, string? Code, string? Text)
{
    private const int Most = 50;

    /// <summary>Reads an OperationOutcome, or those of a message Bundle. Never throws for what a peer sends.</summary>
    /// <returns>Empty for anything else.</returns>
    public static IReadOnlyList<AnswerIssue> Of(ReadOnlyMemory<byte> answer)
    {
        using var document = AnswerJson.Parse(answer);
        return document is null ? [] : [.. Outcomes(document.RootElement).SelectMany(o => o.Items("issue")).Take(Most).Select(Read)];
    }

    private static IEnumerable<JsonElement> Outcomes(JsonElement root)
    {
        var resources = root.Items("entry").Select(e => e.Object("resource")).OfType<JsonElement>().Prepend(root);
        return resources.SelectMany(r => r.Items("contained").Prepend(r)).Where(r => r.ResourceType() == "OperationOutcome");
    }

    private static AnswerIssue Read(JsonElement issue)
    {
        var coding = issue.Object("details")?.Items("coding").FirstOrDefault();
        return new AnswerIssue(
            OperationOutcomeText.PlaceOf(issue),
            coding?.Text("code") ?? issue.Text("code"),
            issue.Object("details")?.Text("text") ?? issue.Text("diagnostics") ?? coding?.Text("display"));
    }
}
