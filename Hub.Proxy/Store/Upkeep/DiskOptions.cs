using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Store.Upkeep;

/// <summary>When the disk under the store counts as nearly full. Section <c>Hub:Disk</c>.</summary>
public sealed class DiskOptions : IValidatableObject
{
    public const string Section = "Hub:Disk";

    /// <summary>Below so many free megabytes nothing more is taken in; what is there goes on being delivered.</summary>
    [Range(1, 1_000_000)]
    public int StopIntakeBelowMegabytes { get; set; } = 256;

    /// <summary>Below so many free megabytes the operator is told.</summary>
    [Range(1, 1_000_000)]
    public int WarnBelowMegabytes { get; set; } = 1024;

    /// <summary>The operator is told, too, when the disk will be too full for intake within so many days at the rate it fills now.</summary>
    [Range(1, 365)]
    public int WarnDaysBefore { get; set; } = 14;

    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WarnBelowMegabytes < StopIntakeBelowMegabytes)
        {
            yield return new ValidationResult($"{Section}:WarnBelowMegabytes ({WarnBelowMegabytes}) is less than StopIntakeBelowMegabytes ({StopIntakeBelowMegabytes}): nobody would be told in time.");
        }
    }
}

/// <summary>Stops the process over a wrong setting, and names it.</summary>
[OptionsValidator]
internal sealed partial class DiskOptionsValidator : IValidateOptions<DiskOptions>;
