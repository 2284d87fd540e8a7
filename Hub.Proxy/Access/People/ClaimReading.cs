using System.Text.Json;

namespace Hub.Proxy.Access.People;

/// <summary>Reads what a provider says of somebody, by a path through arrays and objects.</summary>
internal static class ClaimReading
{
    private const string Selected = "selected_roleid";
    private const string RoleId = "person_roleid";

    /// <summary>
    /// All texts at a path such as <c>nhsid_nrbac_roles.role_code</c>. Where the person chose one of several roles (NHS CIS2's <c>selected_roleid</c>), only that one's:
    /// a role at one organisation says nothing of a team at another.
    /// </summary>
    public static IReadOnlyList<string> Texts(JsonElement claims, string path, string? selected) =>
        [.. Walk(claims, path.Split('.'), selected).Distinct(StringComparer.Ordinal)];

    /// <summary>Which of their roles the person chose; null where nothing is said of it. It may stand in the id_token while the roles are told elsewhere.</summary>
    public static string? SelectedRole(JsonElement claims) => claims.TryGetProperty(Selected, out var one) && one.ValueKind == JsonValueKind.String ? one.GetString() : null;

    private static IEnumerable<string> Walk(JsonElement at, ReadOnlyMemory<string> path, string? selected) => at.ValueKind switch
    {
        JsonValueKind.Array => at.EnumerateArray().Where(e => IsChosen(e, selected)).SelectMany(e => Walk(e, path, selected)),
        JsonValueKind.Object when !path.IsEmpty => at.TryGetProperty(path.Span[0], out var inner) ? Walk(inner, path[1..], selected) : [],
        JsonValueKind.String when path.IsEmpty => [at.GetString()!],
        _ => [],
    };

    private static bool IsChosen(JsonElement element, string? selected) =>
        selected is null || element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(RoleId, out var id) || id.ValueKind != JsonValueKind.String || id.GetString() == selected;
}
