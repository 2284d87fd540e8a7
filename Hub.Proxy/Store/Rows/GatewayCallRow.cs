namespace Hub.Proxy.Store.Rows;

/// <summary>One request of one partner to another through the gateway. Written once and never changed; no address, parameter or id of a resource stands in it.</summary>
public sealed class GatewayCallRow
{
    public Guid Id { get; set; }
    public required string Organisation { get; set; }

    /// <summary>When the answer was complete.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Partner that called; null where no partner file names it.</summary>
    public string? Caller { get; set; }

    /// <summary>Partner that was called; null where none could be told.</summary>
    public string? Target { get; set; }
    public required string Method { get; set; }

    /// <summary>The type of resource or the operation, such as <c>Appointment</c>; null where the request named none that is known.</summary>
    public string? Resource { get; set; }

    /// <summary>The HTTP status the caller was given; 0 where the caller went away first.</summary>
    public int Status { get; set; }

    /// <summary>Why the hub itself answered, as http-error-codes has it; null where the target's answer was passed on.</summary>
    public string? Code { get; set; }
    public int Milliseconds { get; set; }

    /// <summary>X-Request-Id, by which all three parties name the call.</summary>
    public Guid RequestId { get; set; }
}
