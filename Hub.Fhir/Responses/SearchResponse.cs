using System.Text.Json;

namespace Hub.Fhir.Responses;

/// <summary>A resource that a server holds: its id, its version where the server gives one, and whom it is about.</summary>
public sealed record FoundResource(string Id, string? Version, string? Subject);

/// <summary>Reads a searchset Bundle. Never throws for what a peer sends.</summary>
public static class SearchResponse
{
    /// <returns>Null when the body is anything but a whole searchset of one page.</returns>
    public static IReadOnlyList<FoundResource>? Read(ReadOnlyMemory<byte> body, string kind)
    {
        using var document = AnswerJson.Parse(body);
        if (document is null || document.RootElement.ResourceType() != "Bundle" || document.RootElement.Text("type") != "searchset")
        {
            return null;
        }

        var found = new List<FoundResource>();
        foreach (var entry in document.RootElement.Items("entry"))
        {
            if (entry.Object("resource") is not { } resource || resource.ResourceType() != kind)
            {
                continue; // an OperationOutcome with a warning, or what was included
            }

            if (resource.Text("id") is not { Length: > 0 and <= 64 } id || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
            {
                return null;
            }

            found.Add(new FoundResource(id, resource.Object("meta")?.Text("versionId"), resource.Object("subject")?.Text("reference")));
        }

        return found;
    }
}
