using System.Text.Json;
using Hub.Adapters.Tracing;
using Hub.Fhir.Events;
using Microsoft.Extensions.Options;

namespace Hub.Proxy.Replays;

/// <summary>What a fresh trace says of where a person is registered.</summary>
/// <param name="Standing">What it comes to.</param>
/// <param name="Words">For people; nothing of the person but a practice's code.</param>
/// <param name="Practice">The practice that PDS has; null where it names none or was not asked.</param>
internal sealed record TracedPractice(TraceStanding Standing, string Words, OdsCode? Practice = null);

/// <summary>What PDS's answer comes to for whom a message is sent to.</summary>
internal enum TraceStanding
{
    /// <summary>PDS was not asked, or could not answer. It stops nobody.</summary>
    NotChecked,

    /// <summary>Registered with a practice.</summary>
    Registered,

    /// <summary>Registered with none.</summary>
    NoPractice,

    /// <summary>The number asked for is superseded by another.</summary>
    Superseded,

    /// <summary>The record is restricted: whereabouts are hidden.</summary>
    Restricted,

    /// <summary>The number was invalidated.</summary>
    Invalidated,

    /// <summary>PDS knows nobody of this number.</summary>
    Nobody,
}

/// <summary>Asks PDS where a person is registered, where a trust has set that up (<c>Hub:PdsFile</c>); off otherwise. What cannot be asked reads "not checked" and stops nobody.</summary>
internal sealed class PracticeTracer(PdsClientFactory clients, IOptions<HubOptions> options) : IDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private string? text;
    private PdsClient? client;

    /// <summary>True where PDS is to be asked.</summary>
    public bool IsOn => options.Value.PdsFile is { Length: > 0 };

    public async Task<TracedPractice> TraceAsync(PatientRef person, CancellationToken cancellationToken)
    {
        if (!IsOn)
        {
            return new TracedPractice(TraceStanding.NotChecked, "PDS: not checked (no Hub:PdsFile)");
        }

        if (person.NhsNumber is not { } number)
        {
            return new TracedPractice(TraceStanding.NotChecked, "PDS: not checked (the person has no NHS number here)");
        }

        if (await OpenAsync(options.Value.PdsFile!, cancellationToken) is not { } open)
        {
            return new TracedPractice(TraceStanding.NotChecked, "PDS: not checked (Hub:PdsFile cannot be used)");
        }

        return await open.ReadAsync(number, cancellationToken) switch
        {
            PdsFound { Restricted: true } => new(TraceStanding.Restricted, "PDS: the record is restricted and names no practice; a named person confirms the route by telephone"),
            PdsFound { Superseded: true, Practice: var practice } => new(TraceStanding.Superseded, $"PDS: the NHS number is superseded by another; practice {practice?.Value ?? "none"} under that one. Correct the number first", practice),
            PdsFound { Practice: { } practice } => new(TraceStanding.Registered, $"PDS: registered with {practice.Value}", practice),
            PdsFound => new(TraceStanding.NoPractice, "PDS: registered with no practice: help the person to register"),
            PdsInvalidated => new(TraceStanding.Invalidated, "PDS: the NHS number is invalidated; nothing may be sent under it until that is resolved"),
            PdsNotFound none => new(TraceStanding.Nobody, $"PDS: nobody of this number ({none.Code})"),
            PdsNotChecked why => new(TraceStanding.NotChecked, $"PDS: not checked ({why.Why})"),
            _ => throw new InvalidOperationException("the family is closed"),
        };
    }

    public void Dispose()
    {
        client?.Dispose();
        opening.Dispose();
    }

    // One client, and so one token, for all who ask, until the file says something else. The one before is left to what may still be under way with it.
    private async Task<PdsClient?> OpenAsync(string file, CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            var now = await File.ReadAllTextAsync(file, cancellationToken);
            if (now != text)
            {
                client = PdsSettings.Read(now).Settings is { } settings ? clients.Open(settings) : null;
                text = now;
            }

            return client;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
        finally
        {
            opening.Release();
        }
    }
}
