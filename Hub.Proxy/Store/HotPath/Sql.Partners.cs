namespace Hub.Proxy.Store.HotPath;

/// <summary>What partners do by themselves: call each other through the gateway, and fetch their messages.</summary>
internal static partial class Sql
{
    /// <summary>Written again by who was told to stop while it was being written.</summary>
    public const string InsertGatewayCall = """
        INSERT INTO gateway_call (id, organisation, at, caller, target, method, resource, status, code, milliseconds, request_id)
        VALUES (@id, @org, @at, @caller, @target, @method, @resource, @status, @code, @took, @request)
        ON CONFLICT (id) DO NOTHING
        """;

    public const string NoteAsked = """
        INSERT INTO partner_state (partner_id, organisation, paused, last_asked_at) VALUES (@partner, @org, FALSE, @now)
        ON CONFLICT (partner_id) DO UPDATE SET last_asked_at = @now
        """;

    /// <summary>Only of what is under way: what was acknowledged meanwhile waits for nothing.</summary>
    public const string NoteOffered = "UPDATE delivery SET waiting_because = @because WHERE id = @id AND state = 1";
}
