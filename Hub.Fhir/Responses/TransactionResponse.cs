using System.Text.Json;

namespace Hub.Fhir.Responses;

/// <summary>Reads the answer to a transaction. Never throws for what a peer sends.</summary>
public static class TransactionResponse
{
    /// <summary>
    /// Whether a server says of each entry, in the order of the request (R4, http.html#transaction-response), that it was written. A 2xx over the whole is not that.
    /// </summary>
    /// <param name="body">The answer.</param>
    /// <param name="kinds">The resource type of each entry sent.</param>
    public static bool SaysAllWritten(ReadOnlyMemory<byte> body, IReadOnlyList<string> kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);

        using var document = AnswerJson.Parse(body);
        if (document is null || document.RootElement.ResourceType() != "Bundle" || document.RootElement.Text("type") != "transaction-response")
        {
            return false;
        }

        var entries = document.RootElement.Items("entry").ToList();
        return entries.Count == kinds.Count && kinds.Count > 0 && entries.Zip(kinds).All(e => IsWritten(e.First, e.Second));
    }

    private static bool IsWritten(JsonElement entry, string kind)
    {
        if (entry.Object("response") is not { } response || response.Text("status") is not { Length: >= 3 } status
            || status[0] != '2' || !char.IsAsciiDigit(status[1]) || !char.IsAsciiDigit(status[2]) || (status.Length > 3 && char.IsAsciiDigit(status[3])))
        {
            return false;
        }

        // An answer to another transaction tells of other types. A server need not give a location for what it did not change.
        return response.Text("location") is not { } location || location.Split('/', '?').Contains(kind);
    }
}
