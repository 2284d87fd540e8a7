using Hub.Fhir.Events;
using Hub.Proxy.Replays;
using Hub.Proxy.Store;

namespace Hub.Proxy.Intake;

/// <summary>
/// Where a message names no practice and none is held, PDS is asked, if the trust has it asked: its practice counts before a record system's "not known", and that
/// before nothing. Intake waits for it three seconds at most, and after a failure not at all for a minute.
/// </summary>
internal sealed class PracticeOnRecord(PracticeTracer tracer, IMessageStore store, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);
    private long restUntil;

    public async Task<IReadOnlyList<CareEvent>> CompleteAsync(IReadOnlyList<CareEvent> events, CancellationToken cancellationToken)
    {
        if (!tracer.IsOn || events.All(e => !IsAsked(e.Patient)))
        {
            return events;
        }

        var completed = new List<CareEvent>(events.Count);
        foreach (var one in events)
        {
            completed.Add(IsAsked(one.Patient) && await FindAsync(one.Patient, cancellationToken) is { } practice ? one with { Patient = one.Patient with { GpPractice = practice } } : one);
        }

        return completed;
    }

    private static bool IsAsked(PatientRef patient) => patient is { NhsNumber: not null, NhsNumberStatus: NhsNumberStatus.Verified, GpPractice: null or { NamesNoPractice: true } };

    private async Task<OdsCode?> FindAsync(PatientRef patient, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow().UtcTicks < Interlocked.Read(ref restUntil)
            || (patient.GpPractice is null && (await store.FindPersonsAsync(patient, cancellationToken)).Any(p => p.Identity.GpPractice is { NamesNoPractice: false })))
        {
            return null; // what is held counts, as without PDS
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        TracedPractice traced;
        try
        {
            traced = await tracer.TraceAsync(patient, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            traced = new TracedPractice(TraceStanding.NotChecked, "");
        }

        if (traced.Standing == TraceStanding.NotChecked)
        {
            Interlocked.Exchange(ref restUntil, (time.GetUtcNow() + Rest).UtcTicks);
        }

        return traced.Standing == TraceStanding.Registered ? traced.Practice : null;
    }
}
