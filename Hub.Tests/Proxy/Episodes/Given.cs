using Hub.Fhir.Events;
using Hub.Proxy.Episodes;
using Shouldly;

namespace Hub.Tests.Proxy.Episodes;

/// <summary>Events as an electronic record would send them; "10:00" is a time on 4 May 2026 in London, "5 10:00" one on 5 May.</summary>
internal static class Given
{
    public static readonly EpisodeKey Episode = new(OdsCode.Parse("RWK99"), "V1001");
    public static readonly SourceSystem Epr = new() { Application = "EPR", Facility = "RWK99" };
    public static readonly Team Crt = new() { Name = "Northside CRT", TypeCode = "A02", LocalCode = "NCRT" };
    public static readonly Team Ward = new() { Name = "Maple Ward", TypeCode = "A10", LocalCode = "MAPLE" };
    public static readonly Team Cmht = new() { Name = "South CMHT", TypeCode = "A06" };
    private static int messages;

    public static PatientRef Eve { get; } = new()
    {
        NhsNumber = NhsNumber("9912003888"),
        NhsNumberStatus = NhsNumberStatus.Verified,
        LocalIds = [new LocalIdentifier("RWK99", "100001")],
        Name = new PersonName { Family = "Testwood", Given = ["Eve"] },
        BirthDate = Time("1990-05-01"),
    };

    public static NhsNumber NhsNumber(string text) =>
        Hub.Fhir.Events.NhsNumber.TryParse(text, out var number) ? number : throw new ArgumentException("not a test number", nameof(text));

    public static ClinicalTime Time(string iso) =>
        ClinicalTime.TryParseIso(iso, out var time) ? time : throw new ArgumentException("not a time", nameof(iso));

