using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Dispatch;

/// <summary>How the hub keeps trying. Section <c>Hub:Dispatch</c>; what differs per partner stands in its file.</summary>
public sealed class DispatchOptions
{
    public const string Section = "Hub:Dispatch";

    /// <summary>How often the store is looked through for work that no bell announced.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a lane is leased for at least; twice the partner's time-out where that is more.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The wait after the first failure; it doubles with each further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan BackOffBase { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan BackOffCeiling { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest that a partner's Retry-After is obeyed: it may ask us to wait, not to forget; clinical clocks run on.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetryAfterCeiling { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Messages under way at once, over all partners.</summary>
    [Range(1, 1024)]
    public int MostAtOnce { get; set; } = 128;

    /// <summary>Unknown outcomes of one message after which a person is asked instead of sending it again.</summary>
    [Range(1, 1000)]
    public int MostResends { get; set; } = 10;

    /// <summary>Failures in a row after which the partner is on the operator's list; the attempts go on.</summary>
    [Range(1, 1000)]
    public int FailuresUntilAttention { get; set; } = 8;
}

/// <summary>Stops the process over a wrong setting, and names it.</summary>
[OptionsValidator]
internal sealed partial class DispatchOptionsValidator : IValidateOptions<DispatchOptions>;
