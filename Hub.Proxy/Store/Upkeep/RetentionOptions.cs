using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Store.Upkeep;

/// <summary>How long what is finished is kept. Section <c>Hub:Retention</c>. Nothing unfinished is ever forgotten, however old.</summary>
public sealed class RetentionOptions : IValidatableObject
{
    public const string Section = "Hub:Retention";

    /// <summary>Days that content is kept after its last use: messages as received and as sent, events, answers. Not less than the week in which a resend is recognised.</summary>
    [Range(8, 36_500)]
    public int ContentDays { get; set; } = 90;

    /// <summary>Days that records are kept: what came when, went where and was answered how, without the content.</summary>
    [Range(8, 36_500)]
    public int RecordDays { get; set; } = 730;

    /// <summary>How often the store is looked through.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The most that one commit forgets.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 200;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RecordDays < ContentDays)
        {
            yield return new ValidationResult($"{Section}:RecordDays ({RecordDays}) is less than ContentDays ({ContentDays}): content without its record could not be found.");
        }
    }
}

/// <summary>Stops the process over a wrong setting, and names it.</summary>
[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
