namespace Hub.Proxy.Store.HotPath;

/// <summary>What counts once over all nodes: a table of some minutes.</summary>
internal static class AccessSql
{
    /// <summary>Nothing where it is there already.</summary>
    public const string UseOnce = "INSERT INTO used_once (used_key, organisation, until) VALUES (@key, @org, @until) ON CONFLICT (used_key) DO NOTHING RETURNING 1";

    public const string ForgetUsed = "DELETE FROM used_once WHERE until < @now";
}
