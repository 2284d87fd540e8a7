using System.Text.Json;
using Hub.Adapters.Tracing;
using Hub.Fhir.Events;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Replays;

/// <summary>What a fresh trace says of where a person is registered.</summary>
/// <param name="Words">For people; nothing of the person but a practice's code.</param>
/// <param name="Practice">The practice that PDS has; null where it names none or was not asked.</param>
internal sealed record TracedPractice(string Words, OdsCode? Practice);

/// <summary>Asks PDS where a person is registered, where a trust has set that up (<c>Hub:PdsFile</c>); off otherwise. What cannot be asked reads "not checked" and stops nobody.</summary>
internal sealed class PracticeTracer(PdsClientFactory clients, IOptions<HubOptions> options)
{
    public async Task<TracedPractice> TraceAsync(PatientRef person, CancellationToken cancellationToken)
    {
        if (options.Value.PdsFile is not { Length: > 0 } file)
        {
            return new TracedPractice("PDS: not checked (no Hub:PdsFile)", null);
        }

        if (person.NhsNumber is not { } number)
        {
            return new TracedPractice("PDS: not checked (the person has no NHS number here)", null);
        }

        if (await OpenAsync(file, cancellationToken) is not { } client)
        {
            return new TracedPractice("PDS: not checked (Hub:PdsFile cannot be used)", null);
        }

        using (client)
        {
            return await client.ReadAsync(number, cancellationToken) switch
            {
                PdsFound { Restricted: true } => new("PDS: the record is restricted and names no practice; a named person confirms the route by telephone", null),
                PdsFound { Superseded: true, Practice: var practice } => new($"PDS: the NHS number is superseded by another; practice {practice?.Value ?? "none"} under that one. Correct the number first", practice),
                PdsFound { Practice: { } practice } => new($"PDS: registered with {practice.Value}", practice),
                PdsFound => new("PDS: registered with no practice: help the person to register", null),
                PdsInvalidated => new("PDS: the NHS number is invalidated; nothing may be sent under it until that is resolved", null),
                PdsNotFound none => new($"PDS: nobody of this number ({none.Code})", null),
                PdsNotChecked why => new($"PDS: not checked ({why.Why})", null),
                _ => throw new InvalidOperationException("the family is closed"),
            };
        }
    }

    private async Task<PdsClient?> OpenAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return PdsSettings.Read(await File.ReadAllTextAsync(file, cancellationToken)).Settings is { } settings ? clients.Open(settings) : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
