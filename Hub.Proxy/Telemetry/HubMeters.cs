using System.Diagnostics.Metrics;
using Hub.Adapters.Contract;
using Hub.Proxy.Store;

namespace Hub.Proxy.Telemetry;

/// <summary>
/// What the hub counts and times as it happens. Labels are partners' ids and words of ours, never anything of a message. What stands in the store is
/// read by <see cref="StoreGauges"/>. Each name is in docs/OPERATING.md; a test compares.
/// </summary>
internal static class HubMeters
{
    public const string MeterName = "Hub";

    // From one commit on a fast disk to a partner's time-out.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };
    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Accepted = Meter.CreateCounter<long>("hub.messages", "{message}", "Messages that were answered after their commit, by source and outcome.");
    private static readonly Histogram<double> Intake = Meter.CreateHistogram("hub.intake.duration", "s", "From a message read to its commit.", advice: Seconds);
    private static readonly Histogram<double> Validation = Meter.CreateHistogram("hub.validation.duration", "s", "Composing and checking what one event says to all its audiences.", advice: Seconds);
    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>("hub.attempts", "{attempt}", "Attempts at a recipient, by partner and outcome; Delivered is the recipient's own yes.");
    private static readonly Histogram<double> Delivery = Meter.CreateHistogram("hub.delivery.duration", "s", "One attempt, from its begin to the recipient's answer or silence.", advice: Seconds);
    private static readonly Counter<long> LeasesLost = Meter.CreateCounter<long>("hub.leases.lost", "{lease}", "Attempts whose lane was taken over, or answered by another way, before their end was written down.");
    private static readonly Counter<long> LeasesExpired = Meter.CreateCounter<long>("hub.leases.expired", "{lease}", "Attempts found begun and never ended: a node died, or its lease ran out.");

    /// <summary>A message was answered, so long after it was read.</summary>
    public static void Took(string source, IntakeOutcome outcome, bool repeated, TimeSpan took)
    {
        KeyValuePair<string, object?> from = new("source", source), became = new("outcome", repeated ? "Repeated" : outcome.ToString());
        Accepted.Add(1, from, became);
        Intake.Record(took.TotalSeconds, from);
    }

    public static void Composed(TimeSpan took) => Validation.Record(took.TotalSeconds);

    public static void Attempted(string partner, DeliveryOutcome outcome, StartedAttempt attempt, bool owned, TimeSpan took)
    {
        KeyValuePair<string, object?> to = new("partner", partner), became = new("outcome", outcome.Name);
        Attempts.Add(1, to, became);
        Delivery.Record(took.TotalSeconds, to);
        if (!owned)
        {
            LeasesLost.Add(1, to);
        }

        if (attempt.Interrupted)
        {
            LeasesExpired.Add(1, to);
        }
    }
}
