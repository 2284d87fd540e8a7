using Hub.Fhir.Bundles;
using Hub.Fhir.Events;

namespace Hub.Proxy.Intake;

/// <summary>
/// Composes and checks one message about nobody before the listeners open: the first real sender must not wait for compilers and rule tables.
/// </summary>
internal static class IntakeWarmUp
{
    public static void Run(DateTimeOffset now)
    {
        var (admission, state) = Nobody(now);
        Compose(now);
        CareEventJson.ReadEvent(CareEventJson.Write(admission));
        CareEventJson.ReadState(CareEventJson.Write(state));
    }

    /// <summary>The message about nobody as each audience would be told it.</summary>
    public static IReadOnlyDictionary<Audience, ReadOnlyMemory<byte>> Compose(DateTimeOffset now)
    {
        var (admission, state) = Nobody(now);
        var request = new ComposeRequest { Event = admission, Episode = state, ReceivedAt = now, Audience = Audience.Gp };
        return BundleComposer.ComposeAll(request, [Audience.Gp, Audience.Cmht, Audience.Ward]).ToDictionary(b => b.Key, b => b.Value.Json);
    }

    private static (Admission Admission, EpisodeState State) Nobody(DateTimeOffset now)
    {
        var admission = new Admission
        {
            SourceMessageId = new SourceMessageId("warm-up"),
            Source = new SourceSystem { Application = "hub", Organisation = OdsCode.Parse("XXX") }, // ITK3 names who sends
            Patient = new PatientRef { LocalIds = [new LocalIdentifier("hub", "nobody")] },
            OccurredAt = ClinicalTime.At(now),
            Episode = new EpisodeKey(OdsCode.Parse("XXX"), "warm-up"),
            Kind = EpisodeKind.Crt,
            Team = new Team { Name = "Nobody's team" },
        };
        var state = new EpisodeState { Key = admission.Episode, Kind = EpisodeKind.Crt, Status = EpisodeStatus.Open, Patient = admission.Patient, Admission = admission };
        return (admission, state);
    }
}
