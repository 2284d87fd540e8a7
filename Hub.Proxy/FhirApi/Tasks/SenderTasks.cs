using Hub.Adapters.Contract;
using Hub.Fhir.Resources;

namespace Hub.Proxy.FhirApi.Tasks;

/// <summary>
/// How a sender searches for what its own messages asked: by <c>identifier</c>, <c>group-identifier</c> (its episode), <c>focus:identifier</c> (its message),
/// <c>requester:identifier</c> (itself), beside what every caller has.
/// </summary>
internal sealed class SenderTasks(SenderTaskBook book)
{
    private const string Group = "group-identifier";
    private const string Focus = "focus:identifier";
    private const string Requester = "requester:identifier";
    private const string Identifier = "identifier";

    public const string Known = "By POST _search also group-identifier (your episode), focus:identifier (your message), requester:identifier (you) and identifier.";

    /// <summary>True for what would put an id of the sender's, which leads to a person, into an address.</summary>
    public static bool StandsInBodyOnly(string parameter) => parameter is Group or Focus || parameter.StartsWith("group-identifier:", StringComparison.Ordinal) || parameter.StartsWith("focus", StringComparison.Ordinal);

    public SenderTaskBook Book => book;

    public async Task<(TaskQuery? Query, string? Wrong)> ReadAsync(IReadOnlyList<KeyValuePair<string, string>> parameters, PartnerFile sender, CancellationToken cancellationToken)
    {
        var (query, wrong) = TaskQuery.Read(parameters.Where(p => p.Key is not (Group or Focus or Requester or Identifier)), sender);
        if (query is null || parameters.Any(p => p.Key is "patient:identifier" or "owner:identifier"))
        {
            return (null, $"{wrong ?? "A sender searches by its own ids, not by a person or an owner."} {Known}");
        }

        foreach (var (name, value) in parameters)
        {
            var (system, code) = value.Split('|', 2) is [var s, var c] ? (s, c) : ("", value);
            query = name switch
            {
                Group => query with { Episodes = Both(query.Episodes, await EpisodesAsync(sender, system, code, cancellationToken)) },
                Focus => query with { Messages = Both(query.Messages, system is "" or CodeSystems.SourceMessageId ? await book.MessagesAsync(sender.Id, code, cancellationToken) : []) },
                Requester => query with { CanMatch = query.CanMatch && system == CodeSystems.OdsOrganization && string.Equals(code, sender.Organisation?.Value, StringComparison.OrdinalIgnoreCase) },
                Identifier => Guid.TryParse(code.StartsWith("urn:uuid:", StringComparison.Ordinal) ? code["urn:uuid:".Length..] : code, out var id)
                    ? query with { Ids = query.Ids.Count == 0 ? [id] : [.. query.Ids.Where(i => i == id)], CanMatch = query.CanMatch && (query.Ids.Count == 0 || query.Ids.Contains(id)) } : query with { CanMatch = false },
                _ => query,
            };
        }

        return (query with { CanMatch = query.CanMatch && query is not ({ Messages.Count: 0 } or { Episodes.Count: 0 }) }, null);
    }

    // Without a system it is numbered by the sender's own organisation.
    private async Task<IReadOnlyList<long>> EpisodesAsync(PartnerFile sender, string system, string localId, CancellationToken cancellationToken)
    {
        var organisation = system.StartsWith(CodeSystems.EpisodeId + "/", StringComparison.Ordinal) ? system[(CodeSystems.EpisodeId.Length + 1)..] : system.Length == 0 ? sender.Organisation?.Value : null;
        return organisation is null ? [] : await book.EpisodesAsync(organisation, localId, cancellationToken);
    }

    private static IReadOnlyList<T> Both<T>(IReadOnlyList<T>? before, IReadOnlyList<T> found) => before is null ? found : [.. before.Intersect(found)];
}
