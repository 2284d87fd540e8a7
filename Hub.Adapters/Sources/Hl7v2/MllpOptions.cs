using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hub.Adapters.Sources.Hl7v2;

/// <summary>Limits of every MLLP listener; those of one sender stand in its partner file.</summary>
public sealed class MllpOptions
{
    /// <summary>A longer message is refused before it is buffered; no source's <c>maxMessageBytes</c> reaches beyond it.</summary>
    [Range(1_024, 67_108_864)]
    public int MaxMessageBytes { get; set; } = 4_194_304;

    /// <summary>A connection on which nothing comes for this long is closed; senders open it again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a message may take from its first byte to its last.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(60);
}

[OptionsValidator]
internal sealed partial class MllpOptionsValidator : IValidateOptions<MllpOptions>;
