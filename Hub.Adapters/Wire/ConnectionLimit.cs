using Microsoft.AspNetCore.Connections;

namespace Hub.Adapters.Wire;

/// <summary>So many connections at once on one port; one more is closed at the door.</summary>
public static class ConnectionLimit
{
    /// <summary>First in the pipeline, so that one peer too many costs no handshake.</summary>
    public static IConnectionBuilder LimitConnections(this IConnectionBuilder endpoint, int most)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var open = 0;
        return endpoint.Use(next => async connection =>
        {
            try
            {
                if (Interlocked.Increment(ref open) > most)
                {
                    connection.Abort();
                    return;
                }

                await next(connection);
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        });
    }
}
