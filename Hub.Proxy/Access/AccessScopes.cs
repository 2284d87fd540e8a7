namespace Hub.Proxy.Access;

/// <summary>
/// What a token may allow. FHIR scopes as SMART writes them, in either version: <c>system/Task.read</c> and <c>.write</c>, or letters of <c>cruds</c>; beside
/// them what the hub has that is no FHIR.
/// </summary>
internal static class AccessScopes
{
    public const string ReadTasks = "system/Task.read";
    public const string WriteTasks = "system/Task.write";
    public const string ReadBundles = "system/Bundle.read";
    public const string WriteBundles = "system/Bundle.write";
    public const string SendMessages = "system/MessageHeader.write";
    public const string SendEvents = "hub/events.write";
    public const string ReadEvents = "hub/events.read";
    public const string Gateway = "hub/gateway";

    /// <summary>All that the hub knows.</summary>
    public static IReadOnlyList<string> All { get; } = [ReadTasks, WriteTasks, ReadBundles, WriteBundles, SendMessages, SendEvents, ReadEvents, Gateway];

    /// <summary>Whether some of the scopes that were given cover the one that is needed, which is one of <see cref="All"/>.</summary>
    public static bool Allow(IEnumerable<string> given, string needed) => given.Any(g => Covers(g, needed));

    /// <summary>True for a text that covers something the hub knows.</summary>
    public static bool IsKnown(string scope) => All.Any(known => Covers(scope, known));

    private static bool Covers(string given, string needed)
    {
        if (given == needed)
        {
            return true;
        }

        if (Split(given) is not { } wide || Split(needed) is not { } narrow || (wide.Resource != "*" && wide.Resource != narrow.Resource))
        {
            return false;
        }

        // Version 2: c, r, u, d, s in this order; reading here is reading and searching, writing is creating and updating.
        var letters = wide.Rights.Length > 0 && wide.Rights.All("cruds".Contains) ? wide.Rights : "";
        return wide.Rights == "*" || wide.Rights == narrow.Rights
            || (narrow.Rights == "read" ? letters.Contains('r', StringComparison.Ordinal) && letters.Contains('s', StringComparison.Ordinal) : letters.Contains('c', StringComparison.Ordinal) && letters.Contains('u', StringComparison.Ordinal));
    }

    private static (string Resource, string Rights)? Split(string scope) =>
        scope.StartsWith("system/", StringComparison.Ordinal) && scope["system/".Length..].Split('.') is [var resource, var rights] ? (resource, rights) : null;
}