    public static ClinicalTime At(string clock)
    {
        var parts = clock.Split(' ');
        var day = parts.Length == 2 ? int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture) : 4;
        return Time($"2026-05-{day:00}T{parts[^1]}:00+01:00");
    }

    /// <summary>Arrival follows recording by a minute where the test does not say otherwise.</summary>
    public static EpisodeStep Apply(EpisodeState? before, CareEvent careEvent, string? arrivesAt = null) =>
        EpisodeHistory.Apply(before, careEvent, arrivesAt is null ? careEvent.RecordedAt!.Instant.AddMinutes(1) : At(arrivesAt).Instant);

    /// <summary>As above, for a person who has <paramref name="other"/> as well.</summary>
    public static EpisodeStep ApplyOf(EpisodeState other, EpisodeState? before, CareEvent careEvent) => EpisodeHistory.Apply(
        before, careEvent, careEvent.RecordedAt!.Instant.AddMinutes(1), DeathStanding.Of(before is null ? [other] : [other, before]));

    public static EpisodeState After(EpisodeState? before, params CareEvent[] events) =>
        events.Aggregate(before, (state, e) => Apply(state, e).ShouldBeOfType<Applied>().After)!;

    public static T Sent<T>(T value, string occurred, string? recorded = null) where T : CareEvent => value with
    {
        OccurredAt = At(occurred),
        RecordedAt = At(recorded ?? occurred),
        SentAt = At(recorded ?? occurred),
        SourceMessageId = new SourceMessageId($"M{Interlocked.Increment(ref messages)}"),
    };

    private static readonly SourceMessageId NoId = new("-");
    private static readonly ClinicalTime NoTime = At("00:00");

    public static Admission Admission(string occurred, string? recorded = null, EpisodeKind kind = EpisodeKind.Crt, EpisodeKey? key = null) => Sent(
        new Admission
        {
            SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = key ?? Episode,
            Kind = kind, Team = kind == EpisodeKind.Crt ? Crt : Ward,
        }, occurred, recorded);

    public static AdmissionCancelled AdmissionCancelled(string occurred, string? recorded = null) => Sent(
        new AdmissionCancelled { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode }, occurred, recorded);

    public static Discharge Discharge(string occurred, string? recorded = null, params MedicineLine[] lines) => Sent(
        new Discharge
        {
            SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode, Kind = EpisodeKind.Crt,
            Medicines = lines.Length > 0 ? lines : null, MedicinesConfirmed = lines.Length > 0,
        }, occurred, recorded);

    public static DischargeCancelled DischargeCancelled(string occurred, string? recorded = null) => Sent(
        new DischargeCancelled { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode }, occurred, recorded);

    public static MedicationChange Change(string occurred, string? recorded, params MedicineLine[] lines) => Sent(
        new MedicationChange { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode, Lines = lines }, occurred, recorded);

    public static MedicineLine Olanzapine(MedicineAction action, int? mg = null, string? effective = null, string? reason = null) =>
        Line("ORD-1", "Olanzapine", action, mg, effective) with { Reason = reason };

    public static MedicineLine Line(string id, string name, MedicineAction action, int? mg = null, string? effective = null) => new()
    {
        LineId = id,
        Action = action,
        Medicine = new MedicineRef { Text = name },
        After = mg is { } dose ? new Dosage { Text = $"{dose} mg at night", Dose = dose, Unit = "mg", Frequency = 1, PeriodDays = 1 } : null,
        EffectiveFrom = effective is null ? null : At(effective),
    };

    public static MedicineLine Depot(string givenAt, string? nextDue = null) => new()
    {
        LineId = "ORD-9",
        Action = MedicineAction.Administer,
        Medicine = new MedicineRef { Text = "Zuclopenthixol decanoate" },
        After = new Dosage { Text = "200 mg deep IM", Dose = 200, Unit = "mg" },
        Depot = new Depot { LastGivenAt = At(givenAt), NextDueOn = nextDue is null ? null : Time(nextDue), Site = "left gluteal" },
    };

    public static EpisodeUpdated Update(string occurred, string? recorded = null) => Sent(
        new EpisodeUpdated { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode }, occurred, recorded);

    public static Transfer Transfer(string occurred, Team from, Team to, string? recorded = null) => Sent(
        new Transfer { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode, From = from, To = to }, occurred, recorded);

    public static TransferCancelled TransferCancelled(string occurred, string? recorded = null) => Sent(
        new TransferCancelled { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode }, occurred, recorded);

    public static Leave Leave(string occurred, bool returned = false, EpisodeKey? key = null) => Sent(
        new Leave { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = key ?? Episode, Returned = returned, Ward = Ward }, occurred);

    public static ConsentChanged Consent(string occurred, string carer, ConsentState state, string? recorded = null) => Sent(
        new ConsentChanged
        {
            SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode, CarerId = carer,
            Consent = [new CarerConsent { Class = ConsentClass.Medication, State = state }],
        }, occurred, recorded);

    public static ContactRecorded Contact(string occurred) => Sent(
        new ContactRecorded { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode, Channel = "in-person" }, occurred);

    public static DeathReported Death(string occurred) => Sent(
        new DeathReported { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, DiedAt = At(occurred) }, occurred);

    public static DeathWithdrawn DeathWithdrawn(string occurred) => Sent(
        new DeathWithdrawn { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime }, occurred);

    public static WorkerChange Worker(string occurred, string name, WorkerRole role = WorkerRole.KeyWorker) => Sent(
        new WorkerChange { SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode, Role = role, To = new Actor { Name = name } }, occurred);

    public static SideEffectReported SideEffect(string occurred) => Sent(
        new SideEffectReported
        {
            SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode, SideEffectId = "SE-1", By = CareParty.Patient,
            Text = new Remark { Text = "Stiff jaw" },
        }, occurred);

    public static PhysicalHealthCheck Check(string occurred, string check) => Sent(
        new PhysicalHealthCheck
        {
            SourceMessageId = NoId, Source = Epr, Patient = Eve, OccurredAt = NoTime, Episode = Episode,
            Check = new MonitoringCheck { Check = Coded.Of(check), LastDoneAt = At(occurred) },
        }, occurred);
}
