using System.Net;

namespace Hub.Adapters.Wire.Mesh;

/// <summary>Finds mailboxes: by organisation and workflow, or all that take a workflow.</summary>
public sealed class MeshLookup(MeshConnection connection)
{
    /// <returns>Null where MESH did not answer with a list.</returns>
    public Task<IReadOnlyList<MeshAddress>?> OfOrganisationAsync(string odsCode, string workflow, CancellationToken cancellationToken) =>
        AskAsync(connection.Request(HttpMethod.Get, "endpointlookup", odsCode, workflow), cancellationToken);

    /// <returns>Null where MESH did not answer with a list.</returns>
    public Task<IReadOnlyList<MeshAddress>?> OfWorkflowAsync(string workflow, CancellationToken cancellationToken) =>
        AskAsync(connection.Request(HttpMethod.Get, "workflowsearch", workflow), cancellationToken);

    private async Task<IReadOnlyList<MeshAddress>?> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(request, cancellationToken);
        return answer is { Status: HttpStatusCode.OK, TooLong: false } ? MeshJson.Addresses(answer.Body) : null;
    }
}
