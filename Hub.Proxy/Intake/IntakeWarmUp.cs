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
        var admission = new Admission
        {
            SourceMessageId = new SourceMessageId("warm-up"),
            Source = new SourceSystem { Application = "hub" },
            Patient = new PatientRef { LocalIds = [new LocalIdentifier("hub", "nobody")] },
            OccurredAt = ClinicalTime.At(now),
            Episode = new EpisodeKey(OdsCode.Parse("XXX"), "warm-up"),
            Kind = EpisodeKind.Crt,
            Team = new Team { Name = "Nobody's team" },
        };
        var state = new EpisodeState { Key = admission.Episode, Kind = EpisodeKind.Crt, Status = EpisodeStatus.Open, Patient = admission.Patient, Admission = admission };
        BundleComposer.ComposeAll(
            new ComposeRequest { Event = admission, Episode = state, ReceivedAt = now, Audience = Audience.Gp }, [Audience.Gp, Audience.Cmht, Audience.Ward]);
        CareEventJson.ReadEvent(CareEventJson.Write(admission));
        CareEventJson.ReadState(CareEventJson.Write(state));
    }
}
